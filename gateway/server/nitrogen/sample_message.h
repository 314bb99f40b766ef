#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/api/sample.h"
#include "gateway/domain/nitrogen_ids.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace carport {

/// What a car has sent in another way, as a message of Nitrogen's API: of type `location`, or of one that is a metric
/// (isNitrogenMetric()). None where the sample says nothing of the kind. Any thread.
std::optional<nlohmann::json> sampleMessage(const NitrogenIds& ids, const MetricNames& names, const SampleBatch& batch,
                                            const SampleBatch::Row& row, const std::string& type);

}  // namespace carport
