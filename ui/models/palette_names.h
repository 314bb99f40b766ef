#pragma once

#include "ui/models/palette_index.h"
#include "ui/models/projection.h"

#include <QString>
#include <QStringList>

#include <atomic>
#include <cstdint>
#include <vector>

namespace carport::ui {

/// What a name on the map is of.
enum class PlaceKind : std::uint8_t { country, water, town, street, station, park };

/// Every name that the map can show: those of the world and of the street maps, ready to be looked through. Read on a
/// worker, then immutable.
struct PaletteNames {
  /// Most names; what is beyond them is not found, and isCut says so.
  static constexpr std::size_t kMaxNames = 200'000;
  /// A street of the same name farther than this from another, in widths of the world (about 4 km), is another one.
  static constexpr double kSameStreet = 1e-4;
  /// So many streets of one name are told apart.
  static constexpr std::size_t kMaxOfOneName = 64;

  struct Place {
    QString name;
    WorldPoint world;
    std::uint8_t map;  ///< in `maps`; 0: the world's own
    PlaceKind kind;
  };
  std::vector<Place> places;
  QStringList maps{QString()};
  PaletteIndex index;  ///< its numbers are those of `places`
  bool isCut = false;

  /// Reads the world's names from a baked base map (base_map.h) and those of street maps (index files; what does not
  /// read back is left out). Takes a while: ends early once `isCancelled`.
  static PaletteNames read(const QString& baseMap, const QStringList& streetMaps, const std::atomic_bool& isCancelled);

  /// "Street in monaco".
  QString describe(const Place& place) const;
  /// How near a place of this kind is looked at.
  static double zoomOf(PlaceKind kind);
};

}  // namespace carport::ui
