#pragma once

#include "gateway/api/car_state.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace carport::ui {

/// How many activities there are (api::Activity's numbers are 0 to 5).
inline constexpr std::size_t kActivities = 6;

/// A car as clustering sees it: where it is on the screen, and what it does.
struct ClusterInput {
  QPointF pixel;
  std::uint32_t index = 0;  ///< the caller's own
  api::Activity activity = api::Activity::unknown;
  float value = std::numeric_limits<float>::quiet_NaN();  ///< what cars are coloured by; NaN: none
  bool chosen = false;
};

/// Cars that are too close together to be told apart, drawn as one.
struct Cluster {
  QPointF pixel;  ///< the middle of its cars
  QRectF bounds;  ///< around all its cars, pixels
  std::uint32_t count = 0;
  std::array<std::uint32_t, kActivities> byActivity{};
  std::uint32_t chosen = 0;  ///< how many of them are chosen
  std::uint32_t valued = 0;  ///< how many of them have a value
  double valueSum = 0;       ///< of those

  /// Mean of the values; NaN where none of its cars has one.
  double meanValue() const { return valued > 0 ? valueSum / valued : std::numeric_limits<double>::quiet_NaN(); }
  /// Radius of the disc that stands for it: grows with the logarithm of the count. Pixels.
  double radius() const;
};

struct ClusterResult {
  std::vector<Cluster> clusters;       ///< the largest first; none overlaps another
  std::vector<std::uint32_t> singles;  ///< indices of cars that are drawn by themselves, in the order of the input
};

/// Gathers cars that are crowded. The grid's cells hang on the map, not on the window (`origin` is a pixel where the
/// world's corner would be), so that clusters stay as they are while the map is panned; a cell with fewer than
/// `kMinCluster` cars keeps them single. Clusters whose discs would overlap become one. Pure; a few milliseconds for
/// 100,000 cars.
class Clustering {
 public:
  static constexpr double kCellPx = 72;
  static constexpr std::uint32_t kMinCluster = 6;

  static ClusterResult gather(std::span<const ClusterInput> cars, QPointF origin);
};

/// "7", "840", "1.2k", "30k": a count that fits into a disc.
QString clusterCountText(std::uint32_t count);

}  // namespace carport::ui
