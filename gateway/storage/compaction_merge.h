#pragma once

#include "gateway/storage/compaction_rollups.h"
#include "gateway/storage/metric_resolutions.h"
#include "gateway/storage/segment.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct ZSTD_CCtx_s;

namespace carport {

/// A block or a segment that is to be merged.
struct MergeInput {
  std::int64_t number = 0;
  bool isSegment = false;
  std::int64_t newest = 0;
  std::string data;
};

struct MergeRules {
  /// What comes out stays: it is rolled up where it is of one hour.
  bool final = false;
  /// Of what comes out.
  std::uint8_t tier = 1;
  /// Hours from this one on have segments of their own, however few samples they have.
  TimePoint ownHours = fromMs(INT64_MAX);
  /// Metrics whose values may be rounded, and to what; all others come out bit for bit as they went in.
  const MetricResolutions* resolutions = nullptr;
};

struct Merged {
  std::vector<NewSegment> segments;
  std::vector<NewHourRollup> hourRollups;
};

/// Puts blocks together into segments: by hour, then by ranges of cars, as large as is good for reading. Works column
/// by column, so that its memory is that of one column of all rows and of what comes out. Owner: Compactor; one thread.
class BlockMerger {
 public:
  /// Most rows in one merge.
  static constexpr std::size_t kMaxRows = 262'144;
  /// Most bytes of attributes in one merge, decoded, beyond those of a single block.
  static constexpr std::size_t kMaxAttributeBytes = 32 * 1024 * 1024;
  /// A range of several cars with more rows is divided.
  static constexpr std::size_t kSegmentRows = 4096;
  /// Hours with fewer rows share a segment.
  static constexpr std::size_t kMinHourRows = 256;
  /// Tier of a final segment that is of several hours: in no roll-up, and never touched again.
  static constexpr std::uint8_t kSettledTier = 9;
  static constexpr int kZstdLevel = 3;

  /// Called between steps of some milliseconds; may wait. False: the merge is given up.
  using Pause = std::function<bool()>;

  BlockMerger();
  ~BlockMerger();

  /// `inputs` in order of arrival, at most kMaxRows rows together. None where `pause` gave up. On damage
  /// damagedInput() says where.
  Result<std::optional<Merged>> merge(std::span<const MergeInput> inputs, const MergeRules& rules, const Pause& pause);
  /// Index of the input that could not be read in the merge that has just failed.
  std::optional<std::size_t> damagedInput() const { return m_damaged; }

 private:
  struct Row {
    std::int64_t time = 0;
    std::uint32_t car = 0;
    std::uint32_t position = 0;  // among the rows of all inputs: order of arrival where car and time are the same
  };
  struct Piece;

  Result<void> open(std::span<const MergeInput> inputs);
  void divide(const MergeRules& rules);
  void divideCars(std::span<const std::uint32_t> rows, CarRange range, const Piece& model);
  Result<void> addRowColumns(const Pause& pause);
  Result<void> addMetric(std::string_view name, const MergeRules& rules, Merged& merged);
  Result<void> addAttribute(std::string_view name);
  Result<void> readMetric(std::string_view name);
  void roundMetric(double resolution);
  Result<void> readAttribute(std::string_view name);
  Result<Merged> finish(const MergeRules& rules, Merged merged);
  Result<void> addColumn(Piece& piece, ColumnKind kind, std::string_view name, const std::string& raw);
  std::vector<std::string_view> names(ColumnKind kind) const;

  ZSTD_CCtx_s* m_context;
  std::optional<std::size_t> m_damaged;
  std::vector<BlockDecoder> m_decoders;
  std::vector<std::uint32_t> m_offsets;  // of each input's first row
  std::int64_t m_newest = 0;
  std::vector<Row> m_rows;
  std::vector<Piece> m_pieces;
  // One column at a time, by position.
  std::vector<double> m_values;
  std::vector<std::uint8_t> m_present;
  AttributeColumn m_attributes;
};

}  // namespace carport
