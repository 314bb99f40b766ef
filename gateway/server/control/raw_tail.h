#pragma once

#include "gateway/base/clock.h"
#include "gateway/server/control/control_port.h"
#include "gateway/server/links.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace carport {

class LiveFeed;

/// The raw messages of the cars that one live client looks at: asks the MQTT side for what is new a few times a second,
/// so that a message on its way in costs the same whether somebody looks or not. Owner: the feed, together with the
/// answers that are under way; the control thread.
class RawTail : public std::enable_shared_from_this<RawTail> {
 public:
  static constexpr Milliseconds kEvery{250};

  explicit RawTail(LiveFeed& feed) : m_feed(&feed) {}

  /// These cars from now on. Of a new one the newest few follow at once, of one that was there what is new.
  void watch(const std::unordered_set<PrincipalNumber>& cars);
  /// Asks where it is time.
  void ask(MqttLink& mqtt, const std::shared_ptr<ControlPort>& port, SteadyPoint now);
  /// The feed goes: answers that are under way are for nobody.
  void end() { m_feed = nullptr; }

 private:
  struct Watched {
    std::uint64_t turn = 0;            // tells it from an earlier watch of the same car
    std::vector<std::uint64_t> after;  // as RawAnswer::next; empty: nothing has been told
    bool isAsked = false;
  };

  void take(PrincipalNumber car, std::uint64_t turn, RawAnswer answer);

  LiveFeed* m_feed;
  std::unordered_map<PrincipalNumber, Watched> m_watched;
  std::uint64_t m_lastTurn = 0;
  SteadyPoint m_next{};
};

}  // namespace carport
