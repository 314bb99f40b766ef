#include "gateway/server/control/control_impl.h"

#include "gateway/api/json_codec.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <future>
#include <unordered_set>
#include <utility>

namespace carport {

namespace asio = boost::asio;

namespace {

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kPollEvery{250};
/// The live feeds' beat: the shortest interval that a client may ask for.
constexpr std::chrono::milliseconds kFeedEvery = LiveWatch::kShortestInterval;
constexpr std::chrono::milliseconds kFarewellStep{20};

asio::awaitable<void> pause(std::chrono::milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(kToken);
}

struct Stored {
  SampleBatch samples;
  std::vector<api::Event> alarms;
  std::vector<api::Command> commands;
  std::vector<NitrogenProfile> profiles;
  std::vector<NitrogenApiKey> apiKeys;
};

Result<void> readNitrogen(HistoryReader& reader, Stored& stored) {
  const auto nitrogen = reader.nitrogen();
  if (!nitrogen) return failFrom(nitrogen);
  if (*nitrogen == nullptr) return {};
  auto profiles = (*nitrogen)->profiles();
  if (!profiles) return failFrom(profiles);
  stored.profiles = std::move(*profiles);
  auto keys = (*nitrogen)->apiKeys();
  if (!keys) return failFrom(keys);
  stored.apiKeys = std::move(*keys);
  return {};
}

Result<Stored> readStored(HistoryReader& reader) {
  Stored stored;
  auto samples = reader.latestSamples();
  if (!samples) return failFrom(samples);
  stored.samples = std::move(*samples);
  auto alarms = reader.activeAlarms();
  if (!alarms) return failFrom(alarms);
  stored.alarms = std::move(*alarms);
  CommandQuery open;
  open.openOnly = true;
  open.limit = CommandQuery::kMaxLimit;
  auto commands = reader.commands(open);
  if (!commands) return failFrom(commands);
  stored.commands = std::move(*commands);
  if (auto read = readNitrogen(reader, stored); !read) return failFrom(read);
  return stored;
}

}  // namespace

Control::Impl::Impl(ControlParts controlParts)
    : parts(std::move(controlParts)),
      log(parts.log.as("control")),
      states(parts.names),
      follower(parts.registryStore, parts.registry, log),
      statistics(parts.clock, parts.registry, parts.durableLog),
      hub(parts.registry),
      commands(parts.durableLog, parts.registry, parts.clock, port, log),
      provisioning(parts.durableLog, parts.registryStore, follower, parts.secretKey, port, log),
      audit(parts.durableLog, parts.readers, parts.registry, parts.clock, port, log),
      tokenUses(parts.durableLog, parts.clock),
      operations({parts.clock, parts.registry, parts.durableLog, parts.passwords, port, log, parts.identity.version,
                  parts.operations}),
      context{parts, states, commands, follower, statistics, hub, operations, port, audit, tokenUses, nullptr},
      service(context, parts.log.as("http")),
      server(service, HttpLimits{}, parts.log.as("http")) {
  statistics.setVersion(parts.identity.version);
  statistics.setDataFolder(parts.identity.dataFolder);
  audit.keepForDays(parts.auditDays);
  operations.onFigures([this](GatewayFigures& figures) { addFigures(figures); });
  follower.onChanged([this] { registryChanged(); });
  commands.onChanged([this](const api::Command& command) {
    hub.commandChanged(command);
    service.nitrogen().commandChanged(command);
  });
}

Control::Impl::~Impl() {
  port->close();
  thread.stop();
  // The acceptor belongs to the io_context; coroutines refer to the members above. So: acceptor, io_context, the rest.
  server.close();
  threadHolder.reset();
}

Result<void> Control::Impl::restore() {
  auto reading = std::make_shared<std::promise<Result<Stored>>>();
  auto answer = reading->get_future();
  const bool taken = parts.readers.read([reading](HistoryReader& reader) { reading->set_value(readStored(reader)); });
  if (!taken) return fail(BaseErrc::queueFull, "The store's readers are too busy to start; try again");
  Result<Stored> stored = answer.get();
  if (!stored) return failFrom(stored);
  states.apply(stored->samples);
  for (const api::Event& alarm : stored->alarms) states.apply(alarm);
  states.advance(parts.clock.now());
  commands.restore(std::move(stored->commands));
  service.nitrogen().restore(stored->profiles, std::move(stored->apiKeys));
  return {};
}

void Control::Impl::startLoops() {
  running = true;
  asio::co_spawn(thread.context(), followRegistry(), asio::detached);
  asio::co_spawn(thread.context(), feedClients(), asio::detached);
  asio::co_spawn(thread.context(), everySecond(), asio::detached);
}

Result<Endpoint> Control::Impl::listen(const Endpoint& endpoint, bool mayMove, HttpSecurity security) {
  Result<Listener> listener =
      Listener::open(thread.context(), endpoint, mayMove ? PortChoice::nextFreePort : PortChoice::exact);
  if (!listener) return failFrom(listener);
  Endpoint opened = listener->endpoint();
  if (security == HttpSecurity::plain) statistics.setHttpAddress(opened.toString());
  server.serveAt(std::move(*listener), security);
  return opened;
}

Result<Endpoint> Control::Impl::listenOnThread(const Endpoint& endpoint, bool mayMove, HttpSecurity security) {
  std::promise<Result<Endpoint>> listening;
  auto answer = listening.get_future();
  port->answer([&] { listening.set_value(listen(endpoint, mayMove, security)); });
  return answer.get();
}

void Control::Impl::beginStopping(std::function<void()> quiet, std::chrono::milliseconds longest) {
  mqtt = nullptr;
  audit.writeLast();
  tokenUses.write();
  context.door = nullptr;
  commands.attach(nullptr);
  operations.attach(nullptr);
  statistics.attach(nullptr, {});
  server.close();
  hub.closeAll();
  service.nitrogen().closeAll();
  auto waitUntilQuiet = [](LiveHub& live, std::function<void()> done,
                           std::chrono::milliseconds left) -> asio::awaitable<void> {
    for (; !live.empty() && left.count() > 0; left -= kFarewellStep) co_await pause(kFarewellStep);
    done();
  };
  asio::co_spawn(thread.context(), waitUntilQuiet(hub, std::move(quiet), longest), asio::detached);
}

bool Control::Impl::post(std::string_view what, std::function<void()> function) {
  if (port->tryPost(std::move(function))) return true;
  if (dropped.fetch_add(1) % 1000 == 0) {
    log.warning("the control thread is overloaded; live news is dropped, nothing stored is lost", {{"news", what}});
  }
  return false;
}

void Control::Impl::applySamples(const SampleBatch& samples) {
  states.apply(samples);
  service.nitrogen().samplesCommitted(samples);
  if (hub.empty()) return;
  std::unordered_set<PrincipalNumber> told;
  for (const SampleBatch::Row& row : samples.rows()) {
    if (told.insert(row.car).second) hub.stateChanged(row.car);
  }
}

void Control::Impl::applyEvents(std::span<const api::Event> events) {
  for (const api::Event& event : events) {
    states.apply(event);
    hub.stateChanged(event.car);
    hub.eventHappened(event);
  }
}

void Control::Impl::addFigures(GatewayFigures& figures) const {
  figures.httpConnections = server.connections();
  figures.maxHttpConnections = HttpLimits{}.maxConnections;
  figures.liveClients = hub.size();
  figures.maxLiveClients = LiveHub::kMaxFeeds;
  figures.control = {thread.waiting(), thread.maxWaiting(), thread.refused()};
}

void Control::Impl::registryChanged() {
  std::vector<PrincipalNumber> gone;
  for (const auto& [car, state] : states.all()) {
    if (!parts.registry.find(car)) gone.push_back(car);
  }
  for (const PrincipalNumber car : gone) states.forget(car);
  hub.refresh();
  service.nitrogen().registryChanged();
  if (mqtt != nullptr) mqtt->registryChanged();
}

void Control::Impl::publishNitrogen(PrincipalNumber by, std::string address, std::string payload,
                                    DurableLog::Done done) {
  asio::co_spawn(thread.context(),
                 service.nitrogen().publish(by, std::move(address), std::move(payload), std::move(done)),
                 asio::detached);
}

asio::awaitable<void> Control::Impl::followRegistry() {
  while (true) {
    co_await pause(kPollEvery);
    follower.poll();
    commands.tick();
    operations.tick();
    statistics.setDraining(operations.isDraining());
  }
}

asio::awaitable<void> Control::Impl::feedClients() {
  while (true) {
    co_await pause(kFeedEvery);
    const std::vector<PrincipalNumber> changed = states.takeChanged();
    if (hub.empty()) continue;
    if (!changed.empty()) hub.positionsChanged(changed);
    hub.tick();
    if (mqtt != nullptr) hub.tailMessages(*mqtt, port);
  }
}

asio::awaitable<void> Control::Impl::everySecond() {
  std::uint64_t second = 0;
  while (true) {
    co_await pause(std::chrono::seconds(1));
    states.advance(parts.clock.now());
    statistics.sample();
    audit.tick();
    service.nitrogen().tick();
    tokenUses.tick();
    if (++second % 10 == 0) parts.registry.limitBook().sample();
    if (hub.empty()) continue;
    hub.refresh();  // tokens and rules expire without a change of the registry
    const auto told = [](const api::GatewayStatus& status) {
      return api::toText({{"type", "status"}, {"status", api::toJson(status)}});
    };
    hub.tellStatus(told(statistics.status(false)), told(statistics.status(true)),
                   [&](std::string_view organisation) { return told(statistics.statusOf(organisation, states)); });
  }
}

}  // namespace carport
