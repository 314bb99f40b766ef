#pragma once

#include "gateway/base/clock.h"

#include <cstdint>
#include <optional>
#include <string>

namespace carport::api {

/// How far letting the clients go has come.
enum class DrainPhase : std::uint8_t {
  serving,   ///< clients come and stay
  draining,  ///< no new ones; those that are here are let go
  drained    ///< none is left, and everything that was acknowledged is on disk
};

/// What GET /gateway/drain answers.
struct DrainState {
  DrainPhase phase = DrainPhase::serving;
  std::optional<TimePoint> since;  ///< when it was asked for; none while serving
  std::optional<TimePoint> until;  ///< when the last client is let go
  std::uint64_t connections = 0;   ///< MQTT connections that are left
  bool thenEnd = false;            ///< the program ends once it is drained
  std::string server;              ///< where clients are sent; empty: nowhere

  bool operator==(const DrainState&) const = default;
};

/// What POST /gateway/drain takes.
struct DrainWish {
  static constexpr std::int64_t kMostSeconds = 3600;

  std::int64_t seconds = 30;  ///< over which clients are let go
  bool thenEnd = false;
  std::string server;  ///< HOST:PORT

  bool operator==(const DrainWish&) const = default;
};

}  // namespace carport::api
