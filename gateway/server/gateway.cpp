#include "gateway/server/gateway.h"

#include "gateway/base/base_errc.h"
#include "gateway/server/control/control.h"
#include "gateway/server/mqtt/mqtt_front.h"
#include "gateway/server/password_checker.h"
#include "gateway/transport/certificate_keeper.h"

#include <fmt/format.h>

#include <utility>

namespace carport {

std::string whyInsecure(std::string_view what, const Endpoint& endpoint) {
  if (endpoint.isLoopback()) return {};
  return fmt::format(
      "{} would listen on {}, where others can reach it, without TLS: passwords, tokens and everything that cars say "
      "could be read and changed on the way. Use mqtts, wss and https instead (carportd tls init makes a certificate), "
      "listen on 127.0.0.1, or allow it with insecure-listen",
      what, endpoint.toString());
}

namespace {

Result<void> checkExposure(const GatewayConfig& config) {
  if (config.insecureListen) return {};
  const auto check = [](std::string_view what, const Endpoint& endpoint) -> Result<void> {
    auto reason = whyInsecure(what, endpoint);
    return reason.empty() ? Result<void>() : fail(BaseErrc::invalidArgument, std::move(reason));
  };
  auto checked = check("MQTT", config.mqtt.endpoint);
  if (checked) checked = check("HTTP", config.http.endpoint);
  if (checked && config.ws) checked = check("MQTT over WebSocket", config.ws->endpoint);
  return checked;
}

}  // namespace

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
                 {config.version, config.dataFolder},
                 config.operations,
                 config.auditDays,
                 config.corsOrigins,
                 config.nitrogenSignUp}),
        mqtt({registry, parts.durableLog, control, passwords, parts.secretKey, parts.names, parts.clock,
              parts.log.as("mqtt"), config.anonymous},
             config.mqttLimits, config.ioThreads) {}

  Registry registry;
  PasswordChecker passwords;
  Control control;
  MqttFront mqtt;
  std::unique_ptr<CertificateKeeper> certificates;  // null without TLS
  Endpoint mqttAddress;
  Endpoint httpAddress;
  std::optional<Endpoint> mqttsAddress, wsAddress, wssAddress, httpsAddress;

  Result<void> checkAnonymous(const GatewayConfig& config, const Log& log) const;
  Result<void> loadCertificates(const GatewayConfig& config, const GatewayParts& parts);
  void useTls(const CertificateKeeper::Context& context);
  Result<void> listenMqtt(const GatewayConfig& config);
  Result<void> listenHttp(const GatewayConfig& config, const Log& log);
  void tellAddresses(const Log& log) const;
};

Result<void> Gateway::Impl::checkAnonymous(const GatewayConfig& config, const Log& log) const {
  if (config.anonymous.empty()) return {};
  const auto who = registry.find(config.anonymous);
  if (!who || who->type == api::PrincipalType::group) {
    return fail(
        BaseErrc::invalidArgument,
        fmt::format("Clients without credentials cannot become “{}”: nobody has this id. Add it first (carportd "
                    "user add {} --role viewer), or leave --anonymous out",
                    config.anonymous, config.anonymous));
  }
  log.warning(
      fmt::format("ANYONE who reaches an MQTT port is let in without a password, as “{}” with its permissions "
                  "(--anonymous)",
                  config.anonymous));
  return {};
}

Result<void> Gateway::Impl::loadCertificates(const GatewayConfig& config, const GatewayParts& parts) {
  if (!config.mqtts && !config.wss && !config.https) return {};
  auto keeper = CertificateKeeper::open(config.tls, parts.clock, parts.log.as("tls"));
  if (!keeper) return failFrom(keeper);
  certificates = std::move(*keeper);
  useTls(certificates->context());
  return {};
}

void Gateway::Impl::useTls(const CertificateKeeper::Context& context) {
  mqtt.useTls(context);
  control.useTls(context);
}

Result<void> Gateway::Impl::listenMqtt(const GatewayConfig& config) {
  const auto plain = mqtt.listen(MqttTransport::tcp, config.mqtt.endpoint, config.mqtt.mayMove);
  if (!plain) return failFrom(plain);
  mqttAddress = *plain;
  const auto listen = [this](MqttTransport transport, const std::optional<ListenAt>& at,
                             std::optional<Endpoint>& address) -> Result<void> {
    if (!at) return {};
    auto opened = mqtt.listen(transport, at->endpoint, at->mayMove);
    if (!opened) return failFrom(opened);
    address = std::move(*opened);
    return {};
  };
  auto opened = listen(MqttTransport::tls, config.mqtts, mqttsAddress);
  if (opened) opened = listen(MqttTransport::webSocket, config.ws, wsAddress);
  if (opened) opened = listen(MqttTransport::secureWebSocket, config.wss, wssAddress);
  return opened;
}

