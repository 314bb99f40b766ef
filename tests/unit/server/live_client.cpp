#include "tests/unit/server/live_client.h"

#include <boost/beast/websocket.hpp>

namespace carport::test {

struct LiveClient::Connection {
  boost::asio::io_context context;
  beast::websocket::stream<tcp::socket> stream{context};
  beast::error_code error;
  unsigned status = 0;
};

LiveClient::LiveClient(const ControlFixture& fixture, const std::string& token, const std::string& seeAs)
    : m_connection(std::make_unique<Connection>()) {
  auto& [context, stream, error, status] = *m_connection;
  stream.next_layer() = fixture.connect(context);
  stream.set_option(beast::websocket::stream_base::decorator([token, seeAs](beast::websocket::request_type& request) {
    request.set(http::field::authorization, "Bearer " + token);
    if (!seeAs.empty()) request.set("Carport-See-As", seeAs);
  }));
  beast::websocket::response_type response;
  stream.handshake(response, "localhost", "/api/v2/live", error);
  status = response.result_int();
}

LiveClient::~LiveClient() = default;

unsigned LiveClient::status() const { return m_connection->status; }

void LiveClient::say(const std::string& text) {
  m_connection->stream.write(boost::asio::buffer(text), m_connection->error);
}

std::optional<std::pair<std::string, bool>> LiveClient::next() {
  beast::flat_buffer buffer;
  m_connection->stream.read(buffer, m_connection->error);
  if (m_connection->error) return std::nullopt;
  return std::pair(beast::buffers_to_string(buffer.data()), m_connection->stream.got_binary());
}

std::optional<nlohmann::json> LiveClient::nextOfType(const std::string& type) {
  while (auto message = next()) {
    if (message->second) continue;
    auto json = nlohmann::json::parse(message->first);
    if (json.at("type") == type) return json;
  }
  return std::nullopt;
}

std::string LiveClient::closeReason() const { return std::string(m_connection->stream.reason().reason.c_str()); }

}  // namespace carport::test
