#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/raw_message.h"
#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"
#include "gateway/domain/outward_numbers.h"
#include "gateway/server/control/raw_tail.h"
#include "gateway/server/control/view_filter.h"
#include "gateway/transport/websocket_connection.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace carport {

class LiveStates;

/// What a client of `/api/v2/live` wants to be told.
struct LiveWatch {
  static constexpr std::size_t kMaxCars = 100'000;
  static constexpr std::size_t kMaxStates = 100;
  static constexpr std::size_t kMaxMessageCars = 4;
  static constexpr Milliseconds kShortestInterval{50};
  static constexpr Milliseconds kLongestInterval{10'000};

  bool positions = false;
  std::optional<std::unordered_set<PrincipalNumber>> cars;  ///< none: all that the caller may view
  Milliseconds interval{100};
  bool events = false;
  bool commands = false;
  bool status = false;
  std::unordered_set<PrincipalNumber> states;
  std::unordered_set<PrincipalNumber> messages;  ///< of these, what they send as it comes

  /// Reads `{"watch":{…}}`.
  static Result<LiveWatch> parse(std::string_view text);
};

/// What one client of `/api/v2/live` is sent. Decides for every car whether the caller may view it. Owner: the
/// coroutine that serves the client; the control thread.
class LiveFeed {
 public:
  /// While more than this waits for the client, positions are left out; the latest follow once it has caught up.
  static constexpr std::size_t kMaxPositionBacklog = 1024 * 1024;
  static constexpr Milliseconds kStateInterval{250};
  /// A tick that comes so much too early is taken: waiting for the next one would halve the rate.
  static constexpr Milliseconds kTickSlack{10};
  /// Cars in one frame: about 370 kB, so that a frame never fills the client's queue alone.
  static constexpr std::size_t kCarsPerFrame = 10'000;

  /// `numbers`: as the caller is told them.
  LiveFeed(WebSocketConnection& socket, ViewFilter filter, const OutwardNumbers& numbers, const LiveStates& states,
           const Clock& clock);
  ~LiveFeed();
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  /// What the client wants from now on; the present positions and states follow at once.
  void setWatch(LiveWatch watch);
  const LiveWatch& watch() const { return m_watch; }

  /// These cars moved.
  void positionsChanged(const std::vector<PrincipalNumber>& cars);
  /// Something about this car's state changed.
  void stateChanged(PrincipalNumber car);
  bool mayView(PrincipalNumber car) { return m_filter.mayView(car); }
  /// Whether the caller would be given this message, were he subscribed to its topic.
  bool mayReceive(const api::RawMessage& message) const { return m_filter.mayReceive(message.topic, message.payload); }
  /// Whether that is so of every message there, whatever is in it.
  bool mayReceiveAll(std::string_view topic) const { return m_filter.mayReceiveAll(topic); }
  void tell(const std::string& text) { m_socket.sendText(text); }
  /// Whether the caller may administer the gateway.
  bool mayAdminister() const { return m_filter.mayAdminister(); }
  /// The caller's; empty: the house.
  std::string_view organisation() const { return m_filter.organisation(); }
  const OutwardNumbers& numbers() const { return m_numbers; }
  void tellError(std::string_view sentence);

  /// Sends what is due; called every few tens of milliseconds.
  void tick();
  /// Asks for the raw messages that the client wants.
  void tailMessages(MqttLink& mqtt, const std::shared_ptr<ControlPort>& port);
  /// The registry changed or a rule expired: what the caller may see is decided anew.
  void refresh();
  /// Tells where the caller's fences are others than they were; `version` is Registry::fencesVersion() of the caller's
  /// organisation.
  void tellFences(std::uint64_t version);
  /// The caller knows them as they are now, or is about to ask.
  void setFences(std::uint64_t version) { m_fences = visibleFences(version); }

  WebSocketConnection& socket() { return m_socket; }

 private:
  bool wantsPosition(PrincipalNumber car);
  std::optional<std::uint64_t> visibleFences(std::uint64_t version) const {
    return m_filter.mayViewAnything() ? std::optional(version) : std::nullopt;
  }
  void markEverything();
  void sendPositions();
  void sendStates();

  WebSocketConnection& m_socket;
  ViewFilter m_filter;
  const OutwardNumbers m_numbers;
  const LiveStates& m_states;
  const Clock& m_clock;
  LiveWatch m_watch;
  std::unordered_set<PrincipalNumber> m_moved;
  std::unordered_set<PrincipalNumber> m_stateChanged;
  std::optional<std::uint64_t> m_fences{};  // version of those that the caller knows; none: may not see them
  SteadyPoint m_nextPositions{};
  SteadyPoint m_nextStates{};
  const std::shared_ptr<RawTail> m_tail;
};

}  // namespace carport
