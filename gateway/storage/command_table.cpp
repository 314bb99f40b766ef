#include "gateway/storage/command_table.h"

#include "gateway/storage/enum_columns.h"
#include "gateway/storage/newest_of_each.h"

#include <algorithm>
#include <utility>

namespace carport {

namespace {
#define CARPORT_COMMAND_SELECT \
  "SELECT id, car, issued_by, name, arguments, state, created_at, changed_at, expires_at, result FROM command "
#define CARPORT_COMMAND_OPEN "state IN ('queued', 'sent', 'received') "
#define CARPORT_COMMAND_BEFORE "id < ? "
#define CARPORT_COMMAND_ORDER "ORDER BY id DESC LIMIT ?"

api::Command readCommand(const Query& row) {
  api::Command command;
  command.id = row.text(0);
  command.car = PrincipalNumber{static_cast<std::uint32_t>(row.integer(1))};
  command.issuedBy = PrincipalNumber{static_cast<std::uint32_t>(row.integer(2))};
  command.name = row.text(3);
  command.arguments = row.text(4);
  command.state = enumColumn<api::CommandState>(row.text(5));
  command.createdAt = row.time(6);
  command.changedAt = row.time(7);
  command.expiresAt = row.time(8);
  command.result = row.text(9);
  return command;
}

std::string_view sqlFor(const CommandQuery& query) {
  if (query.car) {
    return query.openOnly ? CARPORT_COMMAND_SELECT "WHERE car = ? AND " CARPORT_COMMAND_OPEN
                                                   "AND " CARPORT_COMMAND_BEFORE CARPORT_COMMAND_ORDER
                          : CARPORT_COMMAND_SELECT "WHERE car = ? AND " CARPORT_COMMAND_BEFORE CARPORT_COMMAND_ORDER;
  }
  return query.openOnly ? CARPORT_COMMAND_SELECT "WHERE " CARPORT_COMMAND_OPEN
                                                 "AND " CARPORT_COMMAND_BEFORE CARPORT_COMMAND_ORDER
                        : CARPORT_COMMAND_SELECT "WHERE " CARPORT_COMMAND_BEFORE CARPORT_COMMAND_ORDER;
}

/// Behind every id: those are of digits and letters.
constexpr std::string_view kBehindEveryId = "~";
}  // namespace

void CommandTable::put(const api::Command& command) {
  m_database
      .query(
          "INSERT OR REPLACE INTO command(id, car, issued_by, name, arguments, state, created_at, changed_at, "
          "expires_at, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(command.id, command.car.value, command.issuedBy.value, command.name, command.arguments,
            api::nameOf(command.state), command.createdAt, command.changedAt, command.expiresAt, command.result)
      .run();
}

std::optional<api::Command> CommandTable::find(const std::string& id) {
  auto rows = m_database.query(CARPORT_COMMAND_SELECT "WHERE id = ?");
  if (!rows.bind(id).next()) return std::nullopt;
  return readCommand(rows);
}

std::vector<api::Command> CommandTable::select(const CommandQuery& query) {
  if (query.cars && !query.car && query.cars->size() <= kFewCars) {
    return newestOfEach<api::Command>(
        query, [this](const CommandQuery& ofOne) { return select(ofOne); },
        [](const api::Command& a, const api::Command& b) { return a.id > b.id; });
  }
  const bool isOfSome = query.cars && !query.car;
  const std::size_t limit = std::min(query.limit, CommandQuery::kMaxLimit);
  auto rows = m_database.query(sqlFor(query));
  if (query.car) rows.bind(query.car->value);
  rows.bind(query.before ? std::string_view(*query.before) : kBehindEveryId,
            isOfSome ? std::int64_t{-1} : static_cast<std::int64_t>(limit));
  std::vector<api::Command> commands;
  while ((!isOfSome || commands.size() < limit) && rows.next()) {
    if (isOfSome && !query.cars->contains(PrincipalNumber{static_cast<std::uint32_t>(rows.integer(1))})) continue;
    commands.push_back(readCommand(rows));
  }
  return commands;
}

}  // namespace carport
