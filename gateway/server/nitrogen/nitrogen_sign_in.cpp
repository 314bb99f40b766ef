#include "gateway/server/nitrogen/nitrogen_sign_in.h"

#include "gateway/domain/nitrogen_message.h"
#include "gateway/domain/session_label.h"
#include "gateway/domain/ulid.h"
#include "gateway/server/nitrogen/nitrogen_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace carport {

namespace {

template <class Bytes>
std::string hexOf(const Bytes& bytes, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

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
  auto owner = token ? context.registry().find(token->info.owner) : std::nullopt;
  if (!owner) return std::nullopt;
  return NitrogenCaller{std::move(*owner), std::move(*token)};
}

bool isStillSignedIn(const NitrogenContext& context, const NitrogenCaller& caller) {
  const auto token = context.registry().tokenByHash(caller.token.hash);
  const auto owner = context.registry().find(caller.principal.number);
  return token && owner && !owner->blocked && (!token->info.expiresAt || context.now() < *token->info.expiresAt);
}

boost::asio::awaitable<Result<nlohmann::json>> makeNitrogenToken(NitrogenCall& call, const api::Principal& owner,
                                                                 Act by, Milliseconds life) {
  const auto record = call.registry().record(owner.number);
  if (!record) co_return fail(BaseErrc::internal, "The principal is gone");
  std::array<std::uint8_t, 8> random{};
  sodiumRandom()(random);
  JsonWebToken token;
  token.issuer = call.context.ids.idOf(owner.number);
  token.id = hexOf(random, random.size());
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
