#pragma once

#include "gateway/storage/day_file.h"
#include "gateway/storage/transaction.h"
#include "gateway/storage/verify_day.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace carport {

/// Writes what an inspection hands on into a day's file, in transactions of limited size, so that a gateway that
/// writes to the same file never waits long. Owner: recoverDay(). Throws as Database.
class RecoveryWriter {
 public:
  /// Bytes, roughly, and rows of one transaction.
  static constexpr std::size_t kBytesAtOnce = 4 * 1024 * 1024;
  static constexpr std::size_t kRowsAtOnce = 1000;
  /// Where a gateway may want to write meanwhile: what comes next is decoded while the transaction is open.
  static constexpr std::size_t kBytesAtOnceMerging = 256 * 1024;
  static constexpr std::size_t kRowsAtOnceMerging = 100;

  /// `merging`: the file has rows of its own already, so that the saved ones get new numbers.
  RecoveryWriter(DayFile& file, bool merging) : m_file(file), m_merging(merging) {}

  void write(const StoredBlock& block, const BlockVerdict& verdict);
  void write(const StoredSegment& segment, const BlockVerdict& verdict);
  void writeHourRollup(const Query& row);
  void writeEvent(const Query& row);
  /// What is left of the alarms that were active, of a file that is not merged into another.
  void takeAlarms(Database& damaged);
  /// Compaction makes the roll-ups of what has samples again.
  void rollUpAnew();
  /// Numbers are never given twice: goes on where the damaged file, as far as it says so, stopped.
  void continueNumbers(Database& damaged);
  void commit();

  std::uint64_t rollups() const { return m_rollups; }

 private:
  Database& begin(std::size_t bytes);

  DayFile& m_file;
  const bool m_merging;
  std::optional<Transaction> m_transaction;
  std::size_t m_bytes = 0;
  std::size_t m_rows = 0;
  std::uint64_t m_rollups = 0;
};

}  // namespace carport
