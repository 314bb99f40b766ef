#include "gateway/storage/rollup_codec.h"

#include "gateway/storage/block_checksum.h"
#include "gateway/storage/integer_codec.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/value_codec.h"

#include <zstd.h>

#include <array>
#include <bit>
#include <memory>
#include <optional>

namespace carport {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kBits = 255;
constexpr int kZstdLevelOfRollups = 3;
/// Sums may have more units than values, as long as a double keeps them exact.
constexpr double kMaxSumUnits = 2'251'799'813'685'248.0;  // 2^51
/// How far a sum of doubles may be from the decimal that it stands for.
constexpr double kSumTolerance = 4e-16;

using Integers = std::vector<std::int64_t>;

tl::unexpected<Error> damaged() {
  return fail(StorageErrc::corrupted, "A roll-up of stored samples is damaged");
}

std::span<const std::byte> asBytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// What the times and counts of a roll-up are measured against.
struct Frame {
  TimePoint first{};
  TimePoint end{};
  std::uint32_t rows = 0;
};

/// The sum as a decimal, where it is one but for the rounding of additions.
std::optional<std::int64_t> sumUnits(double sum, int decimals) {
  const double scaled = sum / fromDecimal(1, decimals);
  if (!(std::abs(scaled) <= kMaxSumUnits)) return std::nullopt;
  const auto units = static_cast<std::int64_t>(std::llround(scaled));
  if (!(std::abs(fromDecimal(units, decimals) - sum) <= kSumTolerance * std::abs(sum))) return std::nullopt;
  return units;
}

/// The four figures of each roll-up as whole numbers: last, last minus min, max minus last, sum minus count × min.
struct UnitFigures {
  int decimals = 0;
  std::array<Integers, 4> figures;
};

std::int64_t timesCount(std::int64_t units, std::uint64_t count) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(units) * count);  // wraps around; so does the way back
}

/// None where one of them is no decimal.
std::optional<UnitFigures> figuresAsUnits(std::span<const Rollup> rollups) {
  std::vector<double> values;
  values.reserve(3 * rollups.size());
  for (const Rollup& one : rollups) values.insert(values.end(), {one.last, one.min, one.max});
  const auto decimals = commonDecimals(values);
  if (!decimals) return std::nullopt;
  UnitFigures units{*decimals, {}};
  for (const Rollup& one : rollups) {
    const auto last = asDecimal(one.last, *decimals), min = asDecimal(one.min, *decimals),
               max = asDecimal(one.max, *decimals), sum = sumUnits(one.sum, *decimals);
    if (!last || !min || !max || !sum) return std::nullopt;
    units.figures[0].push_back(*last);
    units.figures[1].push_back(*last - *min);
    units.figures[2].push_back(*max - *last);
    units.figures[3].push_back(wrappingSubtract(*sum, timesCount(*min, one.count)));
  }
  return units;
}

void encodeFigures(std::span<const Rollup> rollups, std::string& out) {
  if (const auto units = figuresAsUnits(rollups)) {
    out.push_back(static_cast<char>(units->decimals));
    for (const Integers& figure : units->figures) encodeIntegers(figure, out);
    return;
  }
  out.push_back(static_cast<char>(kBits));
  for (const Rollup& one : rollups) {
    for (const double value : {one.last, one.min, one.max, one.sum})
      putFixed(out, std::bit_cast<std::uint64_t>(value), 8);
  }
}

bool decodeFigures(ByteReader& reader, std::span<Rollup*> rollups) {
  const unsigned form = reader.u8();
  if (form == kBits) {
    if (rollups.size() > reader.left() / 32) return false;
    for (Rollup* one : rollups) {
      for (double* value : {&one->last, &one->min, &one->max, &one->sum})
        *value = std::bit_cast<double>(reader.fixed(8));
    }
    return reader.ok();
  }
  if (form > kMaxDecimals) return false;
  const int decimals = static_cast<int>(form);
  std::array<Integers, 4> figures;
  for (Integers& figure : figures) {
    if (!decodeIntegers(reader, rollups.size(), figure)) return false;
  }
  for (std::size_t i = 0; i < rollups.size(); ++i) {
    Rollup& one = *rollups[i];
    const std::int64_t last = figures[0][i], min = wrappingSubtract(last, figures[1][i]);
    one.last = fromDecimal(last, decimals);
    one.min = fromDecimal(min, decimals);
    one.max = fromDecimal(wrappingAdd(last, figures[2][i]), decimals);
    one.sum = fromDecimal(wrappingAdd(figures[3][i], timesCount(min, one.count)), decimals);
  }
  return true;
}