Result<void> Gateway::Impl::listenHttp(const GatewayConfig& config, const Log& log) {
  const auto opened = control.listenHttp(config.http.endpoint, config.http.mayMove);
  if (!opened) return failFrom(opened);
  httpAddress = *opened;
  if (const auto wanted = config.http.endpoint.port; wanted != 0 && wanted != httpAddress.port) {
    log.warning(fmt::format("Port {} is in use; HTTP listens on {} instead", wanted, httpAddress.toString()));
  }
  if (!httpAddress.isLoopback()) {
    log.warning(
        fmt::format("HTTP listens on {}, which others can reach, WITHOUT TLS: tokens and passwords can be read on the "
                    "way. Use --https instead",
                    httpAddress.toString()));
  }
  if (!config.https) return {};
  auto secure = control.listenHttps(config.https->endpoint, config.https->mayMove);
  if (!secure) return failFrom(secure);
  httpsAddress = std::move(*secure);
  return {};
}

void Gateway::Impl::tellAddresses(const Log& log) const {
  const auto text = [](const std::optional<Endpoint>& at) { return at ? at->toString() : std::string("off"); };
  log.info("The gateway serves", {{"mqtt", mqttAddress.toString()},
                                  {"http", httpAddress.toString()},
                                  {"mqtts", text(mqttsAddress)},
                                  {"ws", text(wsAddress)},
                                  {"wss", text(wssAddress)},
                                  {"https", text(httpsAddress)}});
}

Gateway::Gateway(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Gateway::~Gateway() {
  stop();
}

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayConfig config, GatewayParts parts) {
  if (const auto ready = initCryptography(); !ready) return failFrom(ready);
  if (const auto allowed = checkExposure(config); !allowed) return failFrom(allowed);
  auto retained = parts.startReader.retainedMessages();
  if (!retained) return failFrom(retained);
  SessionLoadLimits sessionLimits;
  // Those of clients that were connected, too.
  sessionLimits.maxSessions = config.mqttLimits.maxOfflineSessions + config.mqttLimits.maxConnections;
  const auto sessions = parts.startReader.loadSessions(sessionLimits);
  if (!sessions) return failFrom(sessions);
  const auto newestConnection = parts.startReader.newestConnection();
  if (!newestConnection) return failFrom(newestConnection);

  // From here on a failure destroys what has been made, which stops it.
  auto impl = std::make_unique<Impl>(config, parts);
  if (const auto started = impl->control.start(); !started) return failFrom(started);
  if (const auto known = impl->checkAnonymous(config, parts.log.as("mqtt")); !known) return failFrom(known);
  if (const auto loaded = impl->loadCertificates(config, parts); !loaded) return failFrom(loaded);
  if (const auto opened = impl->listenMqtt(config); !opened) return failFrom(opened);
  impl->control.attach(impl->mqtt, impl->mqttAddress);
  if (const auto opened = impl->listenHttp(config, parts.log.as("http")); !opened) {
    impl->control.stop();
    return failFrom(opened);
  }
  impl->mqtt.start(std::move(*retained), *sessions, *newestConnection);
  impl->tellAddresses(parts.log.as("gateway"));
  return std::unique_ptr<Gateway>(new Gateway(std::move(impl)));
}

const Endpoint& Gateway::mqttAddress() const {
  return m_impl->mqttAddress;
}
const Endpoint& Gateway::httpAddress() const {
  return m_impl->httpAddress;
}
const std::optional<Endpoint>& Gateway::mqttsAddress() const {
  return m_impl->mqttsAddress;
}
const std::optional<Endpoint>& Gateway::wsAddress() const {
  return m_impl->wsAddress;
}
const std::optional<Endpoint>& Gateway::wssAddress() const {
  return m_impl->wssAddress;
}
const std::optional<Endpoint>& Gateway::httpsAddress() const {
  return m_impl->httpsAddress;
}
const Registry& Gateway::registry() const {
  return m_impl->registry;
}

MqttCounters Gateway::counters() const {
  return m_impl->mqtt.counters();
}

void Gateway::lookAfterCertificates() {
  if (!m_impl->certificates) return;
  if (const auto changed = m_impl->certificates->look()) m_impl->useTls(changed);
}

bool Gateway::reloadCertificates() {
  const auto changed = m_impl->certificates ? m_impl->certificates->reload() : nullptr;
  if (changed) m_impl->useTls(changed);
  return changed != nullptr;
}

void Gateway::drain(std::chrono::seconds period) {
  m_impl->control.drain(period);
}

void Gateway::stop() {
  // First what still brings work, then what does it. The control thread ends before MqttFront goes, as it calls it.
  m_impl->mqtt.stop();
  m_impl->control.stop();
}

}  // namespace carport
