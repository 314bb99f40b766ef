#pragma once

#include "gateway/domain/answer_store.h"
#include "gateway/storage/database.h"

#include <optional>
#include <string>

namespace carport {

/// Table `answer`: answers that are kept for whoever asks the same again. Owner: a store; its thread. Throws as
/// Database.
class AnswerTable {
 public:
  explicit AnswerTable(Database& database) : m_database(database) {}

  std::optional<KeptAnswer> find(const KeptAnswer::Hash& key);
  void insert(const KeptAnswer& answer);
  void finish(const KeptAnswer::Hash& key, int status, const std::string& sealed);
  void remove(const KeptAnswer::Hash& key);
  void removeBefore(TimePoint time);
  std::size_t count();
  std::size_t countOf(PrincipalNumber caller);
  /// Of all who are in the caller's organisation; 0 in the house.
  std::size_t countOfOrganisation(PrincipalNumber caller);

 private:
  Database& m_database;
};

}  // namespace carport
