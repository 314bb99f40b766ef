#include "gateway/server/http/api_service.h"

#include "gateway/server/http/authentication.h"
#include "gateway/server/http/device_authentication.h"
#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/header_text.h"
#include "gateway/server/http/limit_call.h"
#include "gateway/server/http/live_session.h"
#include "gateway/server/http/refused_call.h"
#include "gateway/server/http/root_paths.h"
#include "gateway/server/http/see_as.h"
#include "gateway/transport/http_connection.h"

#include <exception>
#include <utility>

namespace carport {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kLivePath = "/live";
constexpr std::size_t kMaxLoggedPathBytes = 200;

std::optional<Target> targetOf(const HttpHeader& header) {
  return Target::parse(toView(header.target()));
}

/// What was asked for, without its query: that may hold what is nobody else's business.
std::string_view pathOf(const HttpHeader& header) {
  const std::string_view target = toView(header.target());
  return target.substr(0, target.find('?'));
}

std::string_view wantedType(BodyKind body) {
  if (body == BodyKind::jsonOrCsv) return "Say text/csv or application/json in the header Content-Type";
  if (body == BodyKind::jsonOrCbor) return "Say application/json or application/cbor in the header Content-Type";
  return "Say application/json in the header Content-Type";
}

/// Whether the body is what the route reads; the failing side is 415.
Asked<void> checkBody(const Route& route, const HttpRequest& request) {
  if (route.body == BodyKind::none || request.body().empty()) return {};
  const std::string_view type = toView(request[http::field::content_type]);
  const std::string_view bare = type.substr(0, type.find(';'));
  if (bare.empty() || bare == "application/json") return {};
  if (route.body == BodyKind::jsonOrCsv && bare == "text/csv") return {};
  if (route.body == BodyKind::jsonOrCbor && boost::beast::iequals({bare.data(), bare.size()}, "application/cbor")) {
    return {};
  }
  return refuse(replyStatus(http::status::unsupported_media_type, wantedType(route.body)));
}

/// A parameter that the call does not know is refused by name: a misspelt one would be passed over in silence.
Asked<void> checkParameters(const Route& route, const Target& target) {
  if (target.tooManyParameters) {
    return refuse(replyFailure(
        ErrorKind::invalid, fmt::format("There are more than {} parameters in the address", Target::kMaxParameters)));
  }
  for (const auto& [name, value] : target.parameters) {
    const std::string padded = fmt::format(" {} ", route.parameters);
    const bool oneWord = !name.empty() && name.find(' ') == std::string::npos;
    if (oneWord && padded.find(' ' + name + ' ') != std::string::npos) continue;
    return refuse(replyWrongParameter(
        name.substr(0, 64),
        fmt::format("The parameter '{}' is unknown; this call knows {}", name.substr(0, 64),
                    route.parameters.empty() ? std::string_view("no parameters") : route.parameters)));
  }
  return {};
}

/// Whether whoever has proven who it is may go on, and as whom.
Asked<void> letIn(Caller& caller, Admission admission, const HttpHeader& header, const std::string& address,
                  ControlContext& control) {
  if (caller.token.info.number > 0) control.tokenUses.used(caller.token.info.number, address);
  if (caller.mustChangePassword && admission != Admission::evenBeforePasswordChange) {
    return refuse(replyDenied("Change your one-time password first (POST /api/v2/session/password)", std::nullopt));
  }
  return seeAs(caller, header, control.parts.registry, control.parts.clock.now());
}

Asked<void> admit(Call& call, Admission admission) {
  if (admission == Admission::anyone) return {};
  Asked<Caller> caller = admission == Admission::device
                             ? authenticateAtDoor(call.request, call.control, call.address, call.claimedId)
                             : authenticate(call.request, call.control);
  if (!caller) return refuse(caller.error());
  call.caller = std::move(*caller);
  return letIn(*call.caller, admission, call.request, call.address, call.control);
}

/// The same of whoever wants a WebSocket. `caller` is there as soon as it is known who it is.
Asked<void> admitLive(const RouteMatch& match, const HttpRequest& request, const std::string& address,
                      ControlContext& control, std::optional<Caller>& caller) {
  if (match.route == nullptr || match.route->pattern != kLivePath) {
    return refuse(replyFailure(ErrorKind::notFound, "Only /api/v2/live speaks WebSocket"));
  }
  Asked<Caller> found = authenticate(request, control);
  if (!found) return refuse(found.error());
  caller = std::move(*found);
  return letIn(*caller, match.route->admission, request, address, control);
}

Reply noRoute(const RouteMatch& match) {
  if (match.allow.empty())
    return replyFailure(ErrorKind::notFound, "The API has no such path; see /api/v2/openapi.json");
  Reply reply = replyStatus(http::status::method_not_allowed, "This path has no such method; see the header Allow");
  reply.allow = match.allow;
  return reply;
}

}  // namespace

ApiService::ApiService(ControlContext& control, Log log)
    : m_control(control),
      m_log(std::move(log)),
      m_nitrogen(control, control.parts.nitrogenSignUp, m_log),
      m_crossOrigin(control.parts.corsOrigins) {}

