#pragma once

#include "ui/widgets/map/map_car.h"

#include <QString>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace carport::ui {

/// What is new of the cars, as the store's rows have it: what the GUI thread gathers for the map.
struct MapChanges {
  struct Change {
    std::uint32_t row = 0;
    api::CarPosition position;                              ///< without a fix the car leaves the map
    float value = std::numeric_limits<float>::quiet_NaN();  ///< MapCar::value
    bool moved = false;                                     ///< otherwise only the value is another
  };
  std::vector<Change> cars;
  qint64 nowMs = 0;  ///< CarStore::steadyMs()
  double pace = 1;   ///< CarStore::pace()
  bool live = true;
  /// The names of all rows, where every row may be another car now: then `cars` has every car with a fix.
  std::optional<std::vector<QString>> labels = {};
};

/// The cars on the map, one after the other as changes come: projects and steers those that changed, and makes
/// snapshots. Not of any thread, but of one at a time; made for a worker.
class MapFleet {
 public:
  MapFleet();
  ~MapFleet();
  MapFleet(const MapFleet&) = delete;
  MapFleet& operator=(const MapFleet&) = delete;

  /// Takes the changes in, and answers all cars as they are then.
  MapCars apply(const MapChanges& changes);

 private:
  class Shelf;

  void reset(const std::vector<QString>& labels);
  void move(const MapChanges::Change& change, const MapChanges& all);
  void remove(std::uint32_t row);
  MapCars snapshot() const;

  std::vector<QString> m_labels;           ///< a row each
  std::vector<MapCar> m_cars;              ///< those with a fix
  std::vector<std::uint32_t> m_rowOfCar;   ///< of m_cars
  std::vector<std::int32_t> m_indexOfRow;  ///< in m_cars; -1: no fix
  std::shared_ptr<Shelf> m_shelf;
};

}  // namespace carport::ui
