#pragma once

#include "gateway/domain/json_web_token.h"
#include "gateway/domain/nitrogen_ids.h"
#include "gateway/domain/registry.h"

#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// Changes with the principal's password or secret: a token carries that of its time.
std::string credentialMark(const PrincipalRecord& record);

/// The registry's record of a token of Nitrogen's API; none where it is not ours, over, revoked, of somebody blocked,
/// or older than the owner's present password or secret. Any thread.
std::optional<TokenRecord> nitrogenTokenOf(const Registry& registry, const NitrogenIds& ids,
                                           const JsonWebTokens& tokens, std::string_view text, TimePoint now);

}  // namespace carport
