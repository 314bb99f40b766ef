#pragma once

#include "gateway/storage/database.h"

namespace carport {

/// A write transaction, or a savepoint where one is under way already: the same code serves a command line, which is
/// alone, and the writer, which puts many changes into one commit. Rolls back unless committed. Thread of its Database.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();

 private:
  Database& m_database;
  const bool m_nested;
  bool m_open = true;
};

/// A snapshot for several reading statements that must agree. Thread of its Database.
class ReadTransaction {
 public:
  explicit ReadTransaction(Database& database);
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction();

 private:
  Database& m_database;
  const bool m_nested;
};

}  // namespace carport
