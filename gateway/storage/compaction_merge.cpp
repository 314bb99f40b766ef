#include "gateway/storage/compaction_merge.h"

#include "gateway/storage/block_builder.h"
#include "gateway/storage/integer_codec.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/value_codec.h"

#include <zstd.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace carport {

namespace {

/// Pieces that are encoded between two pauses.
constexpr std::size_t kPiecesPerPause = 64;

tl::unexpected<Error> noMemory() {
  return fail(StorageErrc::ioFailed, "Samples could not be compressed: there is not enough memory");
}

/// As block_codec.h has it; `present` has one entry a row.
std::string presenceOf(const std::vector<std::uint8_t>& present) {
  if (std::find(present.begin(), present.end(), 0) == present.end()) return std::string(1, '\0');
  std::string out(1 + (present.size() + 7) / 8, '\0');
  out[0] = 1;
  for (std::size_t row = 0; row < present.size(); ++row) {
    if (present[row] != 0) out[1 + row / 8] = static_cast<char>(out[1 + row / 8] | (1 << (row % 8)));
  }
  return out;
}

void putAttribute(std::string& out, const api::AttributeValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    out.push_back(*flag ? 1 : 0);
    return;
  }
  const auto& text = std::get<std::string>(value);
  out.push_back(2);
  putVarint(out, text.size());
  out += text;
}

}  // namespace

/// Rows that become one segment.
struct BlockMerger::Piece {
  CarRange cars;
  std::optional<TimePoint> hour;    // that all of them are of
  std::vector<std::uint32_t> rows;  // indices of m_rows; by car, then time
  BlockBuilder builder;
  EncodedBlock block;
  std::vector<std::int64_t> times;
  std::optional<SegmentRollups> rollups;
};

BlockMerger::BlockMerger() : m_context(ZSTD_createCCtx()) {}

BlockMerger::~BlockMerger() {
  ZSTD_freeCCtx(m_context);
}

Result<std::optional<Merged>> BlockMerger::merge(std::span<const MergeInput> inputs, const MergeRules& rules,
                                                 const Pause& pause) {
  m_damaged.reset();
  if (auto done = open(inputs); !done) return failFrom(done);
  divide(rules);
  if (auto done = addRowColumns(pause); !done) return failFrom(done);
  if (rules.final) {
    for (Piece& piece : m_pieces) {
      if (piece.hour) piece.rollups.emplace(piece.block.cars, piece.times, *piece.hour);
    }
  }
  Merged merged;
  for (const std::string_view name : names(ColumnKind::metric)) {
    if (!pause()) return std::optional<Merged>();
    if (auto done = addMetric(name, rules, merged); !done) return failFrom(done);
  }
  for (const std::string_view name : names(ColumnKind::attribute)) {
    if (!pause()) return std::optional<Merged>();
    if (auto done = addAttribute(name); !done) return failFrom(done);
  }
  auto finished = finish(rules, std::move(merged));
  if (!finished) return failFrom(finished);
  return std::optional(*std::move(finished));
}

Result<void> BlockMerger::open(std::span<const MergeInput> inputs) {
  m_decoders.clear();
  m_offsets.clear();
  m_rows.clear();
  m_pieces.clear();
  m_newest = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    m_damaged = i;
    auto decoder = BlockDecoder::open(std::as_bytes(std::span(inputs[i].data)));
    if (!decoder) return failFrom(decoder);
    const auto cars = decoder->cars();
    if (!cars) return failFrom(cars);
    const auto times = decoder->times({0, decoder->rowCount()});
    if (!times) return failFrom(times);
    const auto offset = static_cast<std::uint32_t>(m_rows.size());
    m_offsets.push_back(offset);
    for (const CarSpan& span : *cars) {
      for (std::uint32_t row = span.rows.first; row < span.rows.first + span.rows.count; ++row)
        m_rows.push_back({toMs((*times)[row]), span.car.value, offset + row});
    }
    m_newest = std::max(m_newest, inputs[i].newest);
    m_decoders.push_back(*std::move(decoder));
  }
  m_damaged.reset();
  std::sort(m_rows.begin(), m_rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.car, a.time, a.position) < std::tie(b.car, b.time, b.position);
  });
  return {};
}

