#pragma once

#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/wire_reader.h"

/// Steps that the decoding functions share.
namespace carport::mqtt {

/// The flags that the format fixes for this type (MQTT 5.0 §2.1.3, table 2-2); PUBLISH has its own. [MQTT-2.1.3-1],
/// [MQTT-3.6.1-1], [MQTT-3.8.1-1], [MQTT-3.10.1-1], [MQTT-3.14.1-1], [MQTT-3.15.1-1]
Result<void> checkFixedFlags(const Frame& frame);

/// [MQTT-2.2.1-3], [MQTT-2.2.1-4]: never 0.
Result<PacketId> readPacketId(PacketType type, WireReader& reader);

/// A reason code that a packet of this type may carry.
Result<ReasonCode> readReason(PacketType type, WireReader& reader);

/// The error for a topic name or filter that is not valid: in 5.0 malformedPacket where it is not even text
/// [MQTT-1.5.4-1].
Error topicError(PacketType type, std::string_view text, const Error& found, ProtocolLevel level);

}  // namespace carport::mqtt
