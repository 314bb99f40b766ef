#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <string>

/// Packets to bytes, appended to a buffer, so that many packets go out in one write. The caller gives valid packets
/// (topics checked, strings at most kMaxStringBytes, packet ids set); MQTT 3.1.1 encoding.
namespace carport::mqtt {

void encode(const Connect& packet, std::string& out);
void encode(const Connack& packet, std::string& out);
void encode(const Publish& packet, std::string& out);
void encode(const Subscribe& packet, std::string& out);
void encode(const Suback& packet, std::string& out);
void encode(const Unsubscribe& packet, std::string& out);
void encode(const Puback& packet, std::string& out);
void encode(const Pubrec& packet, std::string& out);
void encode(const Pubrel& packet, std::string& out);
void encode(const Pubcomp& packet, std::string& out);
void encode(const Unsuback& packet, std::string& out);
void encode(Pingreq, std::string& out);
void encode(Pingresp, std::string& out);
void encode(const Disconnect& packet, std::string& out);
void encode(const Packet& packet, std::string& out);

/// How many bytes a PUBLISH takes on the wire.
std::size_t encodedBytes(const Publish& packet);

}  // namespace carport::mqtt
