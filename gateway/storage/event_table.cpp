#include "gateway/storage/event_table.h"

#include "gateway/storage/enum_columns.h"
#include "gateway/storage/newest_of_each.h"

#include <algorithm>
#include <utility>

namespace carport {

namespace {
#define CARPORT_EVENT_SELECT "SELECT number, car, time, arrival, name, severity, active, message, data FROM event "
#define CARPORT_EVENT_RANGE "time >= ? AND time < ? AND (time, number) < (?, ?) ORDER BY time DESC, number DESC LIMIT ?"

api::Event readEvent(const Query& row) {
  api::Event event;
  event.number = EventNumber{row.integer(0)};
  event.car = PrincipalNumber{static_cast<std::uint32_t>(row.integer(1))};
  event.time = row.time(2);
  event.arrival = row.time(3);
  event.name = row.text(4);
  event.severity = enumColumn<api::Severity>(row.text(5));
  event.active = row.boolean(6);
  event.message = row.text(7);
  event.data = row.text(8);
  return event;
}
}  // namespace

EventNumber EventTable::insert(const api::Event& event) {
  m_database
      .query(
          "INSERT INTO event(car, time, arrival, name, severity, active, message, data) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(event.car.value, event.time, event.arrival, event.name, api::nameOf(event.severity), event.active,
            event.message, event.data)
      .run();
  return EventNumber{m_database.lastInsertedRow()};
}

void EventTable::removeSomeOf(PrincipalNumber car) {
  m_database.query("DELETE FROM event WHERE number IN (SELECT number FROM event WHERE car = ? LIMIT ?)")
      .bind(car.value, kMaxRemoved)
      .run();
}

EventNumber EventTable::newestNumber() {
  return EventNumber{m_database.integer("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'")};
}

void EventTable::startAfter(EventNumber number) {
  m_database.query("DELETE FROM sqlite_sequence WHERE name = 'event'").run();
  m_database.query("INSERT INTO sqlite_sequence(name, seq) VALUES ('event', ?)").bind(number.value).run();
}

bool EventTable::isStarted() {
  return m_database.integer("SELECT count(*) FROM sqlite_sequence WHERE name = 'event'") > 0;
}

std::optional<TimeExtent> EventTable::extent() {
  auto earliest = m_database.query("SELECT min(time) FROM event");
  if (!earliest.next() || earliest.isNull(0)) return std::nullopt;
  return TimeExtent{earliest.time(0), fromMs(m_database.integer("SELECT max(time) FROM event"))};
}

std::vector<api::Event> EventTable::select(const EventQuery& query) {
  if (query.cars && !query.car && query.cars->size() <= kFewCars) {
    return newestOfEach<api::Event>(
        query, [this](const EventQuery& ofOne) { return select(ofOne); },
        [](const api::Event& a, const api::Event& b) {
          return std::pair(a.time, a.number) > std::pair(b.time, b.number);
        });
  }
  const bool isOfSome = query.cars && !query.car;
  const std::size_t limit = std::min(query.limit, EventQuery::kMaxLimit);
  auto rows = m_database.query(query.car ? CARPORT_EVENT_SELECT "WHERE car = ? AND " CARPORT_EVENT_RANGE
                                         : CARPORT_EVENT_SELECT "WHERE " CARPORT_EVENT_RANGE);
  if (query.car) rows.bind(query.car->value);
  rows.bind(query.from, query.to, query.before.time, query.before.number,
            isOfSome ? std::int64_t{-1} : static_cast<std::int64_t>(limit));
  std::vector<api::Event> events;
  while ((!isOfSome || events.size() < limit) && rows.next()) {
    if (isOfSome && !query.cars->contains(PrincipalNumber{static_cast<std::uint32_t>(rows.integer(1))})) continue;
    events.push_back(readEvent(rows));
  }
  return events;
}

}  // namespace carport
