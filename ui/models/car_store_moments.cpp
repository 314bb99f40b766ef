// What the store knows of the moment that is shown.
#include "ui/models/car_store.h"

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
  if (!row || m_states.remove(number.value) == 0) return;
  m_batteries[*row] = std::numeric_limits<float>::quiet_NaN();
  emit stateChanged(number);
}

void CarStore::forgetStates() {
  const QHash<quint32, api::CarState> states = std::exchange(m_states, {});
  m_metrics.clear(size());
  std::fill(m_batteries.begin(), m_batteries.end(), std::numeric_limits<float>::quiet_NaN());
  for (auto it = states.cbegin(); it != states.cend(); ++it) emit stateChanged(PrincipalNumber{it.key()});
}

}  // namespace carport::ui
