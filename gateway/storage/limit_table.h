#pragma once

#include "gateway/api/limit.h"
#include "gateway/storage/database.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace carport {

/// Table `usage_limit`: how much may be done. Owner: a store; its thread. Throws as Database.
class LimitTable {
 public:
  explicit LimitTable(Database& database) : m_database(database) {}

  /// By organisation, then number.
  std::vector<api::Limit> all();
  std::optional<api::Limit> find(std::string_view organisation, api::LimitNumber number);
  /// Gives it the next number of its organisation.
  api::LimitNumber insert(const api::Limit& limit);
  bool update(const api::Limit& limit);
  bool remove(std::string_view organisation, api::LimitNumber number);
  /// Those that are about this target, whosever they are.
  std::vector<api::Limit> naming(std::string_view target);
  /// Those of an organisation; also forgets how far it has counted.
  void removeOf(std::string_view organisation);
  std::int64_t countOf(std::string_view organisation);

 private:
  Database& m_database;
};

}  // namespace carport
