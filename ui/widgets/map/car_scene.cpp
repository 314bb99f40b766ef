#include "ui/widgets/map/car_scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace carport::ui {
namespace {

constexpr double kGlideMetresPerPx = 30;  // coarser than this nothing is seen of gliding
constexpr double kReachPx = 12;           // how near a click has to be
constexpr double kSmallBelowZoom = 9;
constexpr double kCrowded = 1;           // signs cover the window so many times: smaller ones tell more
constexpr std::size_t kFewCars = 40;     // so few in sight have names at any zoom
constexpr std::size_t kManyNames = 400;  // more names than this are noise, however near

/// Which sign lies on top of which: the number of a layer by activity (api::Activity's order).
constexpr std::array<int, kActivities> kLayerOf{0, 4, 3, 1, 2, 5};
constexpr int kChosenLayer = 6;
constexpr int kLayers = 7;

/// A viewport that tells quickly whether a place is in sight and where.
class Sight {
 public:
  explicit Sight(const MapViewport& viewport)
      : m_centre(viewport.centre()),
        m_nearX(m_centre.x() - std::floor(m_centre.x())),
        m_scale(viewport.worldPx()),
        m_middle(viewport.size().width() / 2, viewport.size().height() / 2),
        m_halfWidth((m_middle.x() + kBesidePx) / m_scale),
        m_halfHeight((m_middle.y() + kBesidePx) / m_scale) {}

  bool sees(WorldPoint point) const {
    return std::abs(point.y() - m_centre.y()) <= m_halfHeight && std::abs(eastOf(point.x())) <= m_halfWidth;
  }
  QPointF pixel(WorldPoint point) const {
    return {eastOf(point.x()) * m_scale + m_middle.x(), (point.y() - m_centre.y()) * m_scale + m_middle.y()};
  }
  /// Where the corner of the world is, in pixels, so that a grid on it stays on the ground.
  QPointF origin() const { return {m_middle.x() - m_centre.x() * m_scale, m_middle.y() - m_centre.y() * m_scale}; }

 private:
  /// How far `x` is from the middle the shorter way around. Without std::round, which takes longer than all the rest of
  /// a place on processors that have no instruction for it.
  double eastOf(double x) const {
    double dx = x - m_nearX;
    while (dx > 0.5) dx -= 1;
    while (dx < -0.5) dx += 1;
    return dx;
  }

  WorldPoint m_centre;
  double m_nearX;  ///< the middle's copy on the first turn around the globe
  double m_scale;
  QPointF m_middle;
  double m_halfWidth;
  double m_halfHeight;
};

void sortIntoLayers(std::vector<CarScene::Sign>& signs, const std::vector<MapCar>& cars) {
  std::array<std::vector<CarScene::Sign>, kLayers> layers;
  for (const CarScene::Sign& sign : signs) {
    const auto activity = std::size_t(cars[sign.car].position.activity) % kActivities;
    layers[std::size_t(sign.chosen ? kChosenLayer : kLayerOf[activity])].push_back(sign);
  }
  signs.clear();
  for (const auto& layer : layers) signs.insert(signs.end(), layer.begin(), layer.end());
}

void gather(CarScene& scene, const std::vector<MapCar>& cars, QPointF origin) {
  std::vector<ClusterInput> inputs;
  inputs.reserve(scene.signs.size());
  for (std::size_t n = 0; n < scene.signs.size(); ++n) {
    const CarScene::Sign& sign = scene.signs[n];
    const MapCar& car = cars[sign.car];
    inputs.push_back({sign.pixel, std::uint32_t(n), car.position.activity, car.value, sign.chosen});
  }
  ClusterResult result = Clustering::gather(inputs, origin);
  std::vector<CarScene::Sign> singles;
  singles.reserve(result.singles.size());
  for (const std::uint32_t index : result.singles) singles.push_back(scene.signs[index]);
  scene.signs = std::move(singles);
  scene.clusters = std::move(result.clusters);
}

GlyphAtlas::Size sizeFor(const MapViewport& viewport, std::size_t inSight, std::size_t signs) {
  const double sign = GlyphAtlas::diameter(GlyphAtlas::Size::usual);
  const bool isCrowd = double(signs) * sign * sign > kCrowded * viewport.size().width() * viewport.size().height();
  const bool isFar = viewport.zoom() < kSmallBelowZoom && inSight > kFewCars;
  return isCrowd || isFar ? GlyphAtlas::Size::small : GlyphAtlas::Size::usual;
}

}  // namespace

std::optional<std::uint32_t> CarScene::signAt(QPointF pixel) const {
  std::optional<std::uint32_t> nearest;
  double least = kReachPx;
  for (const Sign& sign : signs) {
    const double distance = std::hypot(sign.pixel.x() - pixel.x(), sign.pixel.y() - pixel.y());
    if (distance > least) continue;
    least = distance;
    nearest = sign.car;
  }
  return nearest;
}

const Cluster* CarScene::clusterAt(QPointF pixel) const {
  const auto hit = std::find_if(clusters.begin(), clusters.end(), [pixel](const Cluster& cluster) {
    return std::hypot(cluster.pixel.x() - pixel.x(), cluster.pixel.y() - pixel.y()) <= cluster.radius();
  });
  return hit == clusters.end() ? nullptr : &*hit;
}

CarScene makeCarScene(const std::vector<MapCar>& cars, const MapViewport& viewport, qint64 nowMs,
                      PrincipalNumber hidden, const CarSet& chosen) {
  CarScene scene;
  const Sight sight(viewport);
  const bool gliding = glidingShows(viewport);
  for (std::size_t n = 0; n < cars.size(); ++n) {
    const MapCar& car = cars[n];
    if (!sight.sees(car.world) || car.position.car == hidden) continue;
    const bool glides = gliding && car.glide.isMoving(nowMs);
    scene.moving = scene.moving || glides;
    const bool isChosen = !chosen.isEmpty() && chosen.contains(car.position.car.value);
    scene.signs.push_back({sight.pixel(glides ? car.drawnAt(nowMs) : car.world), std::uint32_t(n), isChosen});
  }
  const std::size_t inSight = scene.signs.size();
  if (viewport.zoom() < kClusterBelowZoom) gather(scene, cars, sight.origin());
  sortIntoLayers(scene.signs, cars);
  scene.size = sizeFor(viewport, inSight, scene.signs.size());
  const std::size_t shown = scene.signs.size() + scene.clusters.size();
  scene.named = shown <= (viewport.zoom() >= kNamesFromZoom ? kManyNames : kFewCars);
  return scene;
}

bool glidingShows(const MapViewport& viewport) {
  return viewport.metresPerPixel() < kGlideMetresPerPx;
}

}  // namespace carport::ui
