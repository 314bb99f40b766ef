#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/storage/block_codec.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// A row of table `block` or `segment`, as it stands in the file. The bytes belong to the row.
struct StoredBlock {
  std::int64_t number = 0;
  TimePoint from{};
  TimePoint to{};
  std::uint32_t rowCount = 0;
  std::span<const std::byte> cars;
  std::span<const std::byte> data;
};

/// What of a block can be trusted.
struct BlockVerdict {
  std::string damage;         ///< a sentence; empty where everything fits together
  bool readable = false;      ///< every sample decodes
  std::vector<CarSpan> cars;  ///< whose samples it has, as far as anything of it says so
  SampleBatch samples;        ///< where it is readable
};

/// Checks every checksum of a block, decodes all of it, and compares it with what the row and its list of cars say.
/// `names` takes the names that are in it; those beyond its limit are checked too, but left out of the samples.
BlockVerdict checkBlock(const StoredBlock& block, MetricNames& names);

}  // namespace carport
