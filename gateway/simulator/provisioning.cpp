#include "gateway/simulator/provisioning.h"

#include "gateway/simulator/sim_errc.h"

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

namespace carport::sim {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {
constexpr std::size_t kMaxAnswerBytes = 8 * 1024 * 1024;
/// A token that `carportd token create` made a moment ago reaches a running gateway a moment later.
constexpr Milliseconds kTokenPatience{5'000};
constexpr Milliseconds kTokenAgainAfter{200};

using Request = http::request<http::string_body>;
using Answer = http::response<http::string_body>;

asio::awaitable<Answer> exchange(const Endpoint& gateway, const Request& request) {
  const auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver(executor);
  const auto places = co_await resolver.async_resolve(gateway.host, std::to_string(gateway.port), asio::use_awaitable);
  beast::tcp_stream stream(executor);
  stream.expires_after(kProvisioningTimeout);
  co_await stream.async_connect(places, asio::use_awaitable);
  co_await http::async_write(stream, request, asio::use_awaitable);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMaxAnswerBytes);
  co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
  beast::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  co_return parser.release();
}

Request makeRequest(const ProvisioningTarget& target, std::span<const CarLogin> cars) {
  nlohmann::json list = nlohmann::json::array();
  for (const CarLogin& car : cars) {
    nlohmann::json one{{"id", car.id}, {"secret", car.secret}};
    if (!car.name.empty()) one["name"] = car.name;
    list.push_back(std::move(one));
  }
  Request request(http::verb::post, "/api/v2/cars/import", 11);
  request.set(http::field::host, target.http.toString());
  request.set(http::field::authorization, "Bearer " + target.token);
  request.set(http::field::content_type, "application/json");
  request.body() = nlohmann::json{{"cars", std::move(list)}}.dump();
  request.prepare_payload();
  request.keep_alive(false);
  return request;
}

/// The sentence in an answer of the gateway, or what there is.
std::string sentenceOf(const Answer& answer) {
  const nlohmann::json body = nlohmann::json::parse(answer.body(), nullptr, false);
  // A problem as RFC 9457 has it.
  if (body.is_object() && body.contains("detail") && body["detail"].is_string()) return body["detail"];
  return fmt::format("HTTP status {}", answer.result_int());
}

Answer ask(const Endpoint& gateway, const Request& request) {
  asio::io_context io;
  auto answer = asio::co_spawn(io, exchange(gateway, request), asio::use_future);
  io.run();
  return answer.get();
}

Result<void> importSome(const ProvisioningTarget& target, std::span<const CarLogin> cars) {
  try {
    const Request request = makeRequest(target, cars);
    const auto until = std::chrono::steady_clock::now() + kTokenPatience;
    Answer received = ask(target.http, request);
    while (received.result() == http::status::unauthorized && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(kTokenAgainAfter);
      received = ask(target.http, request);
    }
    if (http::to_status_class(received.result()) == http::status_class::successful) return {};
    return fail(SimErrc::provisioningRefused, fmt::format("The gateway at {} did not accept the cars: {}",
                                                          target.http.toString(), sentenceOf(received)));
  } catch (const std::exception& problem) {
    return fail(SimErrc::unreachable, fmt::format("The gateway at {} cannot be asked to add the cars: {}",
                                                  target.http.toString(), problem.what()));
  }
}
}  // namespace

Result<Endpoint> ProvisioningTarget::parseUrl(std::string_view url) {
  static constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) {
    return fail(SimErrc::badOptions, fmt::format("“{}” is not the gateway's address. Write http://HOST:PORT", url));
  }
  url.remove_prefix(kScheme.size());
  while (url.ends_with('/')) url.remove_suffix(1);
  return Endpoint::parse(url);
}

Result<void> provisionCars(const ProvisioningTarget& target, std::span<const CarLogin> cars) {
  while (!cars.empty()) {
    const std::size_t count = std::min(cars.size(), kMaxCarsPerRequest);
    if (const auto done = importSome(target, cars.first(count)); !done) return done;
    cars = cars.subspan(count);
  }
  return {};
}

}  // namespace carport::sim
