#include "gateway/server/nitrogen/nitrogen_token.h"

#include <fmt/format.h>

namespace carport {

std::string credentialMark(const PrincipalRecord& record) {
  constexpr std::size_t kMarkBytes = 4;
  std::string credential(record.passwordHash);
  if (record.secret) credential.append(record.secret->salt.begin(), record.secret->salt.end());
  const auto hash = hashToken(credential);
  std::string mark;
  for (std::size_t i = 0; i < kMarkBytes; ++i) mark += fmt::format("{:02x}", hash[i]);
  return mark;
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
