#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/history.h"
#include "gateway/api/latest.h"
#include "gateway/api/moments.h"
#include "gateway/base/result.h"
#include "ui/client/http_requester.h"

#include <optional>

/// Reads what the gateway answers about many cars at once, and about the past. Pure: large answers are read beside the
/// GUI thread.
namespace carport::ui::answers {

/// Packed as CBOR.
Result<api::FleetMoments> fleetMoments(const HttpAnswer& answer);
/// Packed as CBOR.
Result<api::FleetLatest> fleetLatest(const HttpAnswer& answer);
/// None where nothing was heard of the car.
Result<std::optional<api::CarState>> carMoment(const HttpAnswer& answer);
Result<api::FleetHistory> fleetHistory(const HttpAnswer& answer);

}  // namespace carport::ui::answers
