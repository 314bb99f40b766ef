#pragma once

#include "gateway/storage/block_codec.h"
#include "gateway/storage/database.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace carport {

/// Table `latest` of a day file: every car's newest sample up to some block. Owner: its DayFile; that one's thread.
/// Throws as Database.
class LatestTable {
 public:
  explicit LatestTable(Database& database) : m_database(database) {}

  void replace(std::span<const EncodedBlock> parts, std::int64_t upto);
  /// Number of the newest block that is in it; none where nothing was written yet.
  std::optional<std::int64_t> upto();
  /// Calls with each part's data, valid during the call.
  void forEach(const std::function<void(std::span<const std::byte>)>& use);

 private:
  Database& m_database;
};

}  // namespace carport
