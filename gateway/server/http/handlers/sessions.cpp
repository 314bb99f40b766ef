#include "gateway/domain/session_label.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/own_tokens.h"

namespace carport::handlers {

namespace {
/// Of those who have to wait before they may sign in, so many are told.
constexpr std::size_t kMaxToldWaits = 1'000;
}  // namespace

Answer listSessions(Call& call) {
  const auto owner = ownerOf(call, call.parameter("owner"), api::Action::administer);
  if (!owner) co_return owner.error();
  co_return replyTokens(call, *owner, "sessions",
                        [](const api::TokenInfo& token) { return token.label == kSessionLabel; });
}

Answer endSession(Call& call) {
  const auto number = call.numberVariable("number", NumberKind::token);
  if (!number) co_return number.error();
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
  const auto token = reachableToken(call, *number);
  if (!token) co_return token.error();
  if (token->info.label != kSessionLabel) {
    co_return replyFailure(ErrorKind::notFound,
                           fmt::format("There is no session {} that you may end", call.variable("number")));
  }
  auto changing = call.changeRegistry([session = *number](RegistryStore& store) { return store.removeToken(session); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

Answer endSessions(Call& call) {
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
  const auto owner = ownerOf(call, call.parameter("owner"), api::Action::administer);
  if (!owner) co_return owner.error();
  const auto nothing = [](RegistryStore&) { return Result<void>(); };
  auto changing = call.changeRegistry(endingSessions(call, owner->number, call.caller->token.info.number, nothing));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

Answer listSignInWaits(Call& call) {
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  nlohmann::json waiting = nlohmann::json::array();
  for (const auto& one : call.throttle.waiting(call.control.parts.clock.steadyNow(), kMaxToldWaits)) {
    nlohmann::json told{{"tries", one.tries}, {"waitMs", one.wait.count()}};
    if (!one.id.empty()) told["id"] = one.id;
    if (!one.address.empty()) told["address"] = one.address;
    waiting.push_back(std::move(told));
  }
  co_return replyOk({{"waiting", std::move(waiting)}});
}

}  // namespace carport::handlers
