#pragma once

#include "gateway/base/result.h"
#include "ui/models/street_feature.h"

#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace carport::ui {

/// Takes what an extract has, one thing after the other.
class StreetSink {
 public:
  virtual ~StreetSink() = default;
  /// A line, an area or a name, whole and as exact as the extract has it.
  virtual void take(StreetFeature feature) = 0;
  /// A piece of coast, land on its left.
  virtual void takeCoast(StreetRing line) = 0;
};

/// Most bytes of an extract, and most of its nodes (16 bytes of memory each while it is read).
inline constexpr qint64 kMaxExtractBytes = 2LL * 1024 * 1024 * 1024;
inline constexpr std::uint64_t kMaxExtractNodes = 250'000'000;
/// A way with more points than this is told up to here; OpenStreetMap's own limit is 2,000.
inline constexpr std::size_t kMaxWayPoints = 20'000;

/// Told now and then how much of an extract is read, 0 to 1; false ends the reading.
using StreetProgress = std::function<bool(double share)>;

/// What an extract says of itself.
struct StreetExtractHead {
  std::optional<StreetBox> box;  ///< what it covers, if it says so
  bool isMadeUp = false;         ///< written by Carport's simulator: a town that OpenStreetMap knows nothing of
};

/// Reads an .osm.pbf file into `sink`: relations first, then nodes and ways. Returns what its header says. Takes a
/// thread for reading and one for unpacking while it runs (libosmium's own). Any thread; errors are StreetErrc's, with
/// the file's name.
Result<StreetExtractHead> readStreetSource(const QString& file, StreetSink& sink, const StreetProgress& progress);

}  // namespace carport::ui
