#include "gateway/transport/websocket_handshake.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

namespace carport {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Request = http::request<http::empty_body>;

constexpr std::string_view kEndOfHeader = "\r\n\r\n";
/// What a key is joined with before it is hashed (§1.3).
constexpr std::string_view kKeyGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// 16 bytes in Base64.
constexpr std::size_t kKeyBytes = 24;

/// A refusal: status, a sentence for whoever reads the answer, and a header line more.
struct Refusal {
  http::status status;
  std::string sentence;
  std::string_view headerLine = {};
};

bool offers(const Request& request, std::string_view subprotocol) {
  const auto [first, last] = request.equal_range(http::field::sec_websocket_protocol);
  return std::any_of(first, last, [&](const auto& field) {
    const http::token_list tokens(field.value());
    return std::any_of(tokens.begin(), tokens.end(), [&](const auto& token) { return token == subprotocol; });
  });
}

bool isKey(std::string_view key) {
  const auto isBase64 = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  return key.size() == kKeyBytes && key.ends_with("==") && std::all_of(key.begin(), key.end() - 2, isBase64);
}

/// Without the port.
std::string_view hostOf(std::string_view authority) {
  const auto colon = authority.rfind(':');
  const bool hasPort = colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  return authority.substr(0, hasPort ? colon : authority.size());
}

/// Origin is `scheme://host[:port]`; it is at home where that is the host that was asked (RFC 6454, RFC 6455 §10.2).
bool isForeign(const Request& request) {
  const std::string_view origin = request[http::field::origin];
  if (origin.empty()) return false;
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ||
         !beast::iequals(hostOf(origin.substr(scheme + 3)), hostOf(request[http::field::host]));
}

std::optional<Refusal> complaint(const Request& request, const WebSocketOffer& offer) {
  const std::string_view target = request.target();
  const auto path = target.substr(0, target.find('?'));
  if (std::find(offer.paths.begin(), offer.paths.end(), path) == offer.paths.end()) {
    return Refusal{http::status::not_found, fmt::format("There is nothing here; try {}", offer.paths.front())};
  }
  if (!beast::websocket::is_upgrade(request)) {
    return Refusal{http::status::upgrade_required, "This port speaks WebSocket only",
                   "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"};
  }
  if (request[http::field::sec_websocket_version] != "13") {
    return Refusal{http::status::upgrade_required, "Only version 13 of WebSocket is spoken here",
                   "Sec-WebSocket-Version: 13\r\n"};
  }
  if (request.count(http::field::sec_websocket_key) != 1 || !isKey(request[http::field::sec_websocket_key])) {
    return Refusal{http::status::bad_request, "The Sec-WebSocket-Key is missing or malformed"};
  }
  if (!offers(request, offer.subprotocol)) {
    return Refusal{
        http::status::bad_request,
        fmt::format("The WebSocket subprotocol “{}” must be offered (Sec-WebSocket-Protocol)", offer.subprotocol)};
  }
  return std::nullopt;
}

std::string refusalText(const Refusal& refusal) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: "
      "{}\r\n{}\r\n{}\n",
      static_cast<unsigned>(refusal.status), std::string_view(http::obsolete_reason(refusal.status)),
      refusal.sentence.size() + 1, refusal.headerLine, refusal.sentence);
}

}  // namespace

std::string webSocketAcceptKey(std::string_view key) {
  const auto joined = std::string(key) + std::string(kKeyGuid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned bytes = 0;
  EVP_Digest(joined.data(), joined.size(), digest.data(), &bytes, EVP_sha1(), nullptr);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> text{};
  const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(bytes));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

std::size_t WebSocketHandshake::feed(std::string_view bytes) {
  const auto before = m_request.size();
  const auto room = kMaxRequestBytes - before;
  m_request.append(bytes.substr(0, room));
  // The end may have begun with bytes that came earlier.
  const auto from = before - std::min(before, kEndOfHeader.size() - 1);
  const auto end = m_request.find(kEndOfHeader, from);
  if (end == std::string::npos) {
    if (m_request.size() >= kMaxRequestBytes) {
      m_explanation = "its WebSocket request is too long";
      m_answer = refusalText({http::status::request_header_fields_too_large, "The request's header is too long"});
    }
    return std::min(bytes.size(), room);
  }
  m_request.resize(end + kEndOfHeader.size());
  judge();
  return m_request.size() - before;
}

void WebSocketHandshake::judge() {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(kMaxRequestBytes));
  beast::error_code ec;
  parser.put(boost::asio::buffer(m_request), ec);
  std::optional<Refusal> refusal;
  if (ec || !parser.is_header_done()) {
    refusal = Refusal{http::status::bad_request, "This is no HTTP/1.1 request"};
  } else {
    refusal = complaint(parser.get(), m_offer);
  }
  if (refusal) {
    m_explanation = fmt::format("its WebSocket request was refused ({})", refusal->sentence);
    m_answer = refusalText(*refusal);
    return;
  }
  m_accepted = true;
  m_fromForeignPage = isForeign(parser.get());
  m_answer = fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\nSec-WebSocket-Protocol: {}\r\n\r\n",
      webSocketAcceptKey(parser.get()[http::field::sec_websocket_key]), m_offer.subprotocol);
}

}  // namespace carport
