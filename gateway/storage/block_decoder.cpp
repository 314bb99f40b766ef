#include "gateway/storage/block_checksum.h"
#include "gateway/storage/block_codec.h"
#include "gateway/storage/integer_codec.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/value_codec.h"
#include "gateway/storage/varint.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <memory>

namespace carport {

namespace {

constexpr std::size_t kHeaderBytes = 24;
constexpr std::size_t kCheckedHeaderBytes = 16;

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(StorageErrc::corrupted, fmt::format("A block of stored samples is damaged: {}", what));
}

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// Which rows have a value, and the index of the value of the range's first row.
struct Presence {
  bool everywhere = true;
  std::span<const std::byte> bits;

  bool has(std::uint32_t row) const {
    return everywhere || (std::to_integer<unsigned>(bits[row / 8]) >> (row % 8) & 1) != 0;
  }
  std::uint32_t countBefore(std::uint32_t row) const {
    if (everywhere) return row;
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < row / 8; ++i)
      count += static_cast<std::uint32_t>(std::popcount(std::to_integer<std::uint8_t>(bits[i])));
    for (std::uint32_t i = row / 8 * 8; i < row; ++i) count += has(i) ? 1 : 0;
    return count;
  }
};

Presence readPresence(ByteReader& reader, std::uint32_t rowCount) {
  if (reader.u8() == 0) return {};
  return {false, reader.take((rowCount + 7) / 8)};
}

bool hasAny(const MetricColumn& column) {
  return column.present.empty() ? !column.values.empty()
                                : std::find(column.present.begin(), column.present.end(), 1) != column.present.end();
}
bool hasAny(const AttributeColumn& column) {
  return std::any_of(column.begin(), column.end(), [](const auto& value) { return value.has_value(); });
}

}  // namespace

Result<BlockDecoder> BlockDecoder::open(std::span<const std::byte> block) {
  ByteReader reader(block);
  const auto magic = reader.take(4);
  const auto version = reader.fixed(2);
  reader.fixed(2);
  const auto rowCount = reader.fixed(4), directoryBytes = reader.fixed(4), checksum = reader.fixed(8);
  if (!reader.ok() || std::string_view(reinterpret_cast<const char*>(magic.data()), 4) != "CPB1")
    return damaged("no header");
  if (version == 0 || version > kBlockVersion)
    return fail(StorageErrc::newerVersion, "Stored samples were written by a newer Carport; use that version");
  const auto directory = reader.take(directoryBytes);
  if (!reader.ok() || rowCount == 0 || rowCount > kMaxBlockRows) return damaged("impossible sizes");
  std::string checked(reinterpret_cast<const char*>(block.data()), kCheckedHeaderBytes);
  checked.append(reinterpret_cast<const char*>(directory.data()), directory.size());
  if (blockChecksum(bytesOf(checked)) != checksum) return damaged("its directory's checksum is wrong");
  BlockDecoder decoder;
  decoder.m_version = static_cast<std::uint16_t>(version);
  decoder.m_rowCount = static_cast<std::uint32_t>(rowCount);
  if (auto done = decoder.readDirectory(directory, block.subspan(kHeaderBytes + directoryBytes)); !done)
    return failFrom(done);
  return decoder;
}

Result<void> BlockDecoder::readDirectory(std::span<const std::byte> directory, std::span<const std::byte> columns) {
  ByteReader reader(directory), data(columns);
  const auto count = reader.varint();
  if (count > kMaxBlockColumns) return damaged("too many columns");
  m_columns.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    Column column;
    column.kind = static_cast<ColumnKind>(reader.u8());
    column.compressed = reader.u8() != 0;
    const auto name = reader.take(reader.varint());
    column.name = {reinterpret_cast<const char*>(name.data()), name.size()};
    column.size = reader.varint();
    column.stored = data.take(reader.varint());
    column.checksum = reader.fixed(8);
    if (!reader.ok() || !data.ok() || column.size > kMaxColumnBytes) return damaged("it is cut short");
    m_columns.push_back(column);
  }
  return {};
}

const BlockDecoder::Column* BlockDecoder::find(ColumnKind kind, std::string_view name) const {
  for (const Column& column : m_columns) {
    if (column.kind == kind && column.name == name) return &column;
  }
  return nullptr;
}

