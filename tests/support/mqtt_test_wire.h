#pragma once

#include "gateway/base/endpoint.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "tests/support/received_packet.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::test {

/// A blocking connection that sends and receives MQTT packets and knows nothing of what they are for. One thread.
class MqttTestWire {
 public:
  /// How long tests wait for what must come; nothing depends on how much of it is used.
  static constexpr std::chrono::seconds kPatience{10};

  MqttTestWire(const Endpoint& gateway, mqtt::ProtocolLevel level) : m_level(level) {
    m_socket.connect({boost::asio::ip::make_address(gateway.host), gateway.port});
  }

  void sendBytes(std::string_view bytes) {
    boost::system::error_code ignored;
    boost::asio::write(m_socket, boost::asio::buffer(bytes), ignored);
  }
  template <class Packet>
  void send(const Packet& packet) {
    std::string bytes;
    if constexpr (requires { mqtt::encode(packet, bytes, m_level); }) {
      mqtt::encode(packet, bytes, m_level);
    } else {
      mqtt::encode(packet, bytes);
    }
    sendBytes(bytes);
  }

  /// The next packet of this type; others that come before it are kept for later calls. None after kPatience or where
  /// the server closed.
  std::optional<ReceivedPacket> next(mqtt::PacketType type) {
    for (auto packet = m_received.begin(); packet != m_received.end(); ++packet) {
      if (packet->type != type) continue;
      auto found = std::move(*packet);
      m_received.erase(packet);
      return found;
    }
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!m_closed && std::chrono::steady_clock::now() < until) {
      const auto before = m_received.size();
      receive(until);
      for (auto i = before; i < m_received.size(); ++i) {
        if (m_received[i].type != type) continue;
        auto found = std::move(m_received[i]);
        m_received.erase(m_received.begin() + static_cast<std::ptrdiff_t>(i));
        return found;
      }
    }
    return std::nullopt;
  }
  /// Packets of this type that have come and were not asked for yet.
  std::size_t waiting(mqtt::PacketType type) const {
    std::size_t count = 0;
    for (const auto& packet : m_received) count += packet.type == type ? 1 : 0;
    return count;
  }
  /// Nothing comes for so long.
  bool isSilentFor(std::chrono::milliseconds time) {
    const auto before = m_received.size();
    receive(std::chrono::steady_clock::now() + time);
    return !m_closed && m_received.size() == before;
  }
  /// True once the server has closed; false after kPatience.
  bool isClosedByServer() {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!m_closed && std::chrono::steady_clock::now() < until) receive(until);
    return m_closed;
  }
  /// Ends without DISCONNECT, as a lost network does.
  void vanish() { m_socket.close(); }

 private:
  void receive(std::chrono::steady_clock::time_point until) {
    boost::system::error_code result = boost::asio::error::would_block;
    std::size_t bytes = 0;
    m_socket.async_read_some(boost::asio::buffer(m_buffer), [&](const boost::system::error_code& ec, std::size_t n) {
      result = ec;
      bytes = n;
    });
    m_io.restart();
    m_io.run_until(until);
    if (result == boost::asio::error::would_block) {
      m_socket.cancel();
      m_io.run();
      return;
    }
    if (result) {
      m_closed = true;
      return;
    }
    takePackets(m_reader, {m_buffer.data(), bytes}, m_level, m_received);
  }

  boost::asio::io_context m_io;
  boost::asio::ip::tcp::socket m_socket{m_io};
  std::array<char, 16 * 1024> m_buffer{};
  mqtt::FrameReader m_reader;
  std::deque<ReceivedPacket> m_received;
  bool m_closed = false;

 protected:
  const mqtt::ProtocolLevel m_level;
};

}  // namespace carport::test
