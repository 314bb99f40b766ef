#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/api/sample.h"
#include "gateway/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Samples as one block of compressed columns. The rows are sorted by car, then time; rows of equal car and time keep
/// their order of arrival. Numbers are little-endian; "varint" is LEB128; "zigzag" as in varint.h.
///
///     offset  size  what
///     0       4     magic "CPB1"
///     4       2     version, 2; 1 in files of before there was compaction, which are still read
///     6       2     zero
///     8       4     n, number of rows
///     12      4     d, size of the directory
///     16      8     checksum of bytes 0 to 15 and the directory
///     24      d     directory: varint number of columns, then of each column
///                     u8 kind, u8 encoding (0 as it is, 1 zstd), varint name's length and the name (metrics and
///                     attributes, otherwise 0), varint size when decoded, varint size as stored, 8 bytes checksum as
///                     stored
///     24+d    …     the columns, in the directory's order, without gaps
///
/// Column kinds, as they are when decoded:
///     1 car        for each car: varint difference to the car before it (the first: to 0), varint number of its rows
///     2 time       ms since the epoch. Version 1: for each row a zigzag varint difference to the row before it (the
///                  first: to 0). Version 2: integers (integer_codec.h)
///     3 arrival    arrival - time. Version 1: for each row a zigzag varint difference to that of the row before it.
///                  Version 2: integers
///     4 metric     presence, then the doubles of the rows that have one. Version 1: as byte planes: all first (lowest)
///                  bytes, all second bytes, …; the doubles' bits are kept as they are. Version 2: values
///                  (value_codec.h)
///     5 attribute  presence, then for each row that has one: u8 0 false, 1 true, 2 text (varint length and bytes)
/// Presence: u8 0 where every row has a value; otherwise u8 1 and a bit for each row, low bits first.
/// The checksum is SipHash-2-4 with a key of zeros.
///
/// A row that names a metric twice keeps the last value.
inline constexpr std::size_t kMaxBlockRows = 65'536;
inline constexpr std::size_t kMaxColumnBytes = 64 * 1024 * 1024;
inline constexpr std::size_t kMaxBlockColumns = 3 + 2 * MetricNames::kMaxNames;
inline constexpr int kZstdLevel = 1;
inline constexpr std::uint16_t kBlockVersion = 2;

enum class ColumnKind : std::uint8_t { car = 1, time = 2, arrival = 3, metric = 4, attribute = 5 };

/// The rows of a block, or of one car in it.
struct RowRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Where one car's rows are in a block, and what time they span.
struct CarSpan {
  PrincipalNumber car;
  RowRange rows;
  TimePoint from{};
  TimePoint to{};  ///< of the last row: inclusive
};

/// One block, ready to be stored.
struct EncodedBlock {
  std::string data;
  std::vector<CarSpan> cars;  ///< ascending
  TimePoint from{};
  TimePoint to{};  ///< inclusive
  std::uint32_t rowCount = 0;
};

/// Makes blocks. Keeps its work space: one thread an instance.
class BlockEncoder {
 public:
  BlockEncoder();
  ~BlockEncoder();

  /// `rows` of `batch`, at most kMaxBlockRows of them and at least one. Fails only where zstd finds no memory.
  Result<EncodedBlock> encode(const SampleBatch& batch, std::span<const SampleBatch::Row> rows,
                              const MetricNames& names);

 private:
  struct Work;
  std::unique_ptr<Work> m_work;
};

/// One metric of some rows.
struct MetricColumn {
  std::vector<double> values;         ///< one a row; 0 where the row has none
  std::vector<std::uint8_t> present;  ///< 1 for each row that has one; empty where every row has

  bool has(std::size_t row) const { return present.empty() || present[row] != 0; }
};

using AttributeColumn = std::vector<std::optional<api::AttributeValue>>;

/// Reads one block, only the columns that are asked for. The bytes must outlive it. Damage is StorageErrc::corrupted.
/// One thread.
class BlockDecoder {
 public:
  /// Checks the header and the directory.
  static Result<BlockDecoder> open(std::span<const std::byte> block);

  std::uint32_t rowCount() const { return m_rowCount; }
  /// How large its columns of this kind are together when decoded.
  std::size_t decodedBytes(ColumnKind kind) const;
  Result<std::vector<CarSpan>> cars() const;  ///< with rows; the times are not filled in
  Result<std::vector<TimePoint>> times(RowRange rows) const;
  Result<std::vector<TimePoint>> arrivals(RowRange rows) const;
  /// The values of `rows`; none where no row of the block has one.
  Result<std::optional<MetricColumn>> metric(std::string_view name, RowRange rows) const;
  /// For each of `rows` the value; none where no row of the block has one.
  Result<std::optional<AttributeColumn>> attribute(std::string_view name, RowRange rows) const;
  /// The names of the metrics, or of the attributes; they live as long as the block's bytes.
  std::vector<std::string_view> names(ColumnKind kind) const;
  /// Appends whole rows. Fails where their names do not fit into `names` any more; with `dropUnnamed` leaves those out.
  Result<void> appendRows(RowRange rows, MetricNames& names, SampleBatch& out, bool dropUnnamed = false) const;

 private:
  struct Column {
    ColumnKind kind;
    bool compressed = false;
    std::string_view name;
    std::size_t size = 0;
    std::uint64_t checksum = 0;
    std::span<const std::byte> stored;
  };

  Result<void> readDirectory(std::span<const std::byte> directory, std::span<const std::byte> columns);
  const Column* find(ColumnKind kind, std::string_view name = {}) const;
  Result<std::string> decode(const Column& column) const;
  Result<std::string> decode(ColumnKind kind) const;
  /// Undoes the differences of a column of times, of which the first `count` are wanted.
  Result<std::vector<std::int64_t>> integers(ColumnKind kind, std::uint32_t count) const;
  Result<MetricColumn> values(const Column& column, RowRange rows) const;
  Result<AttributeColumn> attributes(const Column& column, RowRange rows) const;
  bool contains(RowRange rows) const { return rows.first <= m_rowCount && rows.count <= m_rowCount - rows.first; }

  std::uint16_t m_version = 1;
  std::uint32_t m_rowCount = 0;
  std::vector<Column> m_columns;
};

}  // namespace carport
