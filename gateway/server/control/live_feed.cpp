#include "gateway/server/control/live_feed.h"

#include "gateway/api/api_errc.h"
#include "gateway/api/json_codec.h"
#include "gateway/api/json_fields.h"
#include "gateway/api/live_frame.h"
#include "gateway/domain/live_states.h"

#include <span>
#include <utility>

namespace carport {

namespace {

Result<std::unordered_set<PrincipalNumber>> readNumbers(const nlohmann::json& json, std::string_view name,
                                                        std::size_t maxCount) {
  std::unordered_set<PrincipalNumber> numbers;
  if (!json.is_array() || json.size() > maxCount) {
    return fail(api::ApiErrc::badField, fmt::format("'{}' must be a list of at most {} car numbers", name, maxCount));
  }
  for (const auto& item : json) {
    if (!item.is_number_unsigned() || item.get<std::uint64_t>() > UINT32_MAX) {
      return fail(api::ApiErrc::badField, fmt::format("'{}' holds something that is no car number", name));
    }
    numbers.insert(PrincipalNumber{item.get<std::uint32_t>()});
  }
  return numbers;
}

/// Those whom the caller means by these numbers.
std::unordered_set<PrincipalNumber> meant(const std::unordered_set<PrincipalNumber>& told,
                                          const OutwardNumbers& numbers) {
  std::unordered_set<PrincipalNumber> cars;
  for (const PrincipalNumber one : told) {
    if (const auto car = numbers.meant(one)) cars.insert(*car);
  }
  return cars;
}

}  // namespace

Result<LiveWatch> LiveWatch::parse(std::string_view text) {
  const Result<nlohmann::json> json = api::parseJson(text);
  if (!json) return failFrom(json);
  api::FieldReader message(*json);
  const nlohmann::json* wanted = message.noOthers({"watch"}).take("watch", api::Need::required);
  if (const auto read = message.finish(); !read) return failFrom(read);
  LiveWatch watch;
  std::int64_t intervalMs = watch.interval.count();
  api::FieldReader fields(*wanted);
  fields.noOthers({"positions", "cars", "intervalMs", "events", "commands", "status", "states", "messages"})
      .boolean("positions", watch.positions, api::Need::optional)
      .integer("intervalMs", intervalMs, api::Need::optional)
      .boolean("events", watch.events, api::Need::optional)
      .boolean("commands", watch.commands, api::Need::optional)
      .boolean("status", watch.status, api::Need::optional);
  if (const auto* cars = fields.take("cars", api::Need::optional)) {
    auto numbers = readNumbers(*cars, "cars", kMaxCars);
    if (!numbers) return failFrom(numbers);
    watch.cars = std::move(*numbers);
  }
  if (const auto* states = fields.take("states", api::Need::optional)) {
    auto numbers = readNumbers(*states, "states", kMaxStates);
    if (!numbers) return failFrom(numbers);
    watch.states = std::move(*numbers);
  }
  if (const auto* messages = fields.take("messages", api::Need::optional)) {
    auto numbers = readNumbers(*messages, "messages", kMaxMessageCars);
    if (!numbers) return failFrom(numbers);
    watch.messages = std::move(*numbers);
  }
  watch.interval = std::clamp(Milliseconds(intervalMs), kShortestInterval, kLongestInterval);
  return fields.finish(std::move(watch));
}

LiveFeed::LiveFeed(WebSocketConnection& socket, ViewFilter filter, const OutwardNumbers& numbers,
                   const LiveStates& states, const Clock& clock)
    : m_socket(socket),
      m_filter(std::move(filter)),
      m_numbers(numbers),
      m_states(states),
      m_clock(clock),
      m_tail(std::make_shared<RawTail>(*this)) {}

LiveFeed::~LiveFeed() {
  m_tail->end();
}

void LiveFeed::setWatch(LiveWatch watch) {
  m_watch = std::move(watch);
  if (m_watch.cars) m_watch.cars = meant(*m_watch.cars, m_numbers);
  m_watch.states = meant(m_watch.states, m_numbers);
  m_watch.messages = meant(m_watch.messages, m_numbers);
  m_tail->watch(m_watch.messages);
  m_moved.clear();
  m_nextPositions = {};
  m_nextStates = {};
  markEverything();
  tick();
}

void LiveFeed::markEverything() {
  if (m_watch.positions) {
    for (const auto& [car, state] : m_states.all()) {
      if (wantsPosition(car)) m_moved.insert(car);
    }
  }
  m_stateChanged = m_watch.states;
}

bool LiveFeed::wantsPosition(PrincipalNumber car) {
  return m_watch.positions && (!m_watch.cars || m_watch.cars->contains(car)) && m_filter.mayView(car);
}

void LiveFeed::positionsChanged(const std::vector<PrincipalNumber>& cars) {
  if (!m_watch.positions) return;
  for (const PrincipalNumber car : cars) {
    if (wantsPosition(car)) m_moved.insert(car);
  }
}

void LiveFeed::stateChanged(PrincipalNumber car) {
  if (m_watch.states.contains(car)) m_stateChanged.insert(car);
}

void LiveFeed::tellError(std::string_view sentence) {
  m_socket.sendText(api::toText({{"type", "error"}, {"message", sentence}}));
}

void LiveFeed::tick() {
  const SteadyPoint now = m_clock.steadyNow();
  if (now >= m_nextPositions && !m_moved.empty() && m_socket.waitingBytes() <= kMaxPositionBacklog) {
    m_nextPositions = now + m_watch.interval - kTickSlack;
    sendPositions();
  }
  if (now >= m_nextStates && !m_stateChanged.empty() && m_socket.waitingBytes() <= kMaxPositionBacklog) {
    m_nextStates = now + kStateInterval;
    sendStates();
  }
}

void LiveFeed::tailMessages(MqttLink& mqtt, const std::shared_ptr<ControlPort>& port) {
  if (m_watch.messages.empty() || m_socket.waitingBytes() > kMaxPositionBacklog) return;
  m_tail->ask(mqtt, port, m_clock.steadyNow());
}

void LiveFeed::sendPositions() {
  std::vector<api::CarPosition> positions;
  positions.reserve(m_moved.size());
  for (const PrincipalNumber car : std::exchange(m_moved, {})) {
    if (const api::CarState* state = m_states.find(car)) positions.push_back(m_numbers.told(state->position));
  }
  for (std::span rest(positions); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kCarsPerFrame));
    m_socket.sendBinary(api::encodeLiveFrame(some));
    rest = rest.subspan(some.size());
  }
}

void LiveFeed::sendStates() {
  for (const PrincipalNumber car : std::exchange(m_stateChanged, {})) {
    const api::CarState* state = m_states.find(car);
    if (state == nullptr || !m_filter.mayView(car)) continue;
    m_socket.sendText(api::toText(
        {{"type", "state"}, {"car", m_numbers.told(car).value}, {"state", api::toJson(m_numbers.told(*state))}}));
  }
}

void LiveFeed::tellFences(std::uint64_t version) {
  const auto visible = visibleFences(version);
  if (std::exchange(m_fences, visible) != visible) m_socket.sendText(R"({"type":"fences"})");
}

void LiveFeed::refresh() {
  if (!m_filter.refresh()) return;
  m_socket.sendText(R"({"type":"cars"})");
  // Cars that became visible are shown at once; what moved of the others is not told any more.
  m_moved.clear();
  markEverything();
}

}  // namespace carport
