#pragma once

#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/wire_reader.h"

namespace carport::mqtt {

/// Reads the property length and the properties of a packet of this type, and checks what MQTT 5.0 §2.2.2.2 and the
/// packet's own section demand of them. Errors: malformedPacket (unknown, not of this packet, cut off, not UTF-8),
/// protocolError (twice, out of range), topicAliasInvalid.
Result<Properties> readProperties(PacketType type, WireReader& reader);
/// The same for the properties of a will, which are in CONNECT's payload (§3.1.3.2).
Result<Properties> readWillProperties(WireReader& reader);

}  // namespace carport::mqtt