void BlockMerger::divide(const MergeRules& rules) {
  std::map<TimePoint, std::vector<std::uint32_t>> hours;
  TimePoint hour = fromMs(INT64_MIN);
  auto* rows = &hours[hour];
  for (std::uint32_t i = 0; i < m_rows.size(); ++i) {
    const TimePoint time = fromMs(m_rows[i].time);
    if (time < hour || time >= hour + kHour) {
      hour = floorTo(time, kHour);
      rows = &hours[hour];
    }
    rows->push_back(i);
  }
  Piece model{{}, {}, {}, BlockBuilder(m_context, kZstdLevel), {}, {}, {}};
  std::vector<std::uint32_t> together;
  for (const auto& [start, members] : hours) {
    if (members.size() < kMinHourRows && start < rules.ownHours) {
      together.insert(together.end(), members.begin(), members.end());
      continue;
    }
    model.hour = start;
    divideCars(members, {}, model);
  }
  // In the order of cars again; each hour's rows are in it already.
  std::sort(together.begin(), together.end());
  model.hour.reset();
  divideCars(together, {}, model);
}

void BlockMerger::divideCars(std::span<const std::uint32_t> rows, CarRange range, const Piece& model) {
  if (rows.empty()) return;
  if (rows.size() > kSegmentRows && range.bits > 0) {
    const auto bits = static_cast<std::uint8_t>(range.bits - 1);
    const CarRange lower{range.first, bits}, upper{range.first + static_cast<std::uint32_t>(1U << bits), bits};
    const auto middle = std::partition_point(rows.begin(), rows.end(),
                                             [&](std::uint32_t row) { return m_rows[row].car < upper.first; });
    const auto count = static_cast<std::size_t>(middle - rows.begin());
    divideCars(rows.first(count), lower, model);
    divideCars(rows.subspan(count), upper, model);
    return;
  }
  for (; !rows.empty(); rows = rows.subspan(std::min(rows.size(), kMaxBlockRows))) {
    const auto part = rows.first(std::min(rows.size(), kMaxBlockRows));
    Piece piece = model;
    piece.cars = range;
    piece.rows.assign(part.begin(), part.end());
    m_pieces.push_back(std::move(piece));
  }
}

Result<void> BlockMerger::addColumn(Piece& piece, ColumnKind kind, std::string_view name, const std::string& raw) {
  if (!piece.builder.addColumn(kind, name, raw)) return noMemory();
  return {};
}

Result<void> BlockMerger::addRowColumns(const Pause& pause) {
  std::vector<std::int64_t> arrivals(m_rows.size());
  for (std::size_t i = 0; i < m_decoders.size(); ++i) {
    const auto decoded = m_decoders[i].arrivals({0, m_decoders[i].rowCount()});
    if (!decoded) {
      m_damaged = i;
      return failFrom(decoded);
    }
    for (std::size_t row = 0; row < decoded->size(); ++row) arrivals[m_offsets[i] + row] = toMs((*decoded)[row]);
  }
  std::vector<std::int64_t> delays;
  for (std::size_t number = 0; number < m_pieces.size(); ++number) {
    Piece& piece = m_pieces[number];
    if (number % kPiecesPerPause == 0) (void)pause();  // the merge asks again before the first metric
    delays.clear();
    piece.block.rowCount = static_cast<std::uint32_t>(piece.rows.size());
    piece.block.from = piece.block.to = fromMs(m_rows[piece.rows.front()].time);
    for (std::uint32_t i = 0; i < piece.rows.size(); ++i) {
      const Row& row = m_rows[piece.rows[i]];
      const TimePoint time = fromMs(row.time);
      auto& cars = piece.block.cars;
      if (cars.empty() || cars.back().car.value != row.car)
        cars.push_back({PrincipalNumber{row.car}, {i, 0}, time, time});
      ++cars.back().rows.count;
      cars.back().to = time;
      piece.block.from = std::min(piece.block.from, time);
      piece.block.to = std::max(piece.block.to, time);
      piece.times.push_back(row.time);
      delays.push_back(wrappingSubtract(arrivals[row.position], row.time));
    }
    std::string owners, times, arrived;
    std::uint32_t previous = 0;
    for (const CarSpan& span : piece.block.cars) {
      putVarint(owners, span.car.value - previous);
      putVarint(owners, span.rows.count);
      previous = span.car.value;
    }
    encodeIntegers(piece.times, times);
    encodeIntegers(delays, arrived);
    if (auto done = addColumn(piece, ColumnKind::car, {}, owners); !done) return done;
    if (auto done = addColumn(piece, ColumnKind::time, {}, times); !done) return done;
    if (auto done = addColumn(piece, ColumnKind::arrival, {}, arrived); !done) return done;
  }
  return {};
}

std::vector<std::string_view> BlockMerger::names(ColumnKind kind) const {
  std::set<std::string_view> all;
  for (const BlockDecoder& decoder : m_decoders) {
    const auto some = decoder.names(kind);
    all.insert(some.begin(), some.end());
  }
  return {all.begin(), all.end()};
}

