#include "gateway/server/gateway.h"

#include "gateway/server/control/control.h"
#include "gateway/server/mqtt/mqtt_front.h"
#include "gateway/server/password_checker.h"

#include <fmt/format.h>

#include <utility>

namespace carport {

// In the order of making; taken down in the opposite one.
struct Gateway::Impl {
  Impl(const GatewayConfig& config, const GatewayParts& parts)
      : control({parts.durableLog,
                 parts.readers,
                 parts.registryStore,
                 registry,
                 parts.names,
                 parts.clock,
                 parts.secretKey,
                 passwords,
                 parts.recentLog,
                 parts.log.as("control"),
                 {config.version, config.dataFolder}}),
        mqtt({registry, parts.durableLog, control, passwords, parts.secretKey, parts.names, parts.clock,
              parts.log.as("mqtt"), config.anonymous},
             config.mqttLimits, config.ioThreads) {}

  Registry registry;
  PasswordChecker passwords;
  Control control;
  MqttFront mqtt;
  Endpoint mqttAddress;
  Endpoint httpAddress;
};

Gateway::Gateway(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Gateway::~Gateway() {
  stop();
}

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayConfig config, GatewayParts parts) {
  if (const auto ready = initCryptography(); !ready) return failFrom(ready);
  auto retained = parts.startReader.retainedMessages();
  if (!retained) return failFrom(retained);

  // From here on a failure destroys what has been made, which stops it.
  auto impl = std::make_unique<Impl>(config, parts);
  if (const auto started = impl->control.start(); !started) return failFrom(started);
  const auto mqttAddress = impl->mqtt.listen(config.mqtt.endpoint, config.mqtt.mayMove);
  if (!mqttAddress) return failFrom(mqttAddress);
  impl->mqttAddress = *mqttAddress;
  impl->control.attach(impl->mqtt, impl->mqttAddress);
  const auto httpAddress = impl->control.listenHttp(config.http.endpoint, config.http.mayMove);
  if (!httpAddress) {
    impl->control.stop();
    return failFrom(httpAddress);
  }
  impl->httpAddress = *httpAddress;
  if (const auto wanted = config.http.endpoint.port; wanted != 0 && wanted != httpAddress->port) {
    parts.log.as("http").warning(
        fmt::format("Port {} is in use; HTTP listens on {} instead", wanted, httpAddress->toString()));
  }
  impl->mqtt.start(std::move(*retained));
  parts.log.as("gateway").info("The gateway serves",
                               {{"mqtt", impl->mqttAddress.toString()}, {"http", impl->httpAddress.toString()}});
  return std::unique_ptr<Gateway>(new Gateway(std::move(impl)));
}

const Endpoint& Gateway::mqttAddress() const {
  return m_impl->mqttAddress;
}
const Endpoint& Gateway::httpAddress() const {
  return m_impl->httpAddress;
}
const Registry& Gateway::registry() const {
  return m_impl->registry;
}

MqttCounters Gateway::counters() const {
  return m_impl->mqtt.counters();
}

void Gateway::stop() {
  // First what still brings work, then what does it. The control thread ends before MqttFront goes, as it calls it.
  m_impl->mqtt.stop();
  m_impl->control.stop();
}

}  // namespace carport
