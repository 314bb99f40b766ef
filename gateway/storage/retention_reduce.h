#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/domain/retention.h"
#include "gateway/storage/compaction_merge.h"
#include "gateway/storage/segment.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace carport {

/// A segment as it stands in a day's file.
struct WholeSegment {
  std::int64_t number = 0;
  TimePoint from{};
  TimePoint to{};
  CarRange range;
  std::uint8_t tier = 0;
  bool rolled = false;
  std::int64_t newest = 0;
  std::vector<CarSpan> cars;
  std::string data;     ///< empty where its samples went already
  std::string minutes;  ///< empty where no car has any
};

/// How much of what a car sent on the day at hand is kept.
using DetailOf = std::function<StoredDetail(PrincipalNumber)>;

/// Makes of segments what retention leaves of them. What is no larger than the roll-ups that would take its place
/// stays as samples until those would go: a car's samples of an hour with fewer than
/// SegmentRollups::kMinMinuteRows, and hours that compaction left without roll-ups because of how few samples they
/// have. Owner: RetentionSweep; its thread.
class SegmentReducer {
 public:
  /// The segments that take the place of this one; none where it stays as it is.
  Result<std::optional<CompactionSwap>> reduce(const WholeSegment& segment, const DetailOf& detailOf);
  /// Whether anything of a segment of these cars would go: what need not be read need not be loaded.
  static bool wouldChange(const WholeSegment& segmentWithoutBytes, bool hasData, const DetailOf& detailOf);

 private:
  Result<void> keepSamples(const WholeSegment& segment, const DetailOf& detailOf, CompactionSwap& swap);
  Result<void> keepMinutes(const WholeSegment& segment, const DetailOf& detailOf, bool hasData, CompactionSwap& swap);

  MetricNames m_names;
  BlockEncoder m_encoder;
  BlockMerger m_merger;
};

/// Hour roll-ups without those of cars that nothing is kept of; none where all stay.
Result<std::optional<std::string>> reduceHourRollups(std::span<const std::byte> data, TimePoint hour,
                                                     const DetailOf& detailOf);

}  // namespace carport
