#pragma once

#include "gateway/base/endpoint.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "tests/support/received_packet.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace carport::test {

using TcpStream = boost::asio::ip::tcp::socket;
using TlsStream = boost::asio::ssl::stream<TcpStream>;
using WsStream = boost::beast::websocket::stream<TcpStream>;
using WssStream = boost::beast::websocket::stream<TlsStream>;

/// How a WebSocket is asked for.
struct WebSocketRequest {
  std::string path = "/mqtt";
  std::string subprotocol = "mqtt";
  std::string origin;
  std::string host = "localhost";
};

/// A blocking MQTT client over TLS, WebSocket or both, whose transports are Asio's and Beast's own. One thread.
template <class Stream>
class StreamMqttClient {
 public:
  using ErrorCode = boost::system::error_code;
  static constexpr std::chrono::seconds kPatience{10};

  template <class... Arguments>
  explicit StreamMqttClient(const Endpoint& gateway, Arguments&... arguments) : stream(io, arguments...) {
    boost::beast::get_lowest_layer(stream).connect({boost::asio::ip::make_address(gateway.host), gateway.port});
  }

  /// The handshakes; what went wrong, if anything.
  ErrorCode open(const WebSocketRequest& how = {}) {
    namespace ssl = boost::asio::ssl;
    namespace websocket = boost::beast::websocket;
    ErrorCode ec;
    if constexpr (std::is_same_v<Stream, TlsStream>) stream.handshake(ssl::stream_base::client, ec);
    if constexpr (std::is_same_v<Stream, WssStream>) stream.next_layer().handshake(ssl::stream_base::client, ec);
    if constexpr (isWebSocket()) {
      if (ec) return ec;
      stream.binary(true);
      stream.set_option(websocket::stream_base::decorator([how](websocket::request_type& request) {
        namespace http = boost::beast::http;
        if (!how.subprotocol.empty()) request.set(http::field::sec_websocket_protocol, how.subprotocol);
        if (!how.origin.empty()) request.set(http::field::origin, how.origin);
      }));
      stream.handshake(response, how.host, how.path, ec);
    }
    return ec;
  }

  /// CONNECT; the answer's code, none where the server closed instead.
  std::optional<mqtt::ConnectCode> signIn(std::optional<std::string> id, std::optional<std::string> password,
                                          const std::string& clientId = "client") {
    mqtt::Connect connect;
    connect.clientId = clientId;
    if (id) connect.userName = *id;
    if (password) connect.password = *password;
    send(connect);
    const auto answer = next(mqtt::PacketType::connack);
    return answer ? std::optional(answer->connectCode) : std::nullopt;
  }
  bool signsIn(std::optional<std::string> id, std::optional<std::string> password,
               const std::string& clientId = "client") {
    return signIn(std::move(id), std::move(password), clientId) == mqtt::ConnectCode::accepted;
  }
  bool publishesAcknowledged(std::string_view topic, std::string_view payload) {
    send(publication(topic, payload));
    const auto ack = next(mqtt::PacketType::puback);
    return ack && ack->packetId == m_lastId;
  }
  /// A QoS 1 message, for send() and bytesOf().
  mqtt::Publish publication(std::string_view topic, std::string_view payload) {
    mqtt::Publish publish;
    publish.topic = topic;
    publish.payload = payload;
    publish.qos = mqtt::Qos::atLeastOnce;
    publish.packetId = ++m_lastId;
    return publish;
  }
  bool subscribes(std::string_view filter) {
    const std::array wishes{mqtt::TopicRequest{.filter = filter, .qos = mqtt::Qos::atLeastOnce}};
    mqtt::Subscribe subscribe;
    subscribe.packetId = ++m_lastId;
    subscribe.topics = wishes;
    send(subscribe);
    return next(mqtt::PacketType::suback).has_value();
  }
  bool isAnswered() {
    send(mqtt::Pingreq{});
    return next(mqtt::PacketType::pingresp).has_value();
  }

  template <class Packet>
  static std::string bytesOf(const Packet& packet) {
    std::string bytes;
    mqtt::encode(packet, bytes);
    return bytes;
  }
  template <class Packet>
  void send(const Packet& packet) {
    sendBytes(bytesOf(packet));
  }
  /// As one message where there are messages.
  void sendBytes(std::string_view bytes) {
    ErrorCode ignored;
    if constexpr (isWebSocket()) {
      stream.write(boost::asio::buffer(bytes), ignored);
    } else {
      boost::asio::write(stream, boost::asio::buffer(bytes), ignored);
    }
  }

  /// The next packet of this type; others before it are kept.
  std::optional<ReceivedPacket> next(mqtt::PacketType type) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (true) {
      for (auto packet = m_received.begin(); packet != m_received.end(); ++packet) {
        if (packet->type != type) continue;
        auto found = std::move(*packet);
        m_received.erase(packet);
        return found;
      }
      if (ended || std::chrono::steady_clock::now() >= until) return std::nullopt;
      receive(until);
    }
  }
  bool isClosedByServer() {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!ended && std::chrono::steady_clock::now() < until) receive(until);
    return ended.failed();
  }

  boost::asio::io_context io;
  Stream stream;
  boost::beast::websocket::response_type response;
  ErrorCode ended;  ///< how the server ended it

 private:
  static constexpr bool isWebSocket() { return std::is_same_v<Stream, WsStream> || std::is_same_v<Stream, WssStream>; }

  void receive(std::chrono::steady_clock::time_point until) {
    std::optional<ErrorCode> result;
    std::size_t bytes = 0;
    stream.async_read_some(boost::asio::buffer(m_buffer), [&](const ErrorCode& ec, std::size_t n) {
      result = ec;
      bytes = n;
    });
    io.restart();
    io.run_until(until);
    if (!result) {
      boost::beast::get_lowest_layer(stream).close();
      io.run();
    }
    if (!result || *result) {
      ended = result.value_or(boost::asio::error::timed_out);
      return;
    }
    takePackets(m_reader, {m_buffer.data(), bytes}, mqtt::ProtocolLevel::v311, m_received);
  }

  std::array<char, 16 * 1024> m_buffer{};
  mqtt::FrameReader m_reader{4 * 1024 * 1024};  // more than the server sends
  std::deque<ReceivedPacket> m_received;
  mqtt::PacketId m_lastId = 0;
};

}  // namespace carport::test
