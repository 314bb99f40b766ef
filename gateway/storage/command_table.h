#pragma once

#include "gateway/domain/history_reader.h"
#include "gateway/storage/database.h"

#include <optional>
#include <string>
#include <vector>

namespace carport {

/// Table `command`: what was sent to cars, and how far it got. Owner: a store or reader; its thread. Throws as
/// Database.
class CommandTable {
 public:
  explicit CommandTable(Database& database) : m_database(database) {}

  /// Adds or replaces.
  void put(const api::Command& command);
  std::optional<api::Command> find(const std::string& id);
  /// Newest first.
  std::vector<api::Command> select(const CommandQuery& query);

 private:
  Database& m_database;
};

}  // namespace carport
