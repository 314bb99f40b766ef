#pragma once

#include "gateway/api/event.h"
#include "gateway/storage/database.h"

#include <span>
#include <vector>

namespace carport {

/// Table `alarm` of a day file: the alarms that are active. Owner: its DayFile; that one's thread. Throws as Database.
class AlarmTable {
 public:
  explicit AlarmTable(Database& database) : m_database(database) {}

  /// What a newly arrived event means: an active alarm begins, anything else of the same name ends it.
  void apply(const api::Event& event);
  std::vector<api::Event> all();

 private:
  Database& m_database;
};

}  // namespace carport
