#include "gateway/server/http/handlers/new_token.h"

#include "gateway/base/base_errc.h"
#include "gateway/domain/credentials.h"
#include "gateway/server/http/authentication.h"

#include <algorithm>
#include <memory>

namespace carport::handlers {

namespace {

/// The tokens that have to go before there is room for one more; fails where none may.
Result<std::vector<std::int64_t>> tokensToRemove(const Call& call, const NewToken& wanted) {
  std::vector<TokenRecord> tokens = call.registry().tokensOf(wanted.owner);
  std::vector<std::int64_t> out;
  std::erase_if(tokens, [&](const TokenRecord& token) {
    const bool expired = token.info.expiresAt && *token.info.expiresAt <= call.now();
    if (expired) out.push_back(token.info.number);
    return expired;
  });
  if (tokens.size() < kMaxTokensPerOwner) return out;
  const auto oldest = std::find_if(tokens.begin(), tokens.end(),
                                   [](const TokenRecord& token) { return token.info.label == kSessionLabel; });
  if (wanted.label != kSessionLabel || oldest == tokens.end()) {
    return fail(BaseErrc::queueFull,
                fmt::format("There are {} tokens already; revoke one that is not needed", kMaxTokensPerOwner));
  }
  out.push_back(oldest->info.number);
  return out;
}

}  // namespace

boost::asio::awaitable<Result<MadeToken>> makeNewToken(Call& call, NewToken wanted) {
  const auto toRemove = tokensToRemove(call, wanted);
  if (!toRemove) co_return failFrom(toRemove);
  const std::string text = makeToken();
  TokenRecord record;
  record.info = {
      0, wanted.owner, wanted.label, call.now(), wanted.expiresAt, wanted.scope, wanted.address, wanted.client};
  record.hash = hashToken(text);
  const auto added = std::make_shared<TokenRecord>(record);
  DurableLog::RegistryChange change = [added, remove = *toRemove,
                                       condition = wanted.condition](RegistryStore& store) -> Result<void> {
    if (const auto met = condition ? condition(store) : Result<void>(); !met) return met;
    for (const std::int64_t number : remove) {
      const auto removed = store.removeToken(number);
      if (!removed && removed.error().kind() != ErrorKind::notFound) return removed;
    }
    auto stored = store.addToken(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    return {};
  };
  auto changing = call.changeRegistryAs(wanted.by.value_or(call.act()), std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return failFrom(done);
  co_return MadeToken{added->info, text};
}

}  // namespace carport::handlers
