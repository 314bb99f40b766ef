#pragma once

#include "gateway/api/permission.h"
#include "gateway/storage/database.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace carport {

/// Table `rule`: the access rules. Owner: a store; its thread. Throws as Database.
class RuleTable {
 public:
  explicit RuleTable(Database& database) : m_database(database) {}

  /// The house's first, then those of each organisation; each in the order in which they are tried.
  std::vector<api::Rule> all();
  std::optional<api::Rule> find(RuleNumber number);
  /// Gives it the next number of its organisation.
  RuleNumber insert(const api::Rule& rule);
  /// A rule stays its organisation's: false where that organisation has no rule of this number.
  bool update(const api::Rule& rule);
  bool remove(RuleNumber number);
  /// The rules whose `who` or `about` is this selector's text.
  std::vector<api::Rule> naming(std::string_view selector);
  /// Removes them.
  void removeNaming(std::string_view selector);
  /// Removes an organisation's rules.
  void removeOf(std::string_view organisation);
  /// How many rules an organisation has; empty: the house.
  std::int64_t countOf(std::string_view organisation);
  /// Whether a rule was ever added, even if none is left.
  bool everHadOne();

 private:
  RuleNumber nextNumber(std::string_view organisation);

  Database& m_database;
};

}  // namespace carport
