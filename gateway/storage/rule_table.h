#pragma once

#include "gateway/api/permission.h"
#include "gateway/storage/database.h"

#include <string_view>
#include <vector>

namespace carport {

/// Table `rule`: the access rules. Owner: a store; its thread. Throws as Database.
class RuleTable {
 public:
  explicit RuleTable(Database& database) : m_database(database) {}

  /// In the order in which they are tried.
  std::vector<api::Rule> all();
  RuleNumber insert(const api::Rule& rule);
  bool update(const api::Rule& rule);
  bool remove(RuleNumber number);
  /// Removes the rules whose `who` or `about` is this selector's text.
  void removeNaming(std::string_view selector);
  /// Whether a rule was ever added, even if none is left.
  bool everHadOne();

 private:
  Database& m_database;
};

}  // namespace carport
