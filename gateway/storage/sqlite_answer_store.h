#pragma once

#include "gateway/domain/answer_store.h"
#include "gateway/storage/answer_table.h"

namespace carport {

/// Kept answers in registry.db. A call inside a transaction of its database becomes part of it. Owner: a
/// SqliteRegistryStore; its thread.
class SqliteAnswerStore final : public AnswerStore {
 public:
  SqliteAnswerStore(Database& database, const Clock& clock)
      : m_database(database), m_clock(clock), m_answers(database) {}

  Result<std::optional<KeptAnswer>> begin(const KeptAnswer& wanted) override;
  Result<void> finish(const KeptAnswer::Hash& key, int status, const std::string& sealed) override;
  Result<void> giveBack(const KeptAnswer::Hash& key) override;

 private:
  Database& m_database;
  const Clock& m_clock;
  AnswerTable m_answers;
};

}  // namespace carport