std::size_t ApiService::maxBodyBytes(const HttpHeader& header) {
  if (NitrogenService::owns(toView(header.target()))) return m_nitrogen.maxBodyBytes(header);
  const auto target = targetOf(header);
  const auto match = target ? findRoute(header.method(), target->segments) : RouteMatch{};
  if (match.route == nullptr || match.route->maxBodyBytes <= kMaxJsonBodyBytes) return kMaxJsonBodyBytes;
  // A long body is taken from those only who could use it.
  return authenticate(header, m_control) ? match.route->maxBodyBytes : kMaxJsonBodyBytes;
}

asio::awaitable<Reply> ApiService::reply(HttpRequest request, std::string address, ClientWatch& client) {
  auto target = targetOf(request);
  if (!target) co_return replyFailure(ErrorKind::notFound, "The address is not one that the API could have");
  if (auto atRoot = answerAtRoot(request, *target, address, m_control)) co_return std::move(*atRoot);
  RouteMatch match = findRoute(request.method(), target->segments);
  if (auto preflight = m_crossOrigin.preflight(request, match.allow)) co_return std::move(*preflight);
  if (match.route == nullptr) co_return noRoute(match);
  const Route& route = *match.route;
  Call call(m_control, m_throttle, std::move(request), std::move(*target), std::move(match), std::move(address),
            &client);
  auto replying = replyTo(call, route);
  Reply answer = co_await std::move(replying);
  if (call.caller && call.caller->seenBy) answer.fields.emplace_back(kSeenAsField, call.who().id);
  enterRefusedCall(call, answer);
  co_return answer;
}

asio::awaitable<Reply> ApiService::replyTo(Call& call, const Route& route) {
  if (const auto admitted = admit(call, route.admission); !admitted) co_return admitted.error();
  if (const auto asked = checkParameters(route, call.target); !asked) co_return asked.error();
  if (const auto readable = checkBody(route, call.request); !readable) co_return readable.error();
  auto handling = Idempotency::isAskedFor(call) ? m_idempotency.answer(call, route) : route.handler(call);
  Reply answer = co_await std::move(handling);
  co_return withEntityTag(call, std::move(answer));
}

asio::awaitable<HttpResponse> ApiService::answer(HttpRequest request, std::string address, ClientWatch& client) {
  if (NitrogenService::owns(toView(request.target()))) {
    auto answering = m_nitrogen.answer(std::move(request), std::move(address));
    co_return co_await std::move(answering);
  }
  const std::string path(pathOf(request));
  const std::string origin(toView(request[http::field::origin]));
  const auto begun = m_control.parts.clock.steadyNow();
  const std::size_t bytes = request.body().size();
  Reply answer;
  try {
    auto replying = reply(std::move(request), std::move(address), client);
    answer = co_await std::move(replying);
  } catch (const std::exception& e) {
    // The boundary of the HTTP module: whatever a library throws becomes a failure of this call alone.
    m_log.error("a call failed",
                {{"target", path.substr(0, kMaxLoggedPathBytes)}, {"reason", std::string_view(e.what())}});
    answer = replyFailure(ErrorKind::internal, "The gateway made a mistake over this call; its log says more");
  }
  HttpResponse response = toHttp(std::move(answer), path);
  m_crossOrigin.mark(origin, response);
  const auto took = m_control.parts.clock.steadyNow() - begun;
  m_control.operations.http().count(response.result_int(), took, bytes, response.body().size());
  co_return response;
}

asio::awaitable<void> ApiService::upgrade(HttpStream stream, HttpRequest request, std::string address) {
  if (NitrogenService::owns(toView(request.target()))) {
    auto upgrading = m_nitrogen.upgrade(std::move(stream), std::move(request), std::move(address));
    co_await std::move(upgrading);
    co_return;
  }
  const auto target = targetOf(request);
  const RouteMatch match = target ? findRoute(http::verb::get, target->segments) : RouteMatch{};
  std::optional<Caller> caller;
  Asked<void> admitted = admitLive(match, request, address, m_control, caller);
  // A live feed is a connection: it has its place until it ends.
  std::unique_ptr<LimitShare> share;
  if (admitted) {
    LimitBook& book = m_control.parts.registry.limitBook();
    // Whoever looks on as somebody else takes nothing from what that one may have open.
    const api::Principal& really = caller->seenBy ? *caller->seenBy : caller->principal;
    share = book.shareFor({&really, address}, m_control.parts.clock.steadyNow());
    const auto held = share ? share->hold() : LimitVerdict();
    if (held.kind == LimitVerdict::Kind::refused) admitted = carport::refuse(replyLimited(held));
  }
  if (!admitted) {
    enterRefusedUpgrade(m_control, request, actOf(caller, address), admitted.error());
    auto refusing = writeHttpAnswer(std::move(stream), toHttp(std::move(admitted.error()), pathOf(request)));
    co_await std::move(refusing);
    co_return;
  }
  auto serving = serveLive(std::move(stream), std::move(request), std::move(*caller), m_control);
  co_await std::move(serving);
}

HttpResponse ApiService::refuse(http::status status, std::string_view sentence) {
  return toHttp(replyStatus(status, sentence));
}

}  // namespace carport
