#pragma once

#include "gateway/server/http/call.h"

#include <vector>

namespace carport::handlers {

/// The cars that the call names as `car`, each of which the caller must be allowed to view; all that the caller may
/// view where it names none. Ascending.
Asked<std::vector<PrincipalNumber>> viewedCars(Call& call);

}  // namespace carport::handlers
