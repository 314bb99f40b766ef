#pragma once

#include "gateway/storage/block_codec.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// Which cars' samples are where in a block, kept beside it so that readers skip blocks without reading them.
/// For each car in ascending order, as varints: difference to the car before it, number of rows, its first time minus
/// the block's first time, its last time minus its first time.
std::string encodeCarIndex(const EncodedBlock& block);
/// Everything in it; StorageErrc::corrupted where it makes no sense.
Result<std::vector<CarSpan>> decodeCarIndex(std::span<const std::byte> index, TimePoint blockFrom);
/// One car's part; none where the car is not in the block or the index makes no sense.
std::optional<CarSpan> findInCarIndex(std::span<const std::byte> index, TimePoint blockFrom, PrincipalNumber car);

}  // namespace carport
