#include "gateway/storage/car_index.h"
#include "gateway/storage/integer_codec.h"
#include "gateway/storage/value_codec.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <vector>

using namespace carport;

namespace {

template <class Number>
std::vector<Number> numbersIn(const std::uint8_t* data, std::size_t size) {
  std::vector<Number> numbers(size / sizeof(Number));
  if (!numbers.empty()) std::memcpy(numbers.data(), data, numbers.size() * sizeof(Number));
  return numbers;
}

bool isSame(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  });
}

void checkDoubles(const std::vector<double>& values) {
  std::string encoded;
  encodeValues(values, encoded);
  ByteReader reader(std::as_bytes(std::span(encoded)));
  std::vector<double> back;
  fuzz::require(decodeValues(reader, values.size(), back) && reader.left() == 0, "what was encoded decodes");
  fuzz::require(isSame(values, back), "doubles come back bit for bit");
}

void checkIntegers(const std::vector<std::int64_t>& values) {
  std::string encoded;
  encodeIntegers(values, encoded);
  ByteReader reader(std::as_bytes(std::span(encoded)));
  std::vector<std::int64_t> back;
  fuzz::require(decodeIntegers(reader, values.size(), back) && reader.left() == 0, "what was encoded decodes");
  fuzz::require(values == back, "integers come back");
}

void readDamaged(std::span<const std::byte> bytes, std::size_t count) {
  std::vector<std::int64_t> integers;
  std::vector<double> values;
  ByteReader forIntegers(bytes), forValues(bytes), forBits(bytes);
  if (decodeIntegers(forIntegers, count, integers)) fuzz::require(integers.size() == count, "all integers come");
  if (decodeValues(forValues, count, values)) fuzz::require(values.size() == count, "all values come");
  if (decodeDoubleBits(forBits, count, values)) fuzz::require(values.size() == count, "all doubles come");
  ByteReader forSome(bytes);
  const std::size_t wanted = count / 2;
  if (decodeValues(forSome, count, values, wanted)) fuzz::require(values.size() == wanted, "as many as wanted come");
}

void readIndex(std::span<const std::byte> bytes) {
  const auto from = fromMs(1'700'000'000'000);
  const auto spans = decodeCarIndex(bytes, from);
  if (!spans) return fuzz::require(!spans.error().message().empty(), "every error has a sentence");
  for (const auto& span : *spans) fuzz::require(span.rows.first + span.rows.count <= kMaxBlockRows, "rows are limited");
  for (const std::uint32_t car : {0U, 1U, 100U, UINT32_MAX})
    static_cast<void>(findInCarIndex(bytes, from, PrincipalNumber{car}));
}

}  // namespace

/// The codecs of stored numbers: whatever goes in comes back, and damage is told from numbers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = std::as_bytes(std::span(data, size));
  checkDoubles(numbersIn<double>(data, size));
  checkIntegers(numbersIn<std::int64_t>(data, size));
  std::vector<double> decimals;
  for (const auto number : numbersIn<std::int16_t>(data, size)) decimals.push_back(fromDecimal(number, data[0] % 13));
  checkDoubles(decimals);
  readDamaged(bytes.subspan(1), data[0]);
  readIndex(bytes);
  return 0;
}
