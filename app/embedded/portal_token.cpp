#include "app/embedded/portal_token.h"

#include "gateway/base/base_errc.h"
#include "gateway/domain/credentials.h"

#include <algorithm>

namespace carport {

namespace {

constexpr const char* kPortalTokenLabel = "Window on this computer";
constexpr Milliseconds kPortalTokenLife = std::chrono::hours(24 * 30);

Result<void> removeTokens(RegistryStore& store, const RegistrySnapshot& snapshot) {
  for (const TokenRecord& token : snapshot.tokens) {
    if (token.info.label != kPortalTokenLabel) continue;
    if (auto removed = store.removeToken(token.info.number); !removed) return removed;
  }
  return {};
}

}  // namespace

Result<LentToken> lendToken(RegistryStore& store, const std::string& label, TimePoint now, Milliseconds life) {
  const auto snapshot = store.load();
  if (!snapshot) return failFrom(snapshot);
  const auto administrator =
      std::find_if(snapshot->principals.begin(), snapshot->principals.end(), [](const PrincipalRecord& record) {
        return record.principal.type == api::PrincipalType::user && !record.principal.blocked &&
               record.principal.organisation().empty() && record.principal.role == api::kAdministratorRole;
      });
  if (administrator == snapshot->principals.end()) {
    return fail(BaseErrc::internal, "There is no administrator in whose name this could be done");
  }
  std::string text = makeToken();
  TokenRecord token;
  token.info.owner = administrator->principal.number;
  token.info.label = label;
  token.info.createdAt = now;
  token.info.expiresAt = now + life;
  token.hash = hashToken(text);
  const auto added = store.addToken(std::move(token));
  if (!added) return failFrom(added);
  return LentToken{added->info.number, std::move(text)};
}

Result<std::string> makePortalToken(RegistryStore& store, TimePoint now) {
  if (auto removed = removePortalTokens(store); !removed) return failFrom(removed);
  auto lent = lendToken(store, kPortalTokenLabel, now, kPortalTokenLife);
  if (!lent) return failFrom(lent);
  return std::move(lent->text);
}

Result<void> removePortalTokens(RegistryStore& store) {
  const auto snapshot = store.load();
  if (!snapshot) return failFrom(snapshot);
  return removeTokens(store, *snapshot);
}

}  // namespace carport
