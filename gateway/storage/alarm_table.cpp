#include "gateway/storage/alarm_table.h"

namespace carport {

void AlarmTable::apply(const api::Event& event) {
  if (event.severity != api::Severity::alarm || !event.active) {
    m_database.query("DELETE FROM alarm WHERE car = ? AND name = ?").bind(event.car.value, event.name).run();
    return;
  }
  m_database
      .query(
          "INSERT OR REPLACE INTO alarm(car, name, number, time, arrival, message, data) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(event.car.value, event.name, event.number.value, event.time, event.arrival, event.message, event.data)
      .run();
}

std::vector<api::Event> AlarmTable::all() {
  std::vector<api::Event> alarms;
  auto rows = m_database.query("SELECT car, name, number, time, arrival, message, data FROM alarm ORDER BY car, name");
  while (rows.next()) {
    api::Event event;
    event.car = PrincipalNumber{static_cast<std::uint32_t>(rows.integer(0))};
    event.name = rows.text(1);
    event.number = EventNumber{rows.integer(2)};
    event.time = rows.time(3);
    event.arrival = rows.time(4);
    event.severity = api::Severity::alarm;
    event.message = rows.text(5);
    event.data = rows.text(6);
    alarms.push_back(std::move(event));
  }
  return alarms;
}

}  // namespace carport
