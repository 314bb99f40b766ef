#include "gateway/server/control/control.h"

#include "gateway/server/control/control_impl.h"

#include <future>
#include <utility>

namespace carport {

namespace {
/// How long live clients get to read that the gateway stops.
constexpr std::chrono::milliseconds kFarewellTime{500};
}  // namespace

Control::Control(ControlParts parts) : m_impl(std::make_unique<Impl>(std::move(parts))) {}

Control::~Control() {
  stop();
}

Result<void> Control::start() {
  if (const Result<void> loaded = m_impl->follower.load(); !loaded) return loaded;
  if (const Result<void> restored = m_impl->restore(); !restored) return restored;
  m_impl->startLoops();
  m_impl->thread.start();
  return {};
}

Result<Endpoint> Control::listenHttp(const Endpoint& endpoint, bool mayMove) {
  return m_impl->listenOnThread(endpoint, mayMove, HttpSecurity::plain);
}

Result<Endpoint> Control::listenHttps(const Endpoint& endpoint, bool mayMove) {
  return m_impl->listenOnThread(endpoint, mayMove, HttpSecurity::tls);
}

void Control::useTls(std::shared_ptr<const TlsContext> tls) {
  m_impl->port->answer([impl = m_impl.get(), tls = std::move(tls)] { impl->server.useTls(tls); });
}

void Control::attach(MqttLink& mqtt, const Endpoint& mqttAddress) {
  m_impl->port->answer([impl = m_impl.get(), &mqtt, address = mqttAddress.toString()] {
    impl->mqtt = &mqtt;
    impl->context.door = &mqtt.deviceDoor();
    impl->commands.attach(&mqtt);
    impl->operations.attach(&mqtt);
    impl->statistics.attach(&mqtt, address);
  });
}

void Control::drain(std::chrono::seconds period) {
  m_impl->port->answer([impl = m_impl.get(), period] {
    const auto begun = impl->operations.drain({.seconds = period.count(), .thenEnd = true, .server = {}});
    if (!begun) impl->log.warning("clients are not let go", {{"reason", begun.error().message()}});
  });
}

void Control::stop() {
  if (m_impl->stopped) return;
  m_impl->stopped = true;
  if (m_impl->running) {
    std::promise<void> quiet;
    auto farewell = quiet.get_future();
    m_impl->port->answer([this, &quiet] { m_impl->beginStopping([&quiet] { quiet.set_value(); }, kFarewellTime); });
    farewell.wait();
  }
  m_impl->port->close();
  m_impl->thread.stop();
}

void Control::samplesCommitted(std::shared_ptr<const SampleBatch> samples) {
  m_impl->post("samples", [impl = m_impl.get(), samples = std::move(samples)] { impl->applySamples(*samples); });
}

void Control::eventsCommitted(std::vector<api::Event> events) {
  m_impl->post("events", [impl = m_impl.get(), events = std::move(events)] { impl->applyEvents(events); });
}

void Control::fieldsRefused(PrincipalNumber car, std::vector<api::Refusal> refusals) {
  m_impl->post("refusals", [impl = m_impl.get(), car, refusals = std::move(refusals)] {
    impl->states.addRefusals(car, refusals);
    impl->hub.stateChanged(car);
  });
}

void Control::carConnected(PrincipalNumber car, bool connected) {
  m_impl->post("connections", [impl = m_impl.get(), car, connected] {
    impl->states.setConnected(car, connected);
    impl->hub.stateChanged(car);
  });
}

void Control::carReadyForCommands(PrincipalNumber car) {
  m_impl->post("commands", [impl = m_impl.get(), car] { impl->commands.carReady(car); });
}

void Control::commandSent(PrincipalNumber, std::string commandId) {
  m_impl->post("commands", [impl = m_impl.get(), id = std::move(commandId)] { impl->commands.sent(id); });
}

void Control::commandReceived(PrincipalNumber car, std::string commandId) {
  m_impl->post("commands", [impl = m_impl.get(), car, id = std::move(commandId)] { impl->commands.received(car, id); });
}

void Control::commandReplied(PrincipalNumber car, std::string commandId, std::string payload, DurableLog::Done done) {
  const bool taken =
      m_impl->post("commands", [impl = m_impl.get(), car, id = std::move(commandId), payload = std::move(payload),
                                done] { impl->commands.replied(car, id, payload, done); });
  if (!taken) done(fail(BaseErrc::queueFull, "The gateway is too busy; try again in a while"));
}

void Control::commandRequested(PrincipalNumber by, PrincipalNumber car, std::string payload, DurableLog::Done done) {
  const bool taken = m_impl->post("commands", [impl = m_impl.get(), by, car, payload = std::move(payload), done] {
    impl->commands.requested(by, car, payload, done);
  });
  if (!taken) done(fail(BaseErrc::queueFull, "The gateway is too busy; try again in a while"));
}

void Control::tokenUsed(std::int64_t token, std::string address) {
  m_impl->post("tokens",
               [impl = m_impl.get(), token, address = std::move(address)] { impl->tokenUses.used(token, address); });
}

void Control::attemptRefused(api::AuditEntry entry) {
  m_impl->audit.refused(std::move(entry));
}

void Control::nitrogenPublished(PrincipalNumber by, std::string address, std::string payload, DurableLog::Done done) {
  const bool taken =
      m_impl->post("messages", [impl = m_impl.get(), by, address = std::move(address), payload = std::move(payload),
                                done] { impl->publishNitrogen(by, address, payload, done); });
  if (!taken) done(fail(BaseErrc::queueFull, "The gateway is too busy; try again in a while"));
}

void Control::nitrogenSubscribed(NitrogenSubscription subscription) {
  m_impl->post("subscriptions", [impl = m_impl.get(), subscription = std::move(subscription)] {
    impl->service.nitrogen().mqttSubscribers().add(subscription);
  });
}

void Control::nitrogenUnsubscribed(std::uint64_t number) {
  // Always taken: one that stayed would be served for ever. Their number is bounded by the subscriptions.
  m_impl->port->answer([impl = m_impl.get(), number] { impl->service.nitrogen().mqttSubscribers().remove(number); });
}

void Control::registryMayHaveChanged(std::function<void()> afterPoll) {
  const bool taken = m_impl->post("sign-ins", [impl = m_impl.get(), afterPoll] {
    impl->follower.pollSoon(impl->parts.clock.steadyNow(), afterPoll);
  });
  if (!taken) afterPoll();
}

void Control::deviceWantsIn(std::string id, std::string password, std::string address,
                            std::function<void(bool isBusy)> done) {
  const bool taken = m_impl->post("sign-ins", [impl = m_impl.get(), id = std::move(id), password = std::move(password),
                                               address = std::move(address), done] {
    impl->provisioning.deviceWantsIn(id, password, address, done);
  });
  if (!taken) done(true);
}

}  // namespace carport
