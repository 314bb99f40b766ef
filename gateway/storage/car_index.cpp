#include "gateway/storage/car_index.h"

#include "gateway/storage/storage_errc.h"
#include "gateway/storage/varint.h"

namespace carport {

namespace {

/// Walks through an index.
class IndexWalk {
 public:
  IndexWalk(std::span<const std::byte> index, TimePoint blockFrom) : m_reader(index), m_from(toMs(blockFrom)) {}

  bool next(CarSpan& span) {
    if (m_reader.left() == 0) return false;
    const auto step = m_reader.varint();
    m_car += step;
    const auto count = m_reader.varint();
    const auto from = wrappingAdd(m_from, static_cast<std::int64_t>(m_reader.varint()));
    const auto to = wrappingAdd(from, static_cast<std::int64_t>(m_reader.varint()));
    m_sound = m_reader.ok() && step <= UINT32_MAX && m_car <= UINT32_MAX && count <= kMaxBlockRows &&
              m_row + count <= kMaxBlockRows;
    if (!m_sound) return false;
    span = {PrincipalNumber{static_cast<std::uint32_t>(m_car)},
            {static_cast<std::uint32_t>(m_row), static_cast<std::uint32_t>(count)},
            fromMs(from),
            fromMs(to)};
    m_row += count;
    return true;
  }
  bool sound() const { return m_sound; }

 private:
  ByteReader m_reader;
  std::int64_t m_from;
  std::uint64_t m_car = 0;
  std::uint64_t m_row = 0;
  bool m_sound = true;
};

}  // namespace

std::string encodeCarIndex(const EncodedBlock& block) {
  std::string index;
  std::uint32_t previous = 0;
  for (const CarSpan& span : block.cars) {
    putVarint(index, span.car.value - previous);
    putVarint(index, span.rows.count);
    putVarint(index, static_cast<std::uint64_t>(wrappingSubtract(toMs(span.from), toMs(block.from))));
    putVarint(index, static_cast<std::uint64_t>(wrappingSubtract(toMs(span.to), toMs(span.from))));
    previous = span.car.value;
  }
  return index;
}

Result<std::vector<CarSpan>> decodeCarIndex(std::span<const std::byte> index, TimePoint blockFrom) {
  std::vector<CarSpan> spans;
  IndexWalk walk(index, blockFrom);
  for (CarSpan span; walk.next(span);) spans.push_back(span);
  if (!walk.sound()) return fail(StorageErrc::corrupted, "The list of cars of a block of stored samples is damaged");
  return spans;
}

std::optional<CarSpan> findInCarIndex(std::span<const std::byte> index, TimePoint blockFrom, PrincipalNumber car) {
  IndexWalk walk(index, blockFrom);
  for (CarSpan span; walk.next(span) && span.car <= car;) {
    if (span.car == car) return span;
  }
  return std::nullopt;
}

}  // namespace carport