Result<std::string> BlockDecoder::decode(const Column& column) const {
  if (blockChecksum(column.stored) != column.checksum) return damaged("a column's checksum is wrong");
  std::string raw(column.size, '\0');
  if (!column.compressed) {
    if (column.stored.size() != column.size) return damaged("a column's size is wrong");
    raw.assign(reinterpret_cast<const char*>(column.stored.data()), column.stored.size());
    return raw;
  }
  // One context a thread: making one costs more than a small column.
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  const auto size =
      ZSTD_decompressDCtx(context.get(), raw.data(), raw.size(), column.stored.data(), column.stored.size());
  if (ZSTD_isError(size) != 0 || size != raw.size()) return damaged("a column does not decompress");
  return raw;
}

Result<std::string> BlockDecoder::decode(ColumnKind kind) const {
  const Column* column = find(kind);
  if (column == nullptr) return damaged("a column is missing");
  return decode(*column);
}

Result<std::vector<CarSpan>> BlockDecoder::cars() const {
  const auto raw = decode(ColumnKind::car);
  if (!raw) return failFrom(raw);
  ByteReader reader(bytesOf(*raw));
  std::vector<CarSpan> cars;
  std::uint64_t car = 0, row = 0;
  while (reader.left() > 0) {
    car += reader.varint();
    const auto count = reader.varint();
    if (!reader.ok() || car > UINT32_MAX || count == 0 || count > m_rowCount - row)
      return damaged("impossible car numbers");
    cars.push_back({PrincipalNumber{static_cast<std::uint32_t>(car)},
                    {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(count)},
                    {},
                    {}});
    row += count;
  }
  if (row != m_rowCount) return damaged("rows without a car");
  return cars;
}

std::size_t BlockDecoder::decodedBytes(ColumnKind kind) const {
  std::size_t bytes = 0;
  for (const Column& column : m_columns) bytes += column.kind == kind ? column.size : 0;
  return bytes;
}

std::vector<std::string_view> BlockDecoder::names(ColumnKind kind) const {
  std::vector<std::string_view> names;
  for (const Column& column : m_columns) {
    if (column.kind == kind) names.push_back(column.name);
  }
  return names;
}

Result<std::vector<std::int64_t>> BlockDecoder::integers(ColumnKind kind, std::uint32_t count) const {
  const auto raw = decode(kind);
  if (!raw) return failFrom(raw);
  ByteReader reader(bytesOf(*raw));
  std::vector<std::int64_t> values;
  if (m_version == kBlockVersion) {
    if (!decodeIntegers(reader, m_rowCount, values, count)) return damaged("its times are cut short");
    return values;
  }
  values.reserve(count);
  std::int64_t value = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    value = wrappingAdd(value, unzigzag(reader.varint()));
    values.push_back(value);
  }
  if (!reader.ok()) return damaged("its times are cut short");
  return values;
}

Result<std::vector<TimePoint>> BlockDecoder::times(RowRange rows) const {
  if (!contains(rows)) return damaged("rows beyond its end");
  const auto values = integers(ColumnKind::time, rows.first + rows.count);
  if (!values) return failFrom(values);
  std::vector<TimePoint> times;
  times.reserve(rows.count);
  for (std::uint32_t i = 0; i < rows.count; ++i) times.push_back(fromMs((*values)[rows.first + i]));
  return times;
}

Result<std::vector<TimePoint>> BlockDecoder::arrivals(RowRange rows) const {
  if (!contains(rows)) return damaged("rows beyond its end");
  const auto rowTimes = times(rows);
  if (!rowTimes) return failFrom(rowTimes);
  const auto delays = integers(ColumnKind::arrival, rows.first + rows.count);
  if (!delays) return failFrom(delays);
  std::vector<TimePoint> arrivals;
  arrivals.reserve(rows.count);
  for (std::uint32_t i = 0; i < rows.count; ++i)
    arrivals.push_back(fromMs(wrappingAdd(toMs((*rowTimes)[i]), (*delays)[rows.first + i])));
  return arrivals;
}

Result<std::optional<MetricColumn>> BlockDecoder::metric(std::string_view name, RowRange rows) const {
  const Column* column = find(ColumnKind::metric, name);
  if (column == nullptr) return std::optional<MetricColumn>();
  auto found = values(*column, rows);
  if (!found) return failFrom(found);
  return std::optional(*std::move(found));
}

Result<std::optional<AttributeColumn>> BlockDecoder::attribute(std::string_view name, RowRange rows) const {
  const Column* column = find(ColumnKind::attribute, name);
  if (column == nullptr) return std::optional<AttributeColumn>();
  auto found = attributes(*column, rows);
  if (!found) return failFrom(found);
  return std::optional(*std::move(found));
}

