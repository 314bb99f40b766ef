#pragma once

#include "gateway/server/http/call.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace carport::handlers {

/// The principal named by `id`, or the caller where none is; oneself needs no permission, others need `action`.
Asked<api::Principal> ownerOf(const Call& call, const std::optional<std::string>& id, api::Action action);
/// The token with this number, where the caller may deal with it: the own ones, and those of whom he may administer.
Asked<TokenRecord> reachableToken(const Call& call, std::int64_t number);
/// Whoever signed in with a token that is for some things only may not make others, nor change how one signs in: 403.
Asked<void> demandUnscoped(const Call& call);

/// One page of an owner's tokens, with when and from where each was last used and which the caller uses himself.
Reply replyTokens(const Call& call, const api::Principal& owner, std::string_view field,
                  const std::function<bool(const api::TokenInfo&)>& accepts);

/// `change`, and then the end of every session of `owner` but the one with this number, also of those that have begun
/// by the time it is its turn.
DurableLog::RegistryChange endingSessions(const Call& call, PrincipalNumber owner, std::optional<std::int64_t> but,
                                          DurableLog::RegistryChange change);

}  // namespace carport::handlers
