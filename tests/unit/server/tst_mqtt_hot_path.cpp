#include "tests/support/test_gateway.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> g_allocations = 0;
/// The test's own thread, which plays the cars, does not count.
thread_local bool t_isTest = false;
}  // namespace

void* operator new(std::size_t bytes) {
  if (!t_isTest) g_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* room = std::malloc(bytes == 0 ? 1 : bytes)) return room;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  if (!t_isTest) g_allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(bytes == 0 ? 1 : bytes);
}
void operator delete(void* room) noexcept {
  std::free(room);
}
void operator delete(void* room, std::size_t) noexcept {
  std::free(room);
}

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::Qos;

/// What a message costs on its way from the socket to the disk and back, on all threads of the gateway.
class TestMqttHotPath : public QObject {
  Q_OBJECT

 private slots:
  void aMessageOfQos1AllocatesNothing_data() {
    QTest::addColumn<bool>("underLimits");
    QTest::newRow("without limits") << false;
    QTest::newRow("under limits") << true;
  }
  void aMessageOfQos1AllocatesNothing() {
    QFETCH(bool, underLimits);
    t_isTest = true;
    TestGateway gateway;
    if (underLimits) addLimits(*gateway.store);
    for (int i = 0; i < kCars; ++i) gateway.addCar(carId(i));
    QVERIFY(gateway.start());
    std::vector<std::unique_ptr<MqttTestClient>> cars;
    for (int i = 0; i < kCars; ++i) {
      cars.push_back(gateway.car(carId(i)));
      QVERIFY(cars.back());
    }
    // Until every buffer has grown as far as it will and every name is known.
    for (int i = 0; i < 3; ++i) QVERIFY(sendAll(cars));
    const auto before = g_allocations.load();
    QVERIFY(sendAll(cars));
    const auto allocations = g_allocations.load() - before;
    // A commit allocates: a batch, columns, whoever is told. A message must not, so there are far fewer than messages.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr int kMost = kCars * kMessages * 2;  // so slow that commits are small
#else
    constexpr int kMost = kCars * kMessages / 2;
#endif
    QVERIFY2(allocations < kMost,
             fmt::format("{} allocations for {} messages", allocations, kCars * kMessages).c_str());
  }

 private:
  /// One for each of its own, one for all together, one that only counts, and one of bytes; far off.
  static void addLimits(RegistryStore& store) {
    api::Limit limit;
    limit.most = 1'000'000;
    for (const auto per : {api::LimitPer::principal, api::LimitPer::all, api::LimitPer::address}) {
      limit.per = per;
      limit.reaction = per == api::LimitPer::address ? api::LimitReaction::count : api::LimitReaction::slow;
      QVERIFY(store.addLimit(limit).has_value());
    }
    limit.measure = api::LimitMeasure::bytesPerDay;
    limit.most = api::kMaxLimitAmount;
    QVERIFY(store.addLimit(limit).has_value());
  }

  static constexpr int kCars = 10;
  static constexpr int kMessages = 800;  // of a car in a row; fewer than may wait for the disk

  static std::string carId(int number) {
    return fmt::format("car-{}", number);
  }

  bool sendAll(std::vector<std::unique_ptr<MqttTestClient>>& cars) {
    for (int i = 0; i < kCars; ++i) {
      std::string bytes;
      for (int n = 1; n <= kMessages; ++n) {
        const auto topic = fmt::format("cars/{}/telemetry", carId(i));
        const auto payload = fmt::format(
            R"({{"lat":48.{:06},"lon":11.5,"alt":519.5,"speed":{}.5,"heading":90,"soc":71.{},"ignition":true}})", n,
            n % 90, n % 10);
        mqtt::Publish publish;
        publish.topic = topic;
        publish.payload = payload;
        publish.qos = Qos::atLeastOnce;
        publish.packetId = static_cast<mqtt::PacketId>(n);
        mqtt::encode(publish, bytes);
      }
      cars[static_cast<std::size_t>(i)]->sendBytes(bytes);
    }
    for (auto& car : cars) {
      for (int n = 0; n < kMessages; ++n) {
        if (!car->next(PacketType::puback)) return false;
      }
    }
    return true;
  }
};

QTEST_GUILESS_MAIN(TestMqttHotPath)
#include "tst_mqtt_hot_path.moc"
