#pragma once

#include "gateway/api/heat.h"
#include "gateway/base/result.h"
#include "ui/client/http_requester.h"

/// Reads what the gateway answers about where the fleet was. Pure: it is read beside the GUI thread.
namespace carport::ui::answers {

/// Packed as CBOR.
Result<api::FleetHeat> fleetHeat(const HttpAnswer& answer);

}  // namespace carport::ui::answers