void encodeList(std::span<const Rollup> rollups, std::span<const Frame> frames, std::string& out) {
  Integers counts, firsts, ends;
  std::vector<Rollup> present;
  for (std::size_t i = 0; i < rollups.size(); ++i) {
    const Rollup& one = rollups[i];
    counts.push_back(std::int64_t{frames[i].rows} - static_cast<std::int64_t>(one.count));
    if (one.count == 0) continue;
    firsts.push_back(wrappingSubtract(toMs(one.first), toMs(frames[i].first)));
    ends.push_back(wrappingSubtract(toMs(frames[i].end), toMs(one.end)));
    present.push_back(one);
  }
  encodeIntegers(counts, out);
  encodeIntegers(firsts, out);
  encodeIntegers(ends, out);
  encodeFigures(present, out);
}

bool decodeList(ByteReader& reader, std::span<const Frame> frames, std::vector<Rollup>& rollups) {
  Integers counts, firsts, ends;
  if (!decodeIntegers(reader, frames.size(), counts)) return false;
  rollups.assign(frames.size(), {});
  std::vector<Rollup*> present;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::int64_t count = wrappingSubtract(frames[i].rows, counts[i]);
    if (count < 0) return false;
    rollups[i].count = static_cast<std::uint64_t>(count);
    if (count > 0) present.push_back(&rollups[i]);
  }
  if (!decodeIntegers(reader, present.size(), firsts) || !decodeIntegers(reader, present.size(), ends)) return false;
  for (std::size_t i = 0; i < present.size(); ++i) {
    const Frame& frame = frames[static_cast<std::size_t>(present[i] - rollups.data())];
    present[i]->first = fromMs(wrappingAdd(toMs(frame.first), firsts[i]));
    present[i]->end = fromMs(wrappingSubtract(toMs(frame.end), ends[i]));
  }
  return decodeFigures(reader, present);
}

Frame frameOf(const CarMinute& minute) {
  return {minute.first, minute.end, minute.rows};
}

std::vector<Frame> hourFrames(std::size_t count, TimePoint hour) {
  return std::vector<Frame>(count, Frame{hour, hour + kHour, 0});
}

bool readMinutes(ByteReader& reader, TimePoint hour, std::vector<CarMinute>& minutes) {
  const auto count = reader.varint();
  Integers cars, firsts, spans, rows;
  if (count > kMaxRollups || !decodeIntegers(reader, count, cars) || !decodeIntegers(reader, count, firsts) ||
      !decodeIntegers(reader, count, spans) || !decodeIntegers(reader, count, rows)) {
    return false;
  }
  minutes.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (cars[i] < 0 || cars[i] > UINT32_MAX || rows[i] < 0 || rows[i] > UINT32_MAX) return false;
    const TimePoint first = fromMs(wrappingAdd(toMs(hour), firsts[i]));
    minutes.push_back({PrincipalNumber{static_cast<std::uint32_t>(cars[i])}, first,
                       fromMs(wrappingAdd(toMs(first), spans[i])), static_cast<std::uint32_t>(rows[i])});
  }
  return std::is_sorted(minutes.begin(), minutes.end(),
                        [](const CarMinute& a, const CarMinute& b) { return a.car < b.car; });
}

}  // namespace

std::string sealed(std::string_view content) {
  std::string body;
  std::string packed(ZSTD_compressBound(content.size()), '\0');
  const auto size = ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), kZstdLevelOfRollups);
  const bool smaller = ZSTD_isError(size) == 0 && size < content.size();
  body.push_back(smaller ? 1 : 0);
  putVarint(body, content.size());
  body += smaller ? std::string_view(packed).substr(0, size) : content;
  std::string out;
  putFixed(out, blockChecksum(asBytes(body)), 8);
  return out + body;
}

Result<std::string> openSealed(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  const auto checksum = reader.fixed(8);
  if (!reader.ok() || blockChecksum(bytes.subspan(8)) != checksum) return damaged();
  const bool packed = reader.u8() != 0;
  const auto size = reader.varint();
  const auto body = reader.take(reader.left());
  if (size > kMaxSealedBytes || (!packed && size != body.size())) return damaged();
  std::string content(size, '\0');
  if (!packed) {
    content.assign(reinterpret_cast<const char*>(body.data()), body.size());
    return content;
  }
  // One context a thread: making one costs more than a small blob.
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  if (ZSTD_decompressDCtx(context.get(), content.data(), content.size(), body.data(), body.size()) != size)
    return damaged();
  return content;
}

std::string encodeHourRollups(std::span<const CarRollup> rollups, TimePoint hour) {
  std::string out;
  out.push_back(static_cast<char>(kVersion));
  putVarint(out, rollups.size());
  Integers cars;
  std::vector<Rollup> figures;
  for (const CarRollup& one : rollups) {
    cars.push_back(one.car.value);
    figures.push_back(one.rollup);
  }
  encodeIntegers(cars, out);
  encodeList(figures, hourFrames(rollups.size(), hour), out);
  return sealed(out);
}

