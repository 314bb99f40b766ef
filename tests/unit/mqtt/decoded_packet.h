#pragma once

#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"

#include <QByteArray>

#include <string>

/// How tests of the decoder put packets together and take them apart.
namespace carport::mqtt {

/// The one packet in `bytes`, of which the result's views are part.
inline Result<Packet> decoded(const std::string& bytes, DecodeScratch& scratch,
                              ProtocolLevel level = ProtocolLevel::v5) {
  FrameReader reader(kMaxRemainingLength);
  reader.feed(bytes);
  const auto frame = reader.next();
  if (!frame) return failFrom(frame);
  if (!*frame) return fail(MqttErrc::malformedPacket, "incomplete");
  return decodePacket(**frame, scratch, level);
}

/// A packet with the first byte `type` and this body, both in hexadecimal digits; its Remaining Length is filled in.
/// Bodies are shorter than 128 bytes.
inline QByteArray packet(const char* type, const char* body) {
  const QByteArray bytes = QByteArray::fromHex(body);
  return QByteArray::fromHex(type) + QByteArray(1, char(bytes.size())) + bytes;
}

/// The same, for reading from.
inline std::string bytesOf(const char* type, const char* body) {
  return packet(type, body).toStdString();
}

}  // namespace carport::mqtt
