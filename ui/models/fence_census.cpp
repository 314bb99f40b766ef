#include "ui/models/fence_census.h"

#include "gateway/api/fence_tester.h"
#include "ui/models/fence_store.h"

#include <QElapsedTimer>

#include <algorithm>
#include <utility>

namespace carport::ui {

FenceCensus::FenceCensus(const FenceStore& fences, const CarStore& cars, QObject* parent)
    : QObject(parent), m_fences(fences), m_cars(cars) {
  m_timer.setSingleShot(true);
  connect(&m_timer, &QTimer::timeout, this, &FenceCensus::goOn);
  connect(&m_fences, &FenceStore::changed, this, &FenceCensus::begin);
}

void FenceCensus::setActive(bool active) {
  if (active == m_active) return;
  m_active = active;
  m_timer.stop();
  if (active) begin();
}

void FenceCensus::begin() {
  if (!m_active) return;
  m_places.clear();
  m_fresh.clear();
  m_next = 0;
  m_timer.start(0);
}

void FenceCensus::goOn() {
  const std::vector<api::Fence>& fences = m_fences.fences();
  if (m_places.empty()) {
    for (CarStore::Row row = 0; row < m_cars.size(); ++row)
      if (m_cars.hasFix(row)) m_places.emplace_back(m_cars.latitudes()[row], m_cars.longitudes()[row]);
    std::sort(m_places.begin(), m_places.end());
  }
  QElapsedTimer clock;
  clock.start();
  while (m_next < fences.size() && clock.elapsed() < kSliceMs) {
    const api::FenceNumber number = fences[m_next].number;
    const api::FenceTester& tester = m_fences.tester(m_next++);
    const auto from = std::lower_bound(m_places.begin(), m_places.end(), std::pair(tester.box().south, -1000.0));
    int count = 0;
    for (auto place = from; place != m_places.end() && place->first <= tester.box().north; ++place)
      count += tester.contains(place->first, place->second) ? 1 : 0;
    m_fresh.insert(number.value, count);
  }
  if (m_next < fences.size()) {
    m_timer.start(0);
    return;
  }
  m_counts = std::exchange(m_fresh, {});
  m_places.clear();
  m_next = 0;
  m_timer.start(kEveryMs);
  emit counted();
}

CarSet FenceCensus::carsInside(const api::FenceShape& shape, const CarStore& cars) {
  const api::FenceTester tester(shape);
  CarSet inside;
  for (CarStore::Row row = 0; row < cars.size(); ++row) {
    if (cars.hasFix(row) && tester.contains(cars.latitudes()[row], cars.longitudes()[row]))
      inside.insert(cars.numbers()[row].value);
  }
  return inside;
}

}  // namespace carport::ui
