#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/limit_share.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace carport {

/// How a connection stands with the limits. Owner: MqttConnection; kept by LimitDesk. Its thread.
struct LimitStanding {
  /// How the message stands that the connection brings now.
  enum class Message : std::uint8_t {
    unpaid,  ///< they have not been asked
    paid,    ///< it may pass, now or when its wait is over
    closes,  ///< it may not: after its wait the connection closes
  };

  std::unique_ptr<LimitShare> share{};  ///< what its messages are held to; null: nothing
  std::uint32_t version = 0;            ///< of the limits that it was made from
  Message message = Message::unpaid;
  SteadyPoint readAt{};                     ///< when what the connection hands out now was read; kept by it
  std::optional<LimitBudget::Wait> wait{};  ///< so long the message that is parked next has to wait
  std::optional<SteadyPoint> warnedAt{};    ///< when the log last named it
};

}  // namespace carport
