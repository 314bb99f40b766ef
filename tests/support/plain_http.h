#pragma once

#include "gateway/base/endpoint.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>

namespace carport::test {

/// What a server answered; 0 where it did not.
struct PlainAnswer {
  unsigned status = 0;
  std::string head;
  std::string body;
  nlohmann::json json;  ///< discarded where the body is none

  /// A field of the header, asked for in lower case; empty where it is not there.
  std::string field(std::string_view name) const {
    std::string lower = head;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = lower.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

/// One HTTP request over a connection of its own, without more of HTTP than Carport's answers need: they have a length
/// or end with the connection. Blocks. Compiles in a moment, which a whole HTTP library does not.
inline PlainAnswer plainHttp(const Endpoint& server, std::string_view method, std::string_view path,
                             std::string_view fields = {}, std::string_view body = {}) {
  namespace asio = boost::asio;
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  boost::system::error_code ec;
  socket.connect({asio::ip::make_address(server.host), server.port}, ec);
  std::string request = std::string(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
  request.append("Connection: close\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
  request.append(fields).append("\r\n").append(body);
  asio::write(socket, asio::buffer(request), ec);
  std::string whole;
  asio::read(socket, asio::dynamic_buffer(whole), ec);
  PlainAnswer answer;
  const auto end = whole.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = whole.substr(0, end + 2);
  answer.body = whole.substr(end + 4);
  answer.status = static_cast<unsigned>(std::atoi(answer.head.c_str() + std::string_view("HTTP/1.1 ").size()));
  answer.json = nlohmann::json::parse(answer.body, nullptr, false);
  return answer;
}

}  // namespace carport::test
