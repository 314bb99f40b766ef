#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <string>
#include <variant>
#include <vector>

namespace carport::test {

/// A packet from the server, with what it says copied out.
struct ReceivedPacket {
  mqtt::PacketType type{};
  mqtt::PacketId packetId = 0;
  mqtt::ConnectCode connectCode{};
  bool sessionPresent = false;
  std::vector<mqtt::ReasonCode> codes;
  std::string topic;
  std::string payload;
  mqtt::Qos qos{};
  bool retain = false;
  bool duplicate = false;
};

/// What tests look at in `packet`.
inline ReceivedPacket received(const mqtt::Packet& packet, mqtt::PacketType type) {
  ReceivedPacket result;
  result.type = type;
  if (const auto* connack = std::get_if<mqtt::Connack>(&packet)) {
    result.connectCode = mqtt::toConnectCode(connack->reason);
    result.sessionPresent = connack->sessionPresent;
  } else if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
    result.packetId = publish->packetId;
    result.topic = publish->topic;
    result.payload = publish->payload;
    result.qos = publish->qos;
    result.retain = publish->retain;
    result.duplicate = publish->duplicate;
  } else if (const auto* puback = std::get_if<mqtt::Puback>(&packet)) {
    result.packetId = puback->packetId;
  } else if (const auto* suback = std::get_if<mqtt::Suback>(&packet)) {
    result.packetId = suback->packetId;
    result.codes.assign(suback->codes.begin(), suback->codes.end());
  } else if (const auto* unsuback = std::get_if<mqtt::Unsuback>(&packet)) {
    result.packetId = unsuback->packetId;
  }
  return result;
}

}  // namespace carport::test
