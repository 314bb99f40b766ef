#pragma once

#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/protocol/mqtt/packets.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace carport::mqtt {

/// Room for the lists of SUBSCRIBE, UNSUBSCRIBE and their answers, used again for each packet. Owner: a connection.
struct DecodeScratch {
  std::vector<TopicRequest> topics;
  std::vector<std::string_view> filters;
  std::vector<ReasonCode> codes;
};

/// Looks into a packet and checks every rule of its protocol level that it can break on its own; the views of the
/// result point into the frame and into `scratch`. CONNECT says its level itself; one that is neither 4 nor 5 fails
/// with MqttErrc::unsupportedVersion.
/// Errors: malformedPacket, badTopic, badTopicFilter, protocolError, topicAliasInvalid, unsupportedVersion,
/// clientIdRejected, each with a sentence.
Result<Packet> decodePacket(const Frame& frame, DecodeScratch& scratch, ProtocolLevel level = ProtocolLevel::v311);

/// The same for one type of packet, for hot paths; the frame must be of that type.
Result<Connect> decodeConnect(const Frame& frame);
Result<Publish> decodePublish(const Frame& frame, ProtocolLevel level = ProtocolLevel::v311);
/// PUBACK, PUBREC, PUBREL or PUBCOMP, whichever the frame is; reason and properties of 5.0 as well.
struct AnyAcknowledgement {
  PacketId packetId = 0;
  ReasonCode reason = ReasonCode::success;
  Properties properties = {};
};
Result<AnyAcknowledgement> decodeAcknowledgement(const Frame& frame, ProtocolLevel level = ProtocolLevel::v311);
Result<Subscribe> decodeSubscribe(const Frame& frame, DecodeScratch& scratch,
                                  ProtocolLevel level = ProtocolLevel::v311);
Result<Unsubscribe> decodeUnsubscribe(const Frame& frame, DecodeScratch& scratch,
                                      ProtocolLevel level = ProtocolLevel::v311);
Result<Connack> decodeConnack(const Frame& frame, ProtocolLevel level = ProtocolLevel::v311);
Result<Suback> decodeSuback(const Frame& frame, DecodeScratch& scratch, ProtocolLevel level = ProtocolLevel::v311);
Result<Unsuback> decodeUnsuback(const Frame& frame, DecodeScratch& scratch, ProtocolLevel level = ProtocolLevel::v311);
Result<Disconnect> decodeDisconnect(const Frame& frame, ProtocolLevel level = ProtocolLevel::v311);
Result<Auth> decodeAuth(const Frame& frame);
/// PINGREQ and PINGRESP: nothing but the fixed header.
Result<void> decodePing(const Frame& frame);

/// The protocol level that a CONNECT names, whether or not the rest of it is valid; none where it does not name one.
/// Tells in which form to refuse it.
std::optional<std::uint8_t> connectLevel(const Frame& frame);

}  // namespace carport::mqtt
