#include "gateway/server/nitrogen/nitrogen_token.h"

#include "gateway/server/nitrogen/random_text.h"

namespace carport {

std::string credentialMark(const PrincipalRecord& record) {
  constexpr std::size_t kMarkBytes = 4;
  std::string credential(record.passwordHash);
  if (record.secret) credential.append(record.secret->salt.begin(), record.secret->salt.end());
  const auto hash = hashToken(credential);
  return hexOf(hash, kMarkBytes);
}

std::optional<TokenRecord> nitrogenTokenOf(const Registry& registry, const NitrogenIds& ids,
                                           const JsonWebTokens& tokens, std::string_view text, TimePoint now) {
  const auto token = tokens.read(text, now);
  if (!token) return std::nullopt;
  auto known = registry.tokenByHash(hashToken(text));
  const auto number = ids.principalOf(token->issuer);
  if (!known || !number || known->info.owner != *number) return std::nullopt;
  const auto record = registry.record(*number);
  if (!record || record->principal.blocked || record->mustChangePassword) return std::nullopt;
  return credentialMark(*record) == token->credential ? known : std::nullopt;
}

}  // namespace carport
