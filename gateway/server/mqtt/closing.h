#pragma once

#include "gateway/api/connection.h"
#include "gateway/protocol/mqtt/reason_code.h"

#include <optional>
#include <string>

namespace carport {

/// Why a connection ends from this side.
struct Closing {
  /// For the log, and for a 5.0 client; it continues "… disconnected: ".
  std::string text;
  /// What a 5.0 client is told; success: nothing, because it has gone or has been told already.
  mqtt::ReasonCode reason = mqtt::ReasonCode::success;
  bool isWillVoid = false;  ///< the client said goodbye
  bool isOrdinary = false;  ///< nothing that anybody has done wrong
  /// Where a 5.0 client may go instead; empty: nowhere that is known.
  std::string otherServer{};
  /// For the record of connections; none: what `reason` says.
  std::optional<api::ConnectionEnding> ending{};
  std::string detail{};  ///< for the same, where more is known than `text` says
};

/// What everybody is told when the gateway ends.
inline const Closing kStopping{"the gateway is stopping", mqtt::ReasonCode::serverShuttingDown};

}  // namespace carport
