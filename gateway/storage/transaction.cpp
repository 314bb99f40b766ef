#include "gateway/storage/transaction.h"

#include <exception>

namespace carport {

namespace {
void execQuietly(Database& database, const char* sql) {
  try {
    database.exec(sql);
  } catch (const std::exception&) {  // SQLite has rolled back already, or the file is gone: nothing is left to undo
  }
}
}  // namespace

// IMMEDIATE: a transaction that reads before it writes could otherwise fail as busy without any wait.
Transaction::Transaction(Database& database) : m_database(database), m_nested(database.inTransaction()) {
  m_database.exec(m_nested ? "SAVEPOINT part" : "BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!m_open || !m_database.inTransaction()) return;
  if (m_nested) execQuietly(m_database, "ROLLBACK TO part");
  execQuietly(m_database, m_nested ? "RELEASE part" : "ROLLBACK");
}

void Transaction::commit() {
  m_database.exec(m_nested ? "RELEASE part" : "COMMIT");
  m_open = false;
}

ReadTransaction::ReadTransaction(Database& database) : m_database(database), m_nested(database.inTransaction()) {
  if (!m_nested) m_database.exec("BEGIN");
}

ReadTransaction::~ReadTransaction() {
  if (!m_nested && m_database.inTransaction()) execQuietly(m_database, "COMMIT");
}

}  // namespace carport
