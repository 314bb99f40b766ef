#pragma once

#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <filesystem>

namespace carport {

/// The highest number of a car of which the day files in `folder` have samples, events or alarms; 0 where there are
/// none. Reads every file, so it is for the rare start with a new registry. Fails where a file cannot be read.
Result<PrincipalNumber> highestStoredCar(const std::filesystem::path& folder);

}  // namespace carport
