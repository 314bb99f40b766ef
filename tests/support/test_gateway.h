#pragma once

#include "gateway/domain/credentials.h"
#include "gateway/domain/first_start.h"
#include "gateway/server/gateway.h"
#include "gateway/storage/data_folder.h"
#include "tests/support/mqtt_test_client.h"
#include "tests/support/tapped_log.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace carport::test {

/// A gateway with everything real, in a folder of its own, on free loopback ports. Seed it, then start it.
class TestGateway {
  const SystemClock m_machine;

 public:
  static constexpr const char* kSecret = "a-secret-of-20-chars";
  static constexpr const char* kPassword = "correct horse";

  /// `time`: what time it is; the machine's clock, unless a test decides.
  explicit TestGateway(const Clock* time = nullptr) : clock(time != nullptr ? *time : m_machine) {
    config.mqtt = {{"127.0.0.1", 0}, false};
    config.http = {{"127.0.0.1", 0}, false};
    config.ioThreads = 2;
    config.version = "test";
    openFolder();
    store = folder->openRegistry().value();
    (void)ensureDefaultRules(*store);
  }
  ~TestGateway() { stop(); }

  void addCar(const std::string& id) {
    PrincipalRecord record;
    record.principal.id = id;
    record.principal.type = api::PrincipalType::device;
    record.secret = hashDeviceSecret(kSecret, folder->secretKey()).value();
    QVERIFY(store->addPrincipal(record).has_value());
  }
  void addUser(const std::string& id, std::string_view role) {
    PrincipalRecord record;
    record.principal.id = id;
    record.principal.type = api::PrincipalType::user;
    record.principal.role = role;
    record.passwordHash = hashPassword(kPassword).value();
    QVERIFY(store->addPrincipal(record).has_value());
  }
  /// A token of a principal that has been added; its text.
  std::string addToken(const std::string& owner, std::optional<TimePoint> expiresAt = {},
                       const std::string& label = {}) {
    const auto snapshot = store->load().value();
    const auto text = makeToken();
    for (const auto& record : snapshot.principals) {
      if (record.principal.id != owner) continue;
      TokenRecord token;
      token.info.owner = record.principal.number;
      token.info.label = label;
      token.info.createdAt = clock.now();
      token.info.expiresAt = expiresAt;
      token.hash = hashToken(text);
      return store->addToken(token) ? text : std::string();
    }
    return {};
  }
  PrincipalRecord recordOf(const std::string& id) {
    auto snapshot = store->load().value();
    for (auto& record : snapshot.principals) {
      if (record.principal.id == id) return record;
    }
    return {};
  }

  /// True once it serves.
  bool start() {
    auto writer = folder->startWriter();
    auto pool = folder->startReaders(1);
    auto reader = folder->openReader();
    auto registry = folder->openRegistry();
    if (!writer || !pool || !reader || !registry) return false;
    durable = std::move(*writer);
    readers = std::move(*pool);
    gatewayStore = std::move(*registry);
    tap = std::make_unique<TappedLog>(*durable);
    auto started = Gateway::start(
        config, {*tap, *readers, **reader, *gatewayStore, folder->secretKey(), names, clock, log, recentLog});
    if (!started) {
      qWarning("%s", started.error().message().c_str());
      return false;
    }
    gateway = std::move(*started);
    return true;
  }
  void stop() {
    if (gateway) gateway->stop();
    if (tap) tap->letGo();
    gateway.reset();
    readers.reset();
    durable.reset();
    gatewayStore.reset();
    tap.reset();
  }

  std::unique_ptr<MqttTestClient> client(mqtt::ProtocolLevel level = mqtt::ProtocolLevel::v311) const {
    return std::make_unique<MqttTestClient>(gateway->mqttAddress(), level);
  }
  /// A client of MQTT 5.0 that has signed in as a user; null where it was refused.
  std::unique_ptr<MqttTestClient> v5(const std::string& id, const std::string& clientId,
                                     const std::string& properties = {}, bool clean = true) const {
    auto made = client(mqtt::ProtocolLevel::v5);
    return made->signsIn({id, kPassword, clientId, clean, 0, {}, properties}) ? std::move(made) : nullptr;
  }
  /// The same as a car.
  std::unique_ptr<MqttTestClient> v5Car(const std::string& id, const std::string& clientId,
                                        const std::string& properties = {}, bool clean = true) const {
    auto made = client(mqtt::ProtocolLevel::v5);
    return made->signsIn({id, kSecret, clientId, clean, 0, {}, properties}) ? std::move(made) : nullptr;
  }
  /// A car that has signed in; null where it was refused.
  std::unique_ptr<MqttTestClient> car(const std::string& id, bool clean = true,
                                      const std::string& clientId = {}) const {
    auto made = client();
    return made->signsIn({id, kSecret, clientId.empty() ? id : clientId, clean, 0, {}}) ? std::move(made) : nullptr;
  }
  std::unique_ptr<MqttTestClient> user(const std::string& id, bool clean = true) const {
    auto made = client();
    return made->signsIn({id, kPassword, id, clean, 0, {}}) ? std::move(made) : nullptr;
  }
  std::size_t storedSamples(const std::string& car) {
    std::size_t count = 0;
    auto reader = folder->openReader().value();
    (void)reader->visitSamples(recordOf(car).principal.number, fromMs(0), fromMs(INT64_MAX),
                               [&](const SampleBatch&, const SampleBatch::Row&) { return ++count > 0; });
    return count;
  }
  bool logged(std::string_view text) const {
    for (const auto& entry : recentLog->newest(RecentLog::kMaxEntries)) {
      if (entry.text.find(text) != std::string::npos) return true;
    }
    return false;
  }

  QTemporaryDir directory;
  const Clock& clock;
  MetricNames names;
  std::shared_ptr<RecentLog> recentLog = std::make_shared<RecentLog>();
  Log log = Log::toMemory(recentLog);
  GatewayConfig config;
  std::optional<DataFolder> folder;
  std::unique_ptr<RegistryStore> store;  ///< the test's own, as a command line beside the gateway has one
  std::unique_ptr<RegistryStore> gatewayStore;
  std::unique_ptr<DurableLog> durable;
  std::unique_ptr<TappedLog> tap;
  std::unique_ptr<ReaderPool> readers;
  std::unique_ptr<Gateway> gateway;

 private:
  void openFolder() {
    (void)initCryptography();
    auto opened = DataFolder::open(std::filesystem::path(directory.path().toStdString()), {names, clock, log});
    if (!opened) qFatal("%s", opened.error().message().c_str());
    folder.emplace(std::move(*opened));
  }
};

}  // namespace carport::test
