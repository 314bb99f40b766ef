#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"
#include "gateway/domain/session_record.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// A message on its way to subscribers. Immutable once shared, so that every I/O thread may hold it.
struct MqttMessage {
  std::string topic;
  std::string payload;
  std::uint8_t qos = 0;
  bool retain = false;
  PrincipalNumber car;  ///< whose topic it is; none for topics that belong to no car
  /// How many bytes of the car's id in the topic, or of what follows `organisations/`, name whose it is; 0: the
  /// house's.
  std::uint8_t organisationBytes = 0;
  bool isCommand = false;  ///< to the car itself by CommandCourier alone, and never to another car
  SessionNumber from{};    ///< who published it; none: the gateway, or nobody who could subscribe with No Local
  /// QoS 2 of a durable session: under which packet id it came. While it is not acknowledged it may come again, after a
  /// restart too, and who has had it must not get it twice. 0: nothing of the kind.
  std::uint16_t packetId = 0;
  bool isResent = false;  ///< its sender says that it may have come before
  /// What every receiver gets unaltered: payload format, content type, response topic, correlation data, user
  /// properties (MQTT 5.0 §3.3.2.3), as mqtt::appendForwarded() encodes them; empty: none.
  std::string properties{};
  std::optional<TimePoint> expiresAt{};  ///< then it is not sent any more (MQTT 5.0 §3.3.2.3.3)

  /// Id of the organisation; empty: the house's. Valid as long as the topic is.
  std::string_view organisation() const { return organisationIn(topic, bool(car), organisationBytes); }
  static std::string_view organisationIn(std::string_view topic, bool isOfCar, std::uint8_t bytes) {
    constexpr std::string_view kCars = "cars/", kOrganisations = "organisations/";
    return bytes == 0 ? std::string_view() : topic.substr(isOfCar ? kCars.size() : kOrganisations.size(), bytes);
  }
  bool hasExpired(TimePoint now) const { return expiresAt && *expiresAt <= now; }
  /// What the limits count.
  std::size_t bytes() const { return topic.size() + payload.size() + properties.size(); }
};
using MqttMessagePtr = std::shared_ptr<const MqttMessage>;

}  // namespace carport
