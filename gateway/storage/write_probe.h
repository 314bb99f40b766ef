#pragma once

#include "gateway/base/result.h"
#include "gateway/storage/database.h"

namespace carport {

/// Bytes that a probe writes.
inline constexpr int kProbeBytes = 65'536;

/// Writes something into a database and takes it away again: whether writing works where nobody writes just now. Fails
/// as a write would, and where less than kLeastFreeBytes are left on the disk. Thread of the database.
Result<void> probeWriting(Database& database);

}  // namespace carport
