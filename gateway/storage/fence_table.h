#pragma once

#include "gateway/api/fence.h"
#include "gateway/domain/fence_book.h"
#include "gateway/storage/database.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace carport {

/// Table `fence`: parts of the world with names. Owner: a store; its thread. Throws as Database.
class FenceTable {
 public:
  explicit FenceTable(Database& database) : m_database(database) {}

  /// By organisation, then number.
  std::vector<FenceRecord> all();
  std::optional<FenceRecord> find(std::int64_t row);
  std::optional<FenceRecord> find(std::string_view organisation, api::FenceNumber number);
  /// Gives it the next number of its organisation.
  api::FenceNumber insert(const api::Fence& fence);
  /// Name, colour, note, shape and when it was changed.
  void update(const FenceRecord& record);
  void remove(std::int64_t row);
  /// Those of an organisation; also forgets how far it has counted.
  void removeOf(std::string_view organisation);

  /// What an organisation has.
  struct Total {
    std::size_t fences = 0;
    std::size_t points = 0;
  };
  Total totalOf(std::string_view organisation);

 private:
  Database& m_database;
};

}  // namespace carport
