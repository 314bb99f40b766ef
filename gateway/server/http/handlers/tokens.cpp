#include "gateway/server/http/authentication.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/new_token.h"
#include "gateway/server/http/handlers/own_tokens.h"

namespace carport::handlers {

Answer listTokens(Call& call) {
  const auto owner = ownerOf(call, call.parameter("owner"), api::Action::administer);
  if (!owner) co_return owner.error();
  co_return replyTokens(call, *owner, "tokens", [](const api::TokenInfo&) { return true; });
}

Answer addToken(Call& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string ownerId = call.who().id;
  NewToken wanted;
  api::FieldReader fields(*json);
  fields.noOthers({"owner", "label", "expiresAt", "actions", "cars"})
      .text("owner", ownerId, api::Need::optional, api::kMaxPrincipalIdBytes)
      .text("label", wanted.label, api::Need::optional, api::kMaxTokenLabelBytes)
      .time("expiresAt", wanted.expiresAt);
  wanted.scope = api::readTokenScope(fields);
  if (wanted.label == kSessionLabel) fields.wrong("label", "something other than 'session', which sign-ins use");
  if (wanted.expiresAt && *wanted.expiresAt <= call.now()) fields.wrong("expiresAt", "in the future");
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
  const auto owner = ownerOf(call, ownerId, api::Action::impersonate);
  if (!owner) co_return owner.error();
  if (owner->type == api::PrincipalType::group) {
    co_return replyFailure(ErrorKind::invalid, "A group cannot sign in, so it has no tokens");
  }
  wanted.owner = owner->number;
  auto making = makeNewToken(call, std::move(wanted));
  const Result<MadeToken> made = co_await std::move(making);
  if (!made) co_return replyFailure(made.error());
  nlohmann::json answer = call.tell(made->info);
  answer["token"] = made->text;
  co_return replyCreated(answer);
}

Answer removeToken(Call& call) {
  const auto number = call.numberVariable("number", NumberKind::token);
  if (!number) co_return number.error();
  if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
  if (const auto token = reachableToken(call, *number); !token) co_return token.error();
  auto changing = call.changeRegistry([token = *number](RegistryStore& store) { return store.removeToken(token); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
