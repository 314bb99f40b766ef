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
  Milliseconds interval{100};
  /// Cars whose whole state is wanted: those that somebody looks at.
  std::vector<PrincipalNumber> states;

  /// Most cars whose whole state the portal asks for at a time.
  static constexpr std::size_t kMaxStates = 200;

  bool operator==(const LiveWatch&) const = default;
  /// The `{"watch": …}` message.
  QByteArray toMessage() const;
};

}  // namespace carport::ui
