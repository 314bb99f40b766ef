#include "gateway/server/http/root_paths.h"

#include "gateway/server/control/control_context.h"
#include "gateway/server/http/authentication.h"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <utility>

namespace carport {

namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kMetricsText = "text/plain; version=0.0.4; charset=utf-8";
/// When to ask again whether the gateway is ready.
constexpr std::chrono::seconds kReadyAgain{5};

bool isLoopback(std::string_view address) {
  boost::system::error_code failed;
  const auto parsed = boost::asio::ip::make_address(std::string(address), failed);
  if (failed) return false;
  if (parsed.is_v6() && parsed.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6()).is_loopback();
  }
  return parsed.is_loopback();
}

/// The header Host without its port; empty where it is not of the form HOST or HOST:PORT.
std::string_view hostOf(const HttpHeader& header) {
  const auto field = header[http::field::host];
  const std::string_view text(field.data(), field.size());
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (text.starts_with('[') && bracket == std::string_view::npos) return {};
  const bool isInBrackets = bracket != std::string_view::npos;
  const std::size_t end = isInBrackets ? bracket + 1 : std::min(text.find(':'), text.size());
  const std::string_view port = text.substr(end);
  if (!port.empty() && (port[0] != ':' || port.find_first_not_of("0123456789", 1) != std::string_view::npos)) return {};
  return isInBrackets ? text.substr(1, bracket - 1) : text.substr(0, end);
}

Reply textReply(std::string body) {
  Reply reply;
  reply.contentType = kText;
  reply.body = std::move(body);
  return reply;
}

Reply readyz(const ControlContext& control) {
  const std::string obstacles = control.operations.obstacles();
  if (obstacles.empty()) return textReply("ready\n");
  Reply reply = textReply("not ready: " + obstacles + "\n");
  reply.status = http::status::service_unavailable;
  reply.retryAfter = kReadyAgain;
  return reply;
}

/// The failing side of it: who asks may not.
Asked<void> admitScraper(const HttpRequest& request, const std::string& address, ControlContext& control) {
  const bool isLoopbackEnough = control.operations.settings().metrics == MetricsAccess::loopback;
  if (isLoopbackEnough && isFromThisMachine(request, address)) return {};
  const Asked<Caller> caller = authenticate(request, control);
  if (!caller) return refuse(caller.error());
  control.tokenUses.used(caller->token.info.number, address);
  const api::Principal& who = caller->principal;
  // The figures are the whole gateway's, and so of no concern to an organisation in it.
  const bool isOfTheHouse = who.organisation().empty();
  const auto rules = control.parts.registry.rules();
  const Resource metrics{nullptr, kMetricsTopic};
  const bool isAllowed = isOfTheHouse && rules->allows(who, api::Action::view, metrics, control.parts.clock.now());
  if (isAllowed && !caller->mustChangePassword) return {};
  return refuse(replyDenied(
      fmt::format("{} may not read the gateway's metrics; a rule that allows view about topic:{} would let it", who.id,
                  kMetricsTopic),
      std::nullopt));
}

Reply metrics(const HttpRequest& request, const std::string& address, ControlContext& control) {
  if (const auto admitted = admitScraper(request, address, control); !admitted) return admitted.error();
  Reply reply = textReply(metricsText(control.operations.figures()));
  reply.contentType = kMetricsText;
  return reply;
}

}  // namespace

bool isFromThisMachine(const HttpHeader& header, const std::string& address) {
  if (!isLoopback(address)) return false;
  for (const char* proxy : {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"}) {
    if (header.find(proxy) != header.end()) return false;
  }
  const std::string_view host = hostOf(header);
  return boost::beast::iequals({host.data(), host.size()}, "localhost") || isLoopback(host);
}

std::optional<Reply> answerAtRoot(const HttpRequest& request, const Target& target, const std::string& address,
                                  ControlContext& control) {
  if (target.segments.size() != 1) return std::nullopt;
  const std::string& path = target.segments.front();
  const bool isMetrics = path == "metrics" && control.operations.settings().metrics != MetricsAccess::off;
  if (!isMetrics && path != "healthz" && path != "readyz") return std::nullopt;
  if (request.method() != http::verb::get) {
    Reply reply = replyStatus(http::status::method_not_allowed, "This path is only read; see the header Allow");
    reply.allow = "GET, HEAD";
    return reply;
  }
  if (isMetrics) return metrics(request, address, control);
  // That it is answered at all is what it says.
  return path == "healthz" ? textReply("ok\n") : readyz(control);
}

}  // namespace carport