Result<std::vector<CarRollup>> decodeHourRollups(std::span<const std::byte> bytes, TimePoint hour) {
  const auto content = openSealed(bytes);
  if (!content) return failFrom(content);
  ByteReader reader(asBytes(*content));
  const auto version = reader.u8();
  const auto count = reader.varint();
  Integers cars;
  std::vector<Rollup> figures;
  if (version != kVersion || count > kMaxRollups || !decodeIntegers(reader, count, cars) ||
      !decodeList(reader, hourFrames(count, hour), figures)) {
    return damaged();
  }
  std::vector<CarRollup> rollups;
  rollups.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (cars[i] < 0 || cars[i] > UINT32_MAX) return damaged();
    rollups.push_back({PrincipalNumber{static_cast<std::uint32_t>(cars[i])}, figures[i]});
  }
  return rollups;
}

MinuteRollupWriter::MinuteRollupWriter(std::vector<CarMinute> minutes, TimePoint hour)
    : m_minutes(std::move(minutes)), m_hour(hour) {}

void MinuteRollupWriter::add(std::string_view metric, std::span<const Rollup> rollups) {
  std::vector<Frame> frames;
  for (const CarMinute& minute : m_minutes) frames.push_back(frameOf(minute));
  std::string list;
  encodeList(rollups, frames, list);
  putVarint(m_metrics, metric.size());
  m_metrics += metric;
  putVarint(m_metrics, list.size());
  m_metrics += list;
  ++m_metricCount;
}

std::string MinuteRollupWriter::finish() const {
  Integers cars, firsts, spans, rows;
  for (const CarMinute& minute : m_minutes) {
    cars.push_back(minute.car.value);
    firsts.push_back(wrappingSubtract(toMs(minute.first), toMs(m_hour)));
    spans.push_back(wrappingSubtract(toMs(minute.end), toMs(minute.first)));
    rows.push_back(minute.rows);
  }
  std::string out;
  out.push_back(static_cast<char>(kVersion));
  putVarint(out, m_minutes.size());
  for (const Integers& column : {cars, firsts, spans, rows}) encodeIntegers(column, out);
  putVarint(out, m_metricCount);
  return sealed(out + m_metrics);
}

Result<MinuteRollups> MinuteRollups::open(std::span<const std::byte> bytes, TimePoint hour) {
  auto content = openSealed(bytes);
  if (!content) return failFrom(content);
  MinuteRollups rollups;
  rollups.m_content = *std::move(content);
  ByteReader reader(asBytes(rollups.m_content));
  if (reader.u8() != kVersion || !readMinutes(reader, hour, rollups.m_minutes)) return damaged();
  const auto metrics = reader.varint();
  for (std::uint64_t i = 0; i < metrics && reader.ok(); ++i) {
    const auto name = reader.take(reader.varint());
    const auto size = reader.varint();
    const std::size_t offset = rollups.m_content.size() - reader.left();
    reader.take(size);
    if (!reader.ok()) return damaged();
    rollups.m_metrics[std::string(reinterpret_cast<const char*>(name.data()), name.size())] = {offset, size};
  }
  if (!reader.ok()) return damaged();
  return rollups;
}

std::vector<std::string> MinuteRollups::metrics() const {
  std::vector<std::string> names;
  for (const auto& [name, part] : m_metrics) names.push_back(name);
  return names;
}

std::pair<std::size_t, std::size_t> MinuteRollups::rangeOf(PrincipalNumber car) const {
  const auto less = [](const CarMinute& minute, PrincipalNumber wanted) { return minute.car < wanted; };
  const auto first = std::lower_bound(m_minutes.begin(), m_minutes.end(), car, less);
  auto end = first;
  while (end != m_minutes.end() && end->car == car) ++end;
  return {static_cast<std::size_t>(first - m_minutes.begin()), static_cast<std::size_t>(end - m_minutes.begin())};
}

Result<std::vector<Rollup>> MinuteRollups::metric(std::string_view name) const {
  const auto found = m_metrics.find(name);
  std::vector<Rollup> rollups;
  if (found == m_metrics.end()) return rollups;
  std::vector<Frame> frames;
  frames.reserve(m_minutes.size());
  for (const CarMinute& minute : m_minutes) frames.push_back(frameOf(minute));
  ByteReader reader(asBytes(m_content).subspan(found->second.offset, found->second.size));
  if (!decodeList(reader, frames, rollups)) return damaged();
  return rollups;
}

}  // namespace carport
