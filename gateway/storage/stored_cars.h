#pragma once

#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"
#include "gateway/storage/database.h"

#include <filesystem>
#include <optional>

namespace carport {

/// The highest number of a car of which the day files in `folder` have samples, events or alarms; 0 where there are
/// none. Reads every file, so it is for the rare start with a new registry. Fails where a file cannot be read.
Result<PrincipalNumber> highestStoredCar(const std::filesystem::path& folder);

/// The same from what the newest files have written down about it and the files before them: quick. A file that has
/// nothing written down is read, one that cannot be read is passed over.
PrincipalNumber highestNotedCar(const std::filesystem::path& folder);

/// Every day file knows the highest number of a car that it or an older one has anything of, so that a registry that is
/// older than the telemetry (one put back from a backup) does not give those numbers again. Kept in sqlite_sequence
/// under a name that no table has. Throws as Database.
std::optional<PrincipalNumber> notedHighestCar(Database& database);
void noteHighestCar(Database& database, PrincipalNumber car);

}  // namespace carport
