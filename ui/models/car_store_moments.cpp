// What the store knows of the moment that is shown.
#include "ui/models/car_store.h"

#include <QSet>

#include <algorithm>
#include <limits>
#include <utility>

namespace carport::ui {

void CarStore::setMoment(std::optional<TimePoint> moment, double pace) {
  const bool wasLive = isLive();
  m_moment = moment;
  m_pace = moment ? pace : 1;
  if (wasLive != isLive()) {
    forgetStates();
    emit liveChanged(isLive());
  }
  if (moment) emit momentChanged(*moment);
}

void CarStore::forgetState(PrincipalNumber number) {
  const auto row = rowOf(number);
  if (!row) return;
  const bool hadState = m_states.remove(number.value) > 0;
  if (!hadState && !m_metrics.isKnown(*row)) return;
  m_metrics.forget(*row);
  m_batteries[*row] = std::numeric_limits<float>::quiet_NaN();
  emit stateChanged(number);
}

void CarStore::keepStatesOf(const std::vector<PrincipalNumber>& cars) {
  QSet<quint32> kept;
  for (const PrincipalNumber car : cars) kept.insert(car.value);
  for (Row row = 0; row < size(); ++row) {
    if (m_metrics.isKnown(row) && !kept.contains(m_numbers[row].value)) forgetState(m_numbers[row]);
  }
}

void CarStore::forgetStates() {
  const QHash<quint32, api::CarState> states = std::exchange(m_states, {});
  m_metrics.clear(size());
  std::fill(m_batteries.begin(), m_batteries.end(), std::numeric_limits<float>::quiet_NaN());
  for (auto it = states.cbegin(); it != states.cend(); ++it) emit stateChanged(PrincipalNumber{it.key()});
}

}  // namespace carport::ui
