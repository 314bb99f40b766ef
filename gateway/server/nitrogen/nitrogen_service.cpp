#include "gateway/server/nitrogen/nitrogen_service.h"

#include "gateway/api/json_codec.h"
#include "gateway/protocol/socketio/socketio_packet.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_sign_in.h"
#include "gateway/server/nitrogen/serve_socketio.h"
#include "gateway/transport/http_connection.h"

#include <boost/beast/core/string.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace carport {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kApi = "/api/v1/";
constexpr std::string_view kSocketio = "/socket.io/1/";
/// Tokens that are remembered as renewed; further callers get a new one with each call until some have been forgotten.
constexpr std::size_t kMaxFresh = 1000;
/// Messages of the MQTT dialect that are being worked on at once; further ones are to come again.
constexpr std::size_t kMaxPublishing = 1000;
/// How often those are forgotten whom the registry does not have any more.
constexpr std::chrono::minutes kForgetEvery{1};

std::string_view targetOf(const HttpHeader& header) {
  return {header.target().data(), header.target().size()};
}

/// The token in `Authorization: Bearer …`; empty where there is none.
std::string_view bearerOf(const HttpHeader& header) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto field = header[http::field::authorization];
  const std::string_view text(field.data(), field.size());
  const auto scheme = text.substr(0, kScheme.size());
  if (!boost::beast::iequals({scheme.data(), scheme.size()}, {kScheme.data(), kScheme.size()})) return {};
  return text.substr(kScheme.size());
}

NitrogenReply notSignedIn() {
  return nitrogenFailure(http::status::unauthorized, "Sign in first: the token is missing, over or was revoked");
}

/// Parts of `/socket.io/1/websocket/SESSION?auth=TOKEN`.
struct SocketioTarget {
  std::string sessionId;  ///< empty: a handshake
  std::string token;
};
std::optional<SocketioTarget> parseSocketio(std::string_view text) {
  const auto query = text.find('?');
  std::string path(text.substr(0, query));
  if (path.ends_with('/')) path.pop_back();
  const auto target = Target::parse(path + (query == std::string_view::npos ? "" : std::string(text.substr(query))));
  if (!target || target->segments.size() < 2 || target->segments[0] != "socket.io" || target->segments[1] != "1") {
    return std::nullopt;
  }
  SocketioTarget out;
  const auto auth = target->parameters.find("auth");
  if (auth != target->parameters.end()) out.token = auth->second;
  if (target->segments.size() == 2) return out;
  if (target->segments.size() != 4 || target->segments[2] != "websocket") return std::nullopt;
  out.sessionId = target->segments[3];
  return out;
}

}  // namespace

NitrogenService::NitrogenService(ControlContext& control, bool isSignUpOpen, Log log)
    : m_context(control, std::move(log)), m_commands(m_context), m_sockets(m_context) {
  m_context.isSignUpOpen = isSignUpOpen;
  m_context.commands = &m_commands;
  m_context.sockets = &m_sockets;
}

void NitrogenService::restore(const std::vector<NitrogenProfile>& profiles, std::vector<NitrogenApiKey> keys) {
  m_context.book.restore(profiles, std::move(keys));
}

bool NitrogenService::owns(std::string_view target) {
  return target.starts_with(kApi) || target.starts_with(kSocketio);
}

std::size_t NitrogenService::maxBodyBytes(const HttpHeader& header) const {
  const auto target = Target::parse(targetOf(header));
  const auto match = target ? findNitrogenRoute(header.method(), target->segments) : NitrogenMatch{};
  if (match.route == nullptr || match.route->maxBodyBytes <= kMaxNitrogenJsonBytes) return kMaxNitrogenJsonBytes;
  // A long body is taken from those only who could use it.
  return nitrogenCallerOf(m_context, bearerOf(header)) ? match.route->maxBodyBytes : kMaxNitrogenJsonBytes;
}

