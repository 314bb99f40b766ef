#pragma once

#include "gateway/api/permission.h"
#include "gateway/storage/database.h"

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
  RuleNumber insert(const api::Rule& rule);
  /// A rule stays its organisation's: false where that organisation has no rule of this number.
  bool update(const api::Rule& rule);
  bool remove(RuleNumber number);
  /// Removes the rules whose `who` or `about` is this selector's text.
  void removeNaming(std::string_view selector);
  /// Removes an organisation's rules, and those of others that name it.
  void removeOf(std::string_view organisation);
  /// Whether a rule was ever added, even if none is left.
  bool everHadOne();

 private:
  Database& m_database;
};

}  // namespace carport
