#pragma once

#include "gateway/server/http/call.h"

#include <string>

namespace carport::handlers {

/// Reads `id` and `name` of somebody new.
void readNewPrincipal(api::FieldReader& fields, api::Principal& out);
/// Reads `name`, `blocked` and `groups` where they are there; groups have to exist.
void readPrincipalChanges(api::FieldReader& fields, const Registry& registry, api::Principal& out);
/// Reads `role` where it is there: a built-in one, or one of the principal's own organisation.
void readRole(api::FieldReader& fields, const Registry& registry, api::Principal& out);
/// Reads `attributes` where they are there; they take the place of all that were.
void readAttributes(api::FieldReader& fields, api::Principal& out);
/// Puts somebody new into the organisation that the id begins with. The failing side is 400 where the caller belongs to
/// an organisation and the id does not, whether there is such an id elsewhere or not, and 403 where a caller of the
/// house may not administer that organisation.
Asked<void> placeNew(const Call& call, api::Principal& out);
/// Stores a new car with this secret, and answers with both: 201.
boost::asio::awaitable<Reply> addCarWith(Call& call, PrincipalRecord record, std::string secret);
/// Stores somebody new; number and creation time are filled in.
boost::asio::awaitable<Result<PrincipalRecord>> addToRegistry(Call& call, PrincipalRecord record);

}  // namespace carport::handlers
