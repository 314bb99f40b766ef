#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/durable_log.h"

#include <string>

namespace carport {

/// A commit that has run for so long will not come back soon: the disk hangs.
inline constexpr Milliseconds kHangingCommit{10'000};

/// Why the gateway is not ready to take messages, in a word for each reason, a blank between them (`draining`,
/// `storage`, `disk`); empty where it is. It says no more than that, because everybody may ask.
std::string obstacles(bool isDraining, const WriterStatus& storage, DiskLevel disk);

}  // namespace carport