void NitrogenService::tick() {
  const auto now = m_context.control.parts.clock.steadyNow();
  m_sockets.tick(now);
  m_sockets.refresh();  // tokens end without a change of the registry
  if (now - m_forgotten < kForgetEvery) return;
  m_forgotten = now;
  forgetMissing();
  std::erase_if(m_fresh, [this](const auto& entry) { return !m_context.registry().token(entry.first); });
}

void NitrogenService::forgetMissing() {
  for (const PrincipalNumber principal : m_context.book.forgetMissing(m_context.registry())) {
    const bool taken = m_context.control.parts.durableLog.changeNitrogen(
        [principal](NitrogenStore& store) { return store.forget(principal); }, 0, [](const Result<void>&) {});
    if (!taken) {
      m_context.log.warning(
          "the store is busy: what somebody left behind in /api/v1 who is gone stays until the next start",
          {{"principal", principal.value}});
    }
  }
}

void NitrogenService::noteRefusal(const NitrogenCall& call, const NitrogenReply& reply) {
  const bool isRefusal = reply.status == http::status::forbidden || reply.status == http::status::too_many_requests ||
                         reply.status == http::status::unauthorized;
  if (!isRefusal) return;
  std::string action(boost::beast::http::to_string(call.request.method()));
  action += ' ';
  const std::string_view target = targetOf(call.request);
  action += target.substr(0, std::min(target.find('?'), std::size_t{200}));
  m_context.control.audit.refused(
      refusalOf(call.act(), std::move(action), {}, std::to_string(static_cast<unsigned>(reply.status))));
}

asio::awaitable<std::string> NitrogenService::freshTokenFor(NitrogenCall& call) {
  const TokenRecord& token = call.caller->token;
  const bool isOld = token.info.expiresAt && *token.info.expiresAt - call.now() < kNitrogenRefreshBelow;
  // One that was made for a short time is to end when it was said.
  const bool isLong = token.info.expiresAt && *token.info.expiresAt - token.info.createdAt >= kNitrogenTokenLife;
  if (!isOld || !isLong) co_return std::string();
  if (const auto known = m_fresh.find(token.info.number); known != m_fresh.end()) co_return known->second;
  auto making = makeNitrogenToken(call, call.who(), call.act(), kNitrogenTokenLife);
  const Result<nlohmann::json> made = co_await std::move(making);
  if (!made) co_return std::string();  // the old one is good for a while yet
  std::string text = api::toText(*made);
  if (m_fresh.size() < kMaxFresh) m_fresh[token.info.number] = text;
  co_return text;
}

NitrogenReply NitrogenService::shakeHands(const std::string& text) {
  const auto target = parseSocketio(text);
  if (!target || !target->sessionId.empty()) {
    return nitrogenFailure(http::status::not_found, "Socket.IO is spoken over WebSocket alone");
  }
  const auto caller = nitrogenCallerOf(m_context, target->token);
  if (!caller) return notSignedIn();
  const auto sessionId = m_sockets.shakeHands(caller->principal);
  if (!sessionId) return nitrogenFailure(http::status::service_unavailable, "Too many clients come at once");
  constexpr unsigned kSeconds = SocketioHub::kHeartbeatTimeoutSeconds;
  NitrogenReply reply;
  reply.contentType = "text/plain";
  reply.body = socketio::handshakeText(*sessionId, kSeconds, kSeconds);
  return reply;
}

