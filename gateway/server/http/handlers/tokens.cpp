#include "gateway/server/http/authentication.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/new_token.h"

namespace carport::handlers {

namespace {

/// The principal named by `id`, or the caller where none is; oneself needs no permission, others need `action`.
Asked<api::Principal> ownerOf(const Call& call, const std::optional<std::string>& id, api::Action action) {
  if (!id || *id == call.who().id) return call.who();
  auto record = call.record(*id);
  if (!record) return refuse(record.error());
  if (const auto allowed = call.demand(action, record->principal); !allowed) return refuse(allowed.error());
  return std::move(record->principal);
}

/// The token with this number, where the caller may deal with it.
Asked<void> checkToken(const Call& call, std::int64_t number) {
  const auto missing = [number] {
    return refuse(replyFailure(ErrorKind::notFound, fmt::format("There is no token {} that you may revoke", number)));
  };
  const auto owns = [&](const api::Principal& owner) {
    const auto tokens = call.registry().tokensOf(owner.number);
    return std::any_of(tokens.begin(), tokens.end(),
                       [&](const TokenRecord& token) { return token.info.number == number; });
  };
  if (owns(call.who())) return {};
  for (const auto type : {api::PrincipalType::user, api::PrincipalType::service, api::PrincipalType::device}) {
    for (const api::Principal& principal : call.registry().all(type)) {
      if (owns(principal)) return call.demand(api::Action::administer, principal);
    }
  }
  return missing();
}

}  // namespace

Answer listTokens(Call& call) {
  const auto owner = ownerOf(call, call.parameter("owner"), api::Action::administer);
  if (!owner) co_return owner.error();
  nlohmann::json tokens = nlohmann::json::array();
  for (const TokenRecord& token : call.registry().tokensOf(owner->number)) tokens.push_back(api::toJson(token.info));
  co_return replyOk({{"tokens", std::move(tokens)}});
}

Answer addToken(Call& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string ownerId = call.who().id;
  NewToken wanted;
  api::FieldReader fields(*json);
  fields.noOthers({"owner", "label", "expiresAt"})
      .text("owner", ownerId, api::Need::optional, api::kMaxPrincipalIdBytes)
      .text("label", wanted.label, api::Need::optional, api::kMaxTokenLabelBytes)
      .time("expiresAt", wanted.expiresAt);
  if (wanted.label == kSessionLabel) fields.wrong("label", "something other than 'session', which sign-ins use");
  if (wanted.expiresAt && *wanted.expiresAt <= call.now()) fields.wrong("expiresAt", "in the future");
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  const auto owner = ownerOf(call, ownerId, api::Action::impersonate);
  if (!owner) co_return owner.error();
  if (owner->type == api::PrincipalType::group) {
    co_return replyFailure(ErrorKind::invalid, "A group cannot sign in, so it has no tokens");
  }
  wanted.owner = owner->number;
  auto making = makeNewToken(call, std::move(wanted));
  const Result<MadeToken> made = co_await std::move(making);
  if (!made) co_return replyFailure(made.error());
  nlohmann::json answer = api::toJson(made->info);
  answer["token"] = made->text;
  co_return replyCreated(answer);
}

Answer removeToken(Call& call) {
  const auto number = call.numberVariable("number");
  if (!number) co_return number.error();
  if (const auto allowed = checkToken(call, *number); !allowed) co_return allowed.error();
  auto changing = call.changeRegistry([token = *number](RegistryStore& store) { return store.removeToken(token); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
