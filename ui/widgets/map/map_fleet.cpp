#include "ui/widgets/map/map_fleet.h"

#include <cstddef>
#include <mutex>
#include <utility>

namespace carport::ui {
namespace {

/// Counting the readers of 30,000 names costs more than all the rest: a name is copied only where it is another one.
void copyCar(const MapCar& from, MapCar& to) {
  to.position = from.position;
  to.world = from.world;
  to.glide = from.glide;
  to.value = from.value;
  const bool isSame = to.label.constData() == from.label.constData() && to.label.size() == from.label.size();
  if (!isSame) to.label = from.label;
}

}  // namespace

/// Snapshots that nobody reads any more, to be written over: a new one would be several megabytes of fresh memory
/// twenty times a second. Any thread.
class MapFleet::Shelf {
 public:
  using Cars = std::vector<MapCar>;
  /// One is shown, one is drawn, one is made.
  static constexpr std::size_t kMaxKept = 3;

  std::unique_ptr<Cars> take() {
    const std::lock_guard lock(m_mutex);
    if (m_free.empty()) return std::make_unique<Cars>();
    std::unique_ptr<Cars> cars = std::move(m_free.back());
    m_free.pop_back();
    return cars;
  }
  void giveBack(std::unique_ptr<Cars> cars) {
    const std::lock_guard lock(m_mutex);
    if (m_free.size() < kMaxKept) m_free.push_back(std::move(cars));
  }

 private:
  /// Guards m_free. A snapshot ends on whichever thread lets go of it last, and none of them has to be listening then.
  std::mutex m_mutex;
  std::vector<std::unique_ptr<Cars>> m_free;
};

MapFleet::MapFleet() : m_shelf(std::make_shared<Shelf>()) {}
MapFleet::~MapFleet() = default;

MapCars MapFleet::apply(const MapChanges& changes) {
  if (changes.labels) reset(*changes.labels);
  for (const MapChanges::Change& change : changes.cars) {
    if (change.row >= m_indexOfRow.size()) continue;
    if (change.moved) move(change, changes);
    const std::int32_t index = m_indexOfRow[change.row];
    if (index >= 0) m_cars[std::size_t(index)].value = change.value;
  }
  return snapshot();
}

void MapFleet::reset(const std::vector<QString>& labels) {
  m_labels = labels;
  m_cars.clear();
  m_rowOfCar.clear();
  m_indexOfRow.assign(labels.size(), -1);
}

void MapFleet::move(const MapChanges::Change& change, const MapChanges& all) {
  const api::CarPosition& position = change.position;
  if (!position.hasFix()) return remove(change.row);
  std::int32_t& index = m_indexOfRow[change.row];
  const bool known = index >= 0;
  if (!known) {
    index = std::int32_t(m_cars.size());
    m_cars.emplace_back().label = m_labels[change.row];
    m_rowOfCar.push_back(change.row);
  }
  MapCar& car = m_cars[std::size_t(index)];
  // In the past a car is put where it was between two fixes.
  const bool newFix = !known || car.position.time != position.time || !all.live;
  car.position = position;
  if (!newFix) return;
  car.world = toWorld({position.latitude, position.longitude});
  const bool drives = position.activity == api::Activity::driving || position.activity == api::Activity::alarm;
  car.glide.fix(car.world, drives ? position.speed * float(all.pace) : 0, position.heading, all.nowMs,
                known && all.pace > 0);
}

void MapFleet::remove(std::uint32_t row) {
  const std::int32_t index = std::exchange(m_indexOfRow[row], -1);
  if (index < 0) return;
  // The last one takes its place.
  if (m_rowOfCar.back() != row) {
    m_indexOfRow[m_rowOfCar.back()] = index;
    m_rowOfCar[std::size_t(index)] = m_rowOfCar.back();
    m_cars[std::size_t(index)] = std::move(m_cars.back());
  }
  m_rowOfCar.pop_back();
  m_cars.pop_back();
}

MapCars MapFleet::snapshot() const {
  std::unique_ptr<Shelf::Cars> cars = m_shelf->take();
  cars->resize(m_cars.size());
  for (std::size_t n = 0; n < m_cars.size(); ++n) copyCar(m_cars[n], (*cars)[n]);
  const auto giveBack = [shelf = m_shelf](Shelf::Cars* done) { shelf->giveBack(std::unique_ptr<Shelf::Cars>(done)); };
  return {cars.release(), giveBack};
}

}  // namespace carport::ui
