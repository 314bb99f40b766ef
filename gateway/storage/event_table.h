#pragma once

#include "gateway/domain/history_reader.h"
#include "gateway/storage/block_table.h"
#include "gateway/storage/database.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace carport {

/// Table `event` of a day file. Owner: its DayFile; that one's thread. Throws as Database.
class EventTable {
 public:
  /// Events that are removed at once: samples that come in wait meanwhile.
  static constexpr std::size_t kMaxRemoved = 1000;

  explicit EventTable(Database& database) : m_database(database) {}

  EventNumber insert(const api::Event& event);
  /// Removes events of a car, at most kMaxRemoved.
  void removeSomeOf(PrincipalNumber car);
  /// Number of the newest event that the table ever had, or was told to start after.
  EventNumber newestNumber();
  /// For a new table: its events are numbered from behind `number`.
  void startAfter(EventNumber number);
  /// Whether startAfter() was ever called, or an event stored.
  bool isStarted();

  std::optional<TimeExtent> extent();
  /// Newest first.
  std::vector<api::Event> select(const EventQuery& query);

 private:
  Database& m_database;
};

}  // namespace carport
