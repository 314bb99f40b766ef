#pragma once

#include "gateway/api/history.h"
#include "ui/models/time_range.h"

#include <cstddef>
#include <vector>

namespace carport::ui {

/// A series of any length that is looked at through a window of some hundred pixels: samples in order of time, and over
/// them levels of which each point puts kFanOut of the level below together (min, max, mean, last, count). What a
/// window shows costs the same for a thousand samples as for ten million, and no peak is lost. Plain samples take 16
/// bytes, buckets 48. A value; no thread of its own.
class PlotPyramid {
 public:
  static constexpr std::size_t kFanOut = 16;

  void reserve(std::size_t samples);
  /// Adds a sample or a bucket at the right end. What is not later than the last one, or is no number, is left out.
  void append(const api::HistoryPoint& point);
  /// Puts a sample together with the last point; the same as append() where there is none.
  void mergeIntoLast(const api::HistoryPoint& point);

  std::size_t size() const { return m_isRaw ? m_samples.size() : m_buckets.size(); }
  bool isEmpty() const { return size() == 0; }
  TimePoint timeOf(std::size_t index) const { return m_isRaw ? m_samples[index].time : m_buckets[index].time; }
  api::HistoryPoint point(std::size_t index) const;
  /// The first point at `time` or later; size() where there is none.
  std::size_t firstAt(TimePoint time) const { return firstAt(time, 0, size()); }

  /// The points in [first, end) as one; count 0 where there are none.
  api::HistoryPoint summary(std::size_t first, std::size_t end) const;
  /// The points of [from, to) as one.
  api::HistoryPoint summary(const TimeRange& range) const;
  /// What `columns` columns of pixels show of the range: the points themselves where there are at most two a column,
  /// otherwise one a column. Columns lie on a grid of time, so that nothing flickers while the range is moved.
  std::vector<api::HistoryPoint> points(const TimeRange& range, std::size_t columns) const;

 private:
  struct Sample {
    TimePoint time;
    double value;
  };

  std::size_t firstAt(TimePoint time, std::size_t first, std::size_t end) const;
  void keepBuckets();
  void addToLevels(std::size_t index, const api::HistoryPoint& point);
  const api::HistoryPoint& above(std::size_t level, std::size_t index) const { return m_levels[level][index]; }

  bool m_isRaw = true;  ///< all of them are single samples
  std::vector<Sample> m_samples;
  std::vector<api::HistoryPoint> m_buckets;
  std::vector<std::vector<api::HistoryPoint>> m_levels;  ///< the finest first
};

/// Makes `bucket` cover `point`, which follows on it, too.
void mergeInto(api::HistoryPoint& bucket, const api::HistoryPoint& point);

}  // namespace carport::ui
