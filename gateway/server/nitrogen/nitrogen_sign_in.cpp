#include "gateway/server/nitrogen/nitrogen_sign_in.h"

#include "gateway/domain/nitrogen_message.h"
#include "gateway/domain/session_label.h"
#include "gateway/server/nitrogen/nitrogen_token.h"
#include "gateway/server/nitrogen/random_text.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace carport {

namespace {

/// The tokens of `owner` that have to go before there is room for one more.
std::vector<std::int64_t> tokensToRemove(const NitrogenCall& call, PrincipalNumber owner) {
  std::vector<TokenRecord> tokens = call.registry().tokensOf(owner);
  std::vector<std::int64_t> out;
  std::erase_if(tokens, [&](const TokenRecord& token) {
    const bool expired = token.info.expiresAt && *token.info.expiresAt <= call.now();
    if (expired) out.push_back(token.info.number);
    return expired;
  });
  std::size_t left = tokens.size();
  for (const TokenRecord& token : tokens) {  // by number: the oldest first
    if (left < kMaxNitrogenTokens) break;
    if (token.info.label != kSessionLabel) continue;
    out.push_back(token.info.number);
    --left;
  }
  return out;
}

}  // namespace

std::optional<NitrogenCaller> nitrogenCallerOf(const NitrogenContext& context, std::string_view text) {
  auto token = nitrogenTokenOf(context.registry(), context.ids, context.tokens, text, context.now());
  auto owner = token ? context.registry().record(token->info.owner) : std::nullopt;
  if (!owner) return std::nullopt;
  std::string credential = credentialMark(*owner);
  return NitrogenCaller{std::move(owner->principal), std::move(*token), std::move(credential)};
}

bool isStillSignedIn(const NitrogenContext& context, const NitrogenCaller& caller) {
  const auto token = context.registry().tokenByHash(caller.token.hash);
  const auto owner = context.registry().record(caller.principal.number);
  if (!token || !owner || owner->principal.blocked || owner->mustChangePassword) return false;
  if (token->info.expiresAt && *token->info.expiresAt <= context.now()) return false;
  return credentialMark(*owner) == caller.credential;
}

boost::asio::awaitable<Result<nlohmann::json>> makeNitrogenToken(NitrogenCall& call, const api::Principal& owner,
                                                                 Act by, Milliseconds life) {
  const auto record = call.registry().record(owner.number);
  if (!record) co_return fail(BaseErrc::internal, "The principal is gone");
  JsonWebToken token;
  token.issuer = call.context.ids.idOf(owner.number);
  token.id = randomHex<8>();
  token.credential = credentialMark(*record);
  token.issuedAt = call.now();
  token.expiresAt = call.now() + life;
  const std::string text = call.context.tokens.sign(token);
  const auto added = std::make_shared<TokenRecord>();
  added->info = {0, owner.number, std::string(kSessionLabel), call.now(), token.expiresAt};
  added->info.address = call.address;
  added->hash = hashToken(text);
  DurableLog::RegistryChange change = [added, remove = tokensToRemove(call, owner.number)](RegistryStore& store) {
    for (const std::int64_t number : remove) {
      const auto removed = store.removeToken(number);
      if (!removed && removed.error().kind() != ErrorKind::notFound) return removed;
    }
    const auto stored = store.addToken(*added);
    return stored ? Result<void>() : failFrom(stored);
  };
  auto changing = call.changeRegistry(std::move(by), std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return failFrom(done);
  co_return nlohmann::json{{"id", token.id},
                           {"principal", token.issuer},
                           {"token", text},
                           {"created_at", isoTime(token.issuedAt)},
                           {"expires_at", isoTime(token.expiresAt)}};
}

}  // namespace carport
