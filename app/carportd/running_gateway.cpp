#include "app/carportd/running_gateway.h"

#include "app/embedded/serving_address.h"
#include "gateway/base/base_errc.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace carport {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using Request = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

/// Connects, asks and reads, all of it within kPatience.
boost::system::error_code exchange(const Endpoint& address, const Request& request, Parser& parser) {
  asio::io_context io;
  boost::system::error_code result = asio::error::timed_out;
  const auto places = asio::ip::tcp::resolver(io).resolve(address.host, std::to_string(address.port), result);
  if (result) return result;
  beast::tcp_stream stream(io);
  beast::flat_buffer buffer;
  stream.expires_after(RunningGateway::kPatience);
  stream.async_connect(places, [&](boost::system::error_code failed, const auto&) {
    if (failed) return void(result = failed);
    http::async_write(stream, request, [&](boost::system::error_code unwritten, std::size_t) {
      if (unwritten) return void(result = unwritten);
      http::async_read(stream, buffer, parser, [&](boost::system::error_code unread, std::size_t) { result = unread; });
    });
  });
  io.run();
  return result;
}

/// The sentence of a problem (RFC 9457), or what there is.
std::string sentenceOf(const http::response<http::string_body>& answer, const nlohmann::json& json) {
  if (json.is_object() && json.contains("detail") && json["detail"].is_string()) return json["detail"];
  return fmt::format("The gateway answered with HTTP status {}", answer.result_int());
}

}  // namespace

RunningGateway::RunningGateway(FolderSession& session, Endpoint address, LentToken token)
    : m_session(session), m_address(std::move(address)), m_token(std::move(token)) {}

RunningGateway::~RunningGateway() {
  // One that stays ends by itself.
  static_cast<void>(m_session.registry().removeToken(m_token.number));
}

Result<std::unique_ptr<RunningGateway>> RunningGateway::find(FolderSession& session, Milliseconds longest) {
  if (session.folder().lockForServing()) {
    return fail(BaseErrc::invalidArgument, fmt::format("No gateway serves “{}”", session.folder().path().string()));
  }
  auto address = readServingAddress(session.folder().path());
  if (!address) return failFrom(address);
  auto token = lendToken(session.registry(), "command line, for a moment", session.now(), longest);
  if (!token) return failFrom(token);
  return std::unique_ptr<RunningGateway>(new RunningGateway(session, std::move(*address), std::move(*token)));
}

Result<nlohmann::json> RunningGateway::get(std::string_view path) const {
  return ask(false, path, {});
}

Result<nlohmann::json> RunningGateway::post(std::string_view path, const std::string& body) const {
  return ask(true, path, body);
}

Result<nlohmann::json> RunningGateway::ask(bool isPost, std::string_view path, const std::string& body) const {
  Request request(isPost ? http::verb::post : http::verb::get, "/api/v2" + std::string(path), 11);
  request.set(http::field::host, m_address.toString());
  request.set(http::field::authorization, "Bearer " + m_token.text);
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  request.keep_alive(false);
  request.body() = body;
  request.prepare_payload();
  Parser parser;
  parser.body_limit(kMaxAnswerBytes);
  if (const auto failed = exchange(m_address, request, parser)) {
    return fail(BaseErrc::ioFailed,
                fmt::format("The gateway at {} does not answer: {}", m_address.toString(), failed.message()));
  }
  const auto& answer = parser.get();
  nlohmann::json json = nlohmann::json::parse(answer.body(), nullptr, false);
  if (http::to_status_class(answer.result()) == http::status_class::successful && !json.is_discarded()) return json;
  return fail(BaseErrc::internal, sentenceOf(answer, json));
}

}  // namespace carport
