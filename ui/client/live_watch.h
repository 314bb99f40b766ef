#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <QByteArray>

#include <cstddef>
#include <vector>

namespace carport::ui {

/// What the portal wants to hear on `/api/v2/live`; see docs/api.md, "Live".
struct LiveWatch {
  bool positions = true;
  bool events = true;
  bool commands = true;
  bool status = true;
  /// Twenty times a second, as often as the gateway tells: what moves on the map is drawn as often.
  Milliseconds interval{50};
  /// Cars whose whole state is wanted: those that somebody looks at.
  std::vector<PrincipalNumber> states;

  /// Most cars whose whole state the portal asks for at a time.
  static constexpr std::size_t kMaxStates = 200;
  /// Cars whose messages are wanted as they come.
  std::vector<PrincipalNumber> messages;
  /// Most of them; the gateway allows no more.
  static constexpr std::size_t kMaxMessages = 4;

  bool operator==(const LiveWatch&) const = default;
  /// The `{"watch": …}` message.
  QByteArray toMessage() const;
};

}  // namespace carport::ui
