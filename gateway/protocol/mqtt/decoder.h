#pragma once

#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/protocol/mqtt/packets.h"

#include <string_view>
#include <vector>

namespace carport::mqtt {

/// Room for the lists of SUBSCRIBE, UNSUBSCRIBE and SUBACK, used again for each packet. Owner: a connection.
struct DecodeScratch {
  std::vector<TopicRequest> topics;
  std::vector<std::string_view> filters;
  std::vector<ReasonCode> codes;
};

/// Looks into a packet and checks every rule of MQTT 3.1.1 that it can break on its own; the views of the result point
/// into the frame and into `scratch`. A CONNECT of another protocol level fails with MqttErrc::unsupportedVersion.
/// Errors: malformedPacket, badTopic, badTopicFilter, protocolError, unsupportedVersion, each with a sentence.
Result<Packet> decodePacket(const Frame& frame, DecodeScratch& scratch);

/// The same for one type of packet, for hot paths; the frame must be of that type.
Result<Connect> decodeConnect(const Frame& frame);
Result<Publish> decodePublish(const Frame& frame);
Result<PacketId> decodePacketIdOnly(const Frame& frame);
Result<Subscribe> decodeSubscribe(const Frame& frame, DecodeScratch& scratch);
Result<Unsubscribe> decodeUnsubscribe(const Frame& frame, DecodeScratch& scratch);
Result<Connack> decodeConnack(const Frame& frame);
Result<Suback> decodeSuback(const Frame& frame, DecodeScratch& scratch);

}  // namespace carport::mqtt
