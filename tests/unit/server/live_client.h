#pragma once

#include "tests/unit/server/control_fixture.h"

#include <boost/beast/websocket.hpp>

#include <optional>
#include <string>
#include <utility>

namespace carport::test {

/// A blocking client of `/api/v2/live`.
class LiveClient {
 public:
  /// `seeAs`: whose live feed it wants to see; empty: its own.
  LiveClient(const ControlFixture& fixture, const std::string& token, const std::string& seeAs = {})
      : m_stream(m_context) {
    m_stream.next_layer() = fixture.connect(m_context);
    m_stream.set_option(
        beast::websocket::stream_base::decorator([token, seeAs](beast::websocket::request_type& request) {
          request.set(http::field::authorization, "Bearer " + token);
          if (!seeAs.empty()) request.set("Carport-See-As", seeAs);
        }));
    beast::websocket::response_type response;
    m_stream.handshake(response, "localhost", "/api/v2/live", m_error);
    m_status = response.result_int();
  }

  unsigned status() const { return m_status; }
  void say(const std::string& text) { m_stream.write(boost::asio::buffer(text), m_error); }
  /// The next message, with whether it is binary; none once the gateway has closed.
  std::optional<std::pair<std::string, bool>> next() {
    beast::flat_buffer buffer;
    m_stream.read(buffer, m_error);
    if (m_error) return std::nullopt;
    return std::pair(beast::buffers_to_string(buffer.data()), m_stream.got_binary());
  }
  /// Reads until a text of this type comes.
  std::optional<nlohmann::json> nextOfType(const std::string& type) {
    while (auto message = next()) {
      if (message->second) continue;
      auto json = nlohmann::json::parse(message->first);
      if (json.at("type") == type) return json;
    }
    return std::nullopt;
  }
  std::string closeReason() const { return std::string(m_stream.reason().reason.c_str()); }

 private:
  boost::asio::io_context m_context;
  beast::websocket::stream<tcp::socket> m_stream;
  beast::error_code m_error;
  unsigned m_status = 0;
};

}  // namespace carport::test
