#pragma once

#include "ui/models/projection.h"
#include "ui/models/street_map.h"

#include <QStringList>

#include <memory>
#include <vector>

namespace carport::ui {

/// What of the street maps is seen in a viewport. Immutable; any thread.
struct StreetScene {
  std::vector<std::shared_ptr<const StreetTile>> tiles;
  std::vector<std::shared_ptr<const StreetTile>> buildings;
  std::vector<StreetBox> grounds;  ///< where these maps know land from sea and one country from another
  bool hasGround = false;          ///< whether it is near enough for them to draw land and sea there themselves

  bool isEmpty() const { return tiles.empty() && grounds.empty(); }
};

/// From here on streets are drawn, and from here on the maps' own coasts take the place of the world's.
inline constexpr double kStreetsFromZoom = 7;
inline constexpr double kGroundFromZoom = 9;

/// The street maps that are shown, opened for the thread that draws. Owner: BaseMapLayer, through its jobs; one thread
/// at a time.
class StreetShelf {
 public:
  /// What is seen; `files` are the index files to show. Those that do not read are left out.
  StreetScene gather(const QStringList& files, const MapViewport& viewport);

 private:
  void open(const QStringList& files);

  QStringList m_versions;  ///< of the files that are open
  std::vector<std::unique_ptr<StreetMap>> m_maps;
};

/// Turns a street map's points into pixels of a picture.
class StreetProjector {
 public:
  explicit StreetProjector(const MapViewport& viewport);

  QPointF pixel(StreetPoint point) const {
    return {double(point.x) * m_scale - m_left, double(point.y) * m_scale - m_top};
  }
  /// Pixels of a length in grid units.
  double pixels(double length) const { return length * m_scale; }
  /// What is in sight, with `marginPx` around it.
  StreetBox view(double marginPx) const;

 private:
  QSizeF m_size;
  double m_scale;
  double m_left;
  double m_top;
};

}  // namespace carport::ui
