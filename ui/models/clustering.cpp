#include "ui/models/clustering.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace carport::ui {
namespace {

constexpr double kMinRadius = 13;
constexpr double kRadiusPerDecade = 4.5;
constexpr double kMaxRadius = 30;
constexpr double kGapPx = 2;  // between two discs

struct Cell {
  QPointF sum;
  QPointF low;
  QPointF high;
  std::uint32_t count = 0;
  std::array<std::uint32_t, kActivities> byActivity{};
  std::uint32_t chosen = 0;
  std::uint32_t valued = 0;
  double valueSum = 0;
};

std::uint64_t cellKey(QPointF pixel, QPointF origin) {
  const auto column = std::int64_t(std::floor((pixel.x() - origin.x()) / Clustering::kCellPx));
  const auto row = std::int64_t(std::floor((pixel.y() - origin.y()) / Clustering::kCellPx));
  return (std::uint64_t(column) << 32) ^ (std::uint64_t(row) & 0xFFFFFFFFU);
}

void add(Cell& cell, const ClusterInput& car) {
  cell.low = cell.count == 0 ? car.pixel
                             : QPointF(std::min(cell.low.x(), car.pixel.x()), std::min(cell.low.y(), car.pixel.y()));
  cell.high = cell.count == 0 ? car.pixel
                              : QPointF(std::max(cell.high.x(), car.pixel.x()), std::max(cell.high.y(), car.pixel.y()));
  cell.sum += car.pixel;
  ++cell.count;
  ++cell.byActivity[std::size_t(car.activity) % kActivities];
  if (car.chosen) ++cell.chosen;
  if (std::isnan(car.value)) return;
  ++cell.valued;
  cell.valueSum += double(car.value);
}

void merge(Cluster& into, const Cluster& other) {
  const double total = double(into.count) + double(other.count);
  into.pixel = (into.pixel * double(into.count) + other.pixel * double(other.count)) / total;
  into.bounds = into.bounds.united(other.bounds);
  into.count += other.count;
  for (std::size_t n = 0; n < kActivities; ++n) into.byActivity[n] += other.byActivity[n];
  into.chosen += other.chosen;
  into.valued += other.valued;
  into.valueSum += other.valueSum;
}

bool overlap(const Cluster& a, const Cluster& b) {
  const QPointF apart = a.pixel - b.pixel;
  return std::hypot(apart.x(), apart.y()) < a.radius() + b.radius() + kGapPx;
}

/// Merges what overlaps until nothing does. Every merge leaves one fewer, so this ends.
void separate(std::vector<Cluster>& clusters) {
  const auto larger = [](const Cluster& a, const Cluster& b) {
    if (a.count != b.count) return a.count > b.count;
    return a.pixel.x() != b.pixel.x() ? a.pixel.x() < b.pixel.x() : a.pixel.y() < b.pixel.y();
  };
  bool merged = true;
  while (merged) {
    merged = false;
    std::sort(clusters.begin(), clusters.end(), larger);
    std::vector<Cluster> kept;
    for (const Cluster& cluster : clusters) {
      const auto hit =
          std::find_if(kept.begin(), kept.end(), [&](const Cluster& other) { return overlap(other, cluster); });
      if (hit == kept.end()) {
        kept.push_back(cluster);
      } else {
        merge(*hit, cluster);
        merged = true;
      }
    }
    clusters = std::move(kept);
  }
}

}  // namespace

double Cluster::radius() const {
  return std::min(kMaxRadius, kMinRadius + kRadiusPerDecade * std::log10(std::max(1.0, double(count) / 4)));
}

ClusterResult Clustering::gather(std::span<const ClusterInput> cars, QPointF origin) {
  std::unordered_map<std::uint64_t, Cell> cells;
  for (const ClusterInput& car : cars) add(cells[cellKey(car.pixel, origin)], car);
  ClusterResult result;
  for (const auto& [key, cell] : cells) {
    if (cell.count < kMinCluster) continue;
    result.clusters.push_back({cell.sum / double(cell.count), QRectF(cell.low, cell.high), cell.count, cell.byActivity,
                               cell.chosen, cell.valued, cell.valueSum});
  }
  separate(result.clusters);
  for (const ClusterInput& car : cars) {
    if (cells[cellKey(car.pixel, origin)].count < kMinCluster) result.singles.push_back(car.index);
  }
  return result;
}

QString clusterCountText(std::uint32_t count) {
  if (count < 1000) return QString::number(count);
  if (count < 9950) return QStringLiteral("%1k").arg(double(count) / 1000, 0, 'f', 1);
  return QStringLiteral("%1k").arg((count + 500) / 1000);
}

}  // namespace carport::ui
