#pragma once

#include "gateway/base/result.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace carport {

/// Metrics whose values compaction may round, each with the multiple that it rounds to. What is not in here is kept bit
/// for bit.
using MetricResolutions = std::map<std::string, double, std::less<>>;

/// What registry.db declares. Any thread; opens the file by itself, as it is seldom asked.
Result<MetricResolutions> loadMetricResolutions(const std::filesystem::path& registryFile);
/// Declares one, above 0 and finite; none: the metric is kept exactly again. Counts for what is compacted from now on.
Result<void> declareMetricResolution(const std::filesystem::path& registryFile, const std::string& metric,
                                     std::optional<double> resolution);

}  // namespace carport
