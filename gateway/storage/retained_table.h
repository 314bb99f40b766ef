#pragma once

#include "gateway/domain/durable_log.h"
#include "gateway/storage/database.h"

#include <vector>

namespace carport {

/// Table `retained`: the retained MQTT messages (MQTT 3.1.1 §3.3.1.3). Owner: a store or reader; its thread. Throws as
/// Database.
class RetainedTable {
 public:
  explicit RetainedTable(Database& database) : m_database(database) {}

  /// Replaces the topic's message; an empty payload removes it.
  void put(const RetainedMessage& message);
  std::vector<RetainedMessage> all();

 private:
  Database& m_database;
};

}  // namespace carport