Result<MetricColumn> BlockDecoder::values(const Column& column, RowRange rows) const {
  const auto raw = decode(column);
  if (!raw) return failFrom(raw);
  ByteReader reader(bytesOf(*raw));
  const Presence presence = readPresence(reader, m_rowCount);
  if (!reader.ok() || !contains(rows)) return damaged("a metric is cut short");
  const std::size_t count = presence.countBefore(m_rowCount);
  std::vector<double> dense;
  const std::size_t wanted = presence.countBefore(rows.first + rows.count);  // what comes behind is not decoded
  const bool sound = m_version == kBlockVersion ? decodeValues(reader, count, dense, wanted)
                                                : decodeDoubleBits(reader, count, dense, wanted);
  if (!sound) return damaged("a metric's values are cut short");
  std::size_t at = presence.countBefore(rows.first);
  MetricColumn out;
  if (presence.everywhere) {
    const auto begin = dense.begin() + static_cast<std::ptrdiff_t>(at);
    out.values.assign(begin, begin + static_cast<std::ptrdiff_t>(rows.count));
    return out;
  }
  out.values.resize(rows.count);
  out.present.resize(rows.count);
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    if (!presence.has(rows.first + i)) continue;
    out.values[i] = dense[at++];
    out.present[i] = 1;
  }
  return out;
}

Result<AttributeColumn> BlockDecoder::attributes(const Column& column, RowRange rows) const {
  const auto raw = decode(column);
  if (!raw) return failFrom(raw);
  ByteReader reader(bytesOf(*raw));
  const Presence presence = readPresence(reader, m_rowCount);
  if (!reader.ok() || !contains(rows)) return damaged("an attribute is cut short");
  AttributeColumn values(rows.count);
  for (std::uint32_t row = 0; row < rows.first + rows.count; ++row) {
    if (!presence.has(row)) continue;
    const auto tag = reader.u8();
    const auto text = tag == 2 ? reader.take(reader.varint()) : std::span<const std::byte>();
    if (row < rows.first) continue;
    if (tag == 2) {
      values[row - rows.first] = std::string(reinterpret_cast<const char*>(text.data()), text.size());
    } else {
      values[row - rows.first] = tag == 1;
    }
  }
  if (!reader.ok()) return damaged("an attribute's values are cut short");
  return values;
}

Result<void> BlockDecoder::appendRows(RowRange rows, MetricNames& names, SampleBatch& out, bool dropUnnamed) const {
  const auto owners = cars();
  if (!owners) return failFrom(owners);
  const auto rowTimes = times(rows);
  if (!rowTimes) return failFrom(rowTimes);
  const auto rowArrivals = arrivals(rows);
  if (!rowArrivals) return failFrom(rowArrivals);
  std::vector<std::pair<MetricId, MetricColumn>> metrics;
  std::vector<std::pair<MetricId, AttributeColumn>> attributeColumns;
  // Only names that these rows have: the other cars of the block must not use the room up.
  const auto addColumn = [&](std::string_view name, auto decoded, auto& columns) -> Result<void> {
    if (!decoded) return failFrom(decoded);
    if (!hasAny(*decoded)) return {};
    const auto id = names.intern(name);
    if (id) columns.emplace_back(*id, *std::move(decoded));
    if (id || dropUnnamed) return {};
    return fail(StorageErrc::queueFull, "Stored samples use more names of metrics than Carport can hold at once");
  };
  for (const Column& column : m_columns) {
    Result<void> added;
    if (column.kind == ColumnKind::metric) added = addColumn(column.name, values(column, rows), metrics);
    if (column.kind == ColumnKind::attribute) {
      added = addColumn(column.name, attributes(column, rows), attributeColumns);
    }
    if (!added) return added;
  }
  auto owner = owners->begin();
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    while (rows.first + i >= owner->rows.first + owner->rows.count) ++owner;
    out.beginRow(owner->car, (*rowTimes)[i], (*rowArrivals)[i]);
    for (const auto& [id, column] : metrics) {
      if (column.has(i)) out.addMetric(id, column.values[i]);
    }
    for (auto& [id, column] : attributeColumns) {
      if (column[i]) out.addAttribute(id, *std::move(column[i]));
    }
  }
  return {};
}

}  // namespace carport
