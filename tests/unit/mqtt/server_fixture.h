#pragma once

#include "gateway/base/clock.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/protocol/mqtt/server_connection.h"
#include "tests/unit/mqtt/recording_handlers.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace carport::mqtt {

/// The packets as 5.0 bytes, one after the other.
template <class... Packets>
std::string bytes5(const Packets&... packets) {
  std::string out;
  (encode(Packet(packets), out, ProtocolLevel::v5), ...);
  return out;
}

/// One property that is a number, encoded.
inline std::string numberAs(PropertyId id, std::uint32_t value) {
  std::string encoded;
  PropertyWriter(encoded).number(id, value);
  return encoded;
}

/// A message "x".
inline Publish messageOf(Qos qos, PacketId id, std::string_view topic = "t", std::string_view properties = {}) {
  return {topic, "x", qos, false, false, id, {properties}};
}

/// A server's connection with its surroundings; time stands still unless a test moves it.
struct ServerFixture {
  explicit ServerFixture(ConnectionOptions limits = {}) : options(limits), connection(options, handler, now) {}

  void feed(const std::string& bytes) {
    const std::string copy = bytes;  // gone after the call, as the owner's buffer is
    connection.feed(copy, now);
  }
  std::string output() {
    std::string bytes;
    connection.takeOutput(bytes);
    return bytes;
  }
  bool failedWith(MqttErrc code) const {
    return connection.state() == ServerConnection::State::closed && handler.error && handler.error->is(code);
  }

  /// CONNECT of a 5.0 client with these properties.
  static Connect connect5(std::string_view properties = {}, std::uint16_t keepAliveSeconds = 10) {
    Connect connect;
    connect.level = ProtocolLevel::v5;
    connect.clientId = "car";
    connect.keepAliveSeconds = keepAliveSeconds;
    connect.properties = {properties};
    return connect;
  }
  /// Signs a client in and forgets about it.
  ServerFixture& connected(const Connect& connect = connect5(), const Acceptance& acceptance = {}) {
    feed(bytes5(connect));
    connection.acceptConnect(acceptance, now);
    output();
    handler.lines.clear();
    return *this;
  }

  /// The one packet in `bytes`; the test fails by exception where there is not exactly one.
  const Packet& only(const std::string& bytes) {
    m_bytes = bytes;
    FrameReader reader;
    reader.feed(m_bytes);
    const auto frame = reader.next();
    m_packet = decodePacket(frame.value().value(), m_scratch, connection.level()).value();
    if (reader.next().value()) throw std::runtime_error("there is more than one packet");
    return m_packet;
  }
  /// The reason of the one DISCONNECT in the output.
  ReasonCode disconnectReason() { return std::get<Disconnect>(only(output())).reason; }

  ConnectionOptions options;
  RecordingServerHandler handler;
  SteadyPoint now{std::chrono::hours(1)};
  ServerConnection connection;

 private:
  std::string m_bytes;
  Packet m_packet;
  DecodeScratch m_scratch;
};

}  // namespace carport::mqtt
