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

Result<std::string> makePortalToken(RegistryStore& store, TimePoint now) {
  const auto snapshot = store.load();
  if (!snapshot) return failFrom(snapshot);
  if (auto removed = removeTokens(store, *snapshot); !removed) return failFrom(removed);
  const auto administrator =
      std::find_if(snapshot->principals.begin(), snapshot->principals.end(), [](const PrincipalRecord& record) {
        return record.principal.type == api::PrincipalType::user && !record.principal.blocked &&
               record.principal.organisation().empty() && record.principal.role == api::kAdministratorRole;
      });
  if (administrator == snapshot->principals.end()) {
    return fail(BaseErrc::internal, "There is no administrator for whom the window could sign in");
  }
  std::string text = makeToken();
  TokenRecord token;
  token.info.owner = administrator->principal.number;
  token.info.label = kPortalTokenLabel;
  token.info.createdAt = now;
  token.info.expiresAt = now + kPortalTokenLife;
  token.hash = hashToken(text);
  if (auto added = store.addToken(std::move(token)); !added) return failFrom(added);
  return text;
}

Result<void> removePortalTokens(RegistryStore& store) {
  const auto snapshot = store.load();
  if (!snapshot) return failFrom(snapshot);
  return removeTokens(store, *snapshot);
}

}  // namespace carport
