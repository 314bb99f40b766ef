#pragma once

#include "gateway/server/http/call.h"

namespace carport::handlers {

/// Reads `id` and `name` of somebody new.
void readNewPrincipal(api::FieldReader& fields, api::Principal& out);
/// Reads `name`, `blocked` and `groups` where they are there; groups have to exist.
void readPrincipalChanges(api::FieldReader& fields, const Registry& registry, api::Principal& out);
/// Reads `role` where it is there.
void readRole(api::FieldReader& fields, api::Principal& out);
/// Stores somebody new; number and creation time are filled in.
boost::asio::awaitable<Result<PrincipalRecord>> addToRegistry(Call& call, PrincipalRecord record);

}  // namespace carport::handlers