Result<void> BlockMerger::readMetric(std::string_view name) {
  m_values.assign(m_rows.size(), 0);
  m_present.assign(m_rows.size(), 0);
  for (std::size_t i = 0; i < m_decoders.size(); ++i) {
    const auto column = m_decoders[i].metric(name, {0, m_decoders[i].rowCount()});
    if (!column) {
      m_damaged = i;
      return failFrom(column);
    }
    if (!*column) continue;
    const auto offset = static_cast<std::ptrdiff_t>(m_offsets[i]);
    std::copy((*column)->values.begin(), (*column)->values.end(), m_values.begin() + offset);
    if ((*column)->present.empty()) {
      std::fill_n(m_present.begin() + offset, m_decoders[i].rowCount(), std::uint8_t{1});
    } else {
      std::copy((*column)->present.begin(), (*column)->present.end(), m_present.begin() + offset);
    }
  }
  return {};
}

void BlockMerger::roundMetric(double resolution) {
  for (double& value : m_values) value = roundedTo(value, resolution);
}

Result<void> BlockMerger::addMetric(std::string_view name, const MergeRules& rules, Merged& merged) {
  if (auto done = readMetric(name); !done) return done;
  if (rules.resolutions != nullptr) {
    if (const auto found = rules.resolutions->find(name); found != rules.resolutions->end()) roundMetric(found->second);
  }
  std::vector<double> values, dense;
  std::vector<std::uint8_t> present;
  std::map<TimePoint, std::vector<CarRollup>> hours;
  for (Piece& piece : m_pieces) {
    values.clear();
    dense.clear();
    present.clear();
    for (const std::uint32_t row : piece.rows) {
      const std::uint32_t position = m_rows[row].position;
      values.push_back(m_values[position]);
      present.push_back(m_present[position]);
      if (m_present[position] != 0) dense.push_back(m_values[position]);
    }
    if (dense.empty()) continue;
    std::string raw = presenceOf(present);
    encodeValues(dense, raw);
    if (auto done = addColumn(piece, ColumnKind::metric, name, raw); !done) return done;
    if (piece.rollups) piece.rollups->add(name, values, present, hours[*piece.hour]);
  }
  for (const auto& [hour, cars] : hours)
    merged.hourRollups.push_back({std::string(name), hour, encodeHourRollups(cars, hour)});
  return {};
}

Result<void> BlockMerger::readAttribute(std::string_view name) {
  m_attributes.assign(m_rows.size(), std::nullopt);
  for (std::size_t i = 0; i < m_decoders.size(); ++i) {
    auto column = m_decoders[i].attribute(name, {0, m_decoders[i].rowCount()});
    if (!column) {
      m_damaged = i;
      return failFrom(column);
    }
    if (!*column) continue;
    std::move((*column)->begin(), (*column)->end(), m_attributes.begin() + static_cast<std::ptrdiff_t>(m_offsets[i]));
  }
  return {};
}

Result<void> BlockMerger::addAttribute(std::string_view name) {
  if (auto done = readAttribute(name); !done) return done;
  std::vector<std::uint8_t> present;
  for (Piece& piece : m_pieces) {
    present.clear();
    std::string values;
    for (const std::uint32_t row : piece.rows) {
      const auto& value = m_attributes[m_rows[row].position];
      present.push_back(value ? 1 : 0);
      if (value) putAttribute(values, *value);
    }
    if (values.empty()) continue;
    if (auto done = addColumn(piece, ColumnKind::attribute, name, presenceOf(present) + values); !done) return done;
  }
  m_attributes.clear();
  return {};
}

Result<Merged> BlockMerger::finish(const MergeRules& rules, Merged merged) {
  std::size_t rows = 0;
  for (Piece& piece : m_pieces) {
    NewSegment segment;
    piece.block.data = piece.builder.finish(kBlockVersion, piece.rows.size());
    segment.block = std::move(piece.block);
    segment.cars = piece.cars;
    segment.rolled = piece.rollups.has_value();
    segment.tier = rules.final && !segment.rolled ? kSettledTier : rules.tier;
    segment.newest = m_newest;
    if (piece.rollups) segment.minutes = piece.rollups->finish();
    rows += piece.rows.size();
    merged.segments.push_back(std::move(segment));
  }
  const bool whole = rows == m_rows.size();
  m_pieces.clear();
  m_rows.clear();
  if (!whole) return fail(StorageErrc::corrupted, "Compaction lost rows; nothing was changed");
  return merged;
}

}  // namespace carport
