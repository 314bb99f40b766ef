#include "gateway/transport/http_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <array>
#include <optional>
#include <utility>

namespace carport {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;
using ErrorCode = boost::system::error_code;
using Parser = http::request_parser<http::string_body>;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kFarewellTime{2};
/// What a client may still send after it was refused, so that it gets to read why.
constexpr std::size_t kMaxDrainBytes = 16 * 1024 * 1024;

/// Closes so that the answer still arrives: closing with unread input would reset the connection.
awaitable<void> sayFarewell(HttpStream& stream) {
  stream.endSending();
  stream.expires_after(kFarewellTime);
  std::array<char, 16 * 1024> scrap;
  for (std::size_t drained = 0; drained < kMaxDrainBytes;) {
    const auto [ec, bytes] = co_await stream.async_read_some(asio::buffer(scrap), kToken);
    if (ec) break;
    drained += bytes;
  }
  stream.close();
}

/// Writes; a HEAD's answer says how long the body would be and leaves it out. False where the client is gone.
awaitable<bool> write(HttpStream& stream, HttpResponse& answer, bool headOnly) {
  answer.prepare_payload();
  // These never have a body, so a length would be a lie about one (RFC 9110 §8.6).
  const bool neverHasBody = answer.result() == http::status::no_content || answer.result() == http::status::not_modified;
  if (neverHasBody) answer.erase(http::field::content_length);
  if (headOnly) {
    http::response<http::empty_body> head{answer.base()};
    if (!neverHasBody) head.content_length(answer.body().size());
    http::response_serializer<http::empty_body> serializer{head};
    const auto [ec, bytes] = co_await http::async_write_header(stream, serializer, kToken);
    co_return !ec;
  }
  const auto [ec, bytes] = co_await http::async_write(stream, answer, kToken);
  co_return !ec;
}

/// What to say to a request that could not be read; none where there is nobody to say it to.
std::optional<std::pair<http::status, std::string_view>> complaintAbout(const ErrorCode& ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
    return std::pair(http::status::request_header_fields_too_large,
                     std::string_view("The request's header is too long"));
  }
  if (ec == http::error::body_limit) {
    return std::pair(http::status::payload_too_large, std::string_view("The request's body is too long for this call"));
  }
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return std::nullopt;
  if (ec.category() == make_error_code(http::error::bad_version).category()) {
    return std::pair(http::status::bad_request, std::string_view("This is no HTTP/1.1 request"));
  }
  return std::nullopt;
}

awaitable<ErrorCode> readBody(HttpStream& stream, beast::flat_buffer& buffer, Parser& parser, std::size_t maxBytes) {
  if (parser.content_length() && *parser.content_length() > maxBytes) co_return http::error::body_limit;
  parser.body_limit(maxBytes);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> goOn{http::status::continue_, 11};
    const auto [ec, bytes] = co_await http::async_write(stream, goOn, kToken);
    if (ec) co_return ec;
  }
  const auto [ec, bytes] = co_await http::async_read(stream, buffer, parser, kToken);
  co_return ec;
}

/// One connection's state between requests.
struct Session {
  HttpStream stream;
  beast::flat_buffer buffer;
  HttpService& service;
  const HttpLimits& limits;
  std::string address;
};

awaitable<ErrorCode> readRequest(Session& session, Parser& parser) {
  parser.header_limit(session.limits.maxHeaderBytes);
  parser.body_limit(boost::none);
  session.stream.expires_after(session.limits.idleTimeout);
  const auto [ec, bytes] = co_await http::async_read_header(session.stream, session.buffer, parser, kToken);
  if (ec) co_return ec;
  session.stream.expires_after(session.limits.requestTimeout);
  const std::size_t maxBytes = session.service.maxBodyBytes(parser.get());
  co_return co_await readBody(session.stream, session.buffer, parser, maxBytes);
}

/// Answers one request. False where the connection has come to its end.
awaitable<bool> serveOne(Session& session) {
  Parser parser;
  const ErrorCode ec = co_await readRequest(session, parser);
  if (ec) {
    if (const auto complaint = complaintAbout(ec)) {
      HttpResponse refusal = session.service.refuse(complaint->first, complaint->second);
      refusal.keep_alive(false);
      session.stream.expires_after(session.limits.writeTimeout);
      co_await write(session.stream, refusal, false);
      co_await sayFarewell(session.stream);
    }
    co_return false;
  }
  HttpRequest request = parser.release();
  // Here TLS ends: whoever answers with addresses of its own is to know.
  if (session.stream.isSecure()) request.set("X-Forwarded-Proto", "https");
  if (beast::websocket::is_upgrade(request)) {
    session.stream.expires_never();
    co_await session.service.upgrade(std::move(session.stream), std::move(request), session.address);
    co_return false;
  }
  const bool headOnly = request.method() == http::verb::head;
  const bool keepAlive = request.keep_alive();
  const unsigned version = request.version();
  if (headOnly) request.method(http::verb::get);
  session.stream.expires_never();
  ClientWatch client(session.stream, session.buffer);
  HttpResponse answer = co_await session.service.answer(std::move(request), session.address, client);
  co_await client.end();
  answer.version(version);
  answer.keep_alive(keepAlive);
  session.stream.expires_after(session.limits.writeTimeout);
  const bool written = co_await write(session.stream, answer, headOnly);
  co_return written&& keepAlive;
}

}  // namespace

awaitable<void> serveHttp(HttpStream stream, HttpService& service, const HttpLimits& limits) {
  if (stream.start()) co_return;
  auto address = stream.remoteAddress();
  Session session{std::move(stream), beast::flat_buffer{limits.maxHeaderBytes + 64 * 1024}, service, limits,
                  std::move(address)};
  bool more = true;
  while (more) {
    auto serving = serveOne(session);
    more = co_await std::move(serving);
  }
  session.stream.endSending();
}

awaitable<void> refuseHttp(HttpStream stream, HttpService& service, http::status status, std::string_view sentence) {
  HttpResponse refusal = service.refuse(status, sentence);
  co_await writeHttpAnswer(std::move(stream), std::move(refusal));
}

awaitable<void> writeHttpAnswer(HttpStream stream, HttpResponse answer) {
  answer.keep_alive(false);
  stream.expires_after(kFarewellTime);
  co_await write(stream, answer, false);
  co_await sayFarewell(stream);
}

}  // namespace carport