asio::awaitable<NitrogenService::Answered> NitrogenService::reply(HttpRequest request, std::string address) {
  const std::string text(targetOf(request));
  if (text.starts_with(kSocketio)) co_return Answered{shakeHands(text), {}};
  auto target = Target::parse(text);
  const auto match = target ? findNitrogenRoute(request.method(), target->segments) : NitrogenMatch{};
  if (match.route == nullptr) {
    const bool isPath = !match.allow.empty();
    NitrogenReply reply = isPath ? nitrogenFailure(http::status::method_not_allowed, "This path has no such method")
                                 : nitrogenFailure(http::status::not_found, "This API has no such path");
    reply.allow = match.allow;
    co_return Answered{std::move(reply), {}};
  }
  NitrogenCall call(m_context, std::move(request), std::move(*target), std::move(address));
  call.id = match.id;
  call.caller = nitrogenCallerOf(m_context, bearerOf(call.request));
  if (match.route->signedIn && !call.caller) {
    NitrogenReply refusal = notSignedIn();
    if (!bearerOf(call.request).empty()) noteRefusal(call, refusal);
    co_return Answered{std::move(refusal), {}};
  }
  auto handling = match.route->handler(call);
  Answered answered;
  answered.reply = co_await std::move(handling);
  noteRefusal(call, answered.reply);
  if (call.caller && match.route->signedIn) {
    auto refreshing = freshTokenFor(call);
    answered.freshToken = co_await std::move(refreshing);
  }
  co_return answered;
}

asio::awaitable<HttpResponse> NitrogenService::answer(HttpRequest request, std::string address) {
  const std::string path(targetOf(request).substr(0, targetOf(request).find('?')));
  Answered answered;
  try {
    auto replying = reply(std::move(request), std::move(address));
    answered = co_await std::move(replying);
  } catch (const std::exception& e) {
    // The boundary of the module: whatever a library throws becomes a failure of this call alone.
    m_context.log.error("a call failed", {{"target", path.substr(0, 200)}, {"reason", std::string_view(e.what())}});
    answered.reply = nitrogenFailure(http::status::internal_server_error,
                                     "The gateway made a mistake over this call; its log says more");
  }
  co_return toHttp(std::move(answered.reply), answered.freshToken);
}

asio::awaitable<void> NitrogenService::publish(PrincipalNumber by, std::string address, std::string payload,
                                               DurableLog::Done done) {
  const auto who = m_context.registry().find(by);
  if (!who || payload.size() > kMaxNitrogenMessagesBytes) {
    co_return done(fail(BaseErrc::invalidArgument, "The message is too long, or its sender is gone"));
  }
  if (m_publishing >= kMaxPublishing) co_return done(fail(BaseErrc::queueFull, "Too many messages come at once"));
  HttpRequest request{http::verb::post, "/api/v1/messages", 11};
  request.body() = std::move(payload);
  NitrogenCall call(m_context, std::move(request), Target{}, std::move(address));
  call.caller = NitrogenCaller{*who, {}, {}};
  ++m_publishing;
  NitrogenReply reply;
  try {
    auto sending = nitrogen::sendMessages(call);
    reply = co_await std::move(sending);
  } catch (const std::exception& e) {
    m_context.log.error("a message failed", {{"reason", std::string_view(e.what())}});
    reply = nitrogenFailure(http::status::internal_server_error, "The gateway made a mistake over this message");
  }
  --m_publishing;
  noteRefusal(call, reply);
  if (reply.status == http::status::ok) co_return done(Result<void>());
  const bool isForLater = reply.status == http::status::service_unavailable;
  done(fail(isForLater ? BaseErrc::queueFull : BaseErrc::invalidArgument, std::move(reply.body)));
}

asio::awaitable<void> NitrogenService::upgrade(HttpStream stream, HttpRequest request,
                                               [[maybe_unused]] std::string address) {
  const auto target = parseSocketio(targetOf(request));
  auto caller = target ? nitrogenCallerOf(m_context, target->token) : std::nullopt;
  if (!caller || !m_sockets.takeHandshake(target->sessionId, caller->principal)) {
    auto refusing = writeHttpAnswer(std::move(stream), toHttp(notSignedIn(), {}));
    co_await std::move(refusing);
    co_return;
  }
  auto serving = serveSocketio(std::move(stream), std::move(request), std::move(*caller), m_context);
  co_await std::move(serving);
}

}  // namespace carport
