#include "gateway/protocol/payload/cbor_text.h"

#include "gateway/protocol/payload/payload_errc.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>

namespace carport::payload {

namespace {

// The major types (RFC 8949 §3.1).
enum class Major : std::uint8_t { unsignedInteger, negativeInteger, bytes, text, array, map, tag, simple };

// Additional information (§3): up to 23 it is the argument itself.
constexpr std::uint8_t kOneByte = 24, kTwoBytes = 25, kFourBytes = 26, kEightBytes = 27, kIndefinite = 31;
constexpr std::uint8_t kFalse = 20, kTrue = 21;
constexpr std::uint8_t kFirstTwoByteSimple = 32;  // smaller ones in two bytes are not well formed (§3.3)

struct Head {
  Major major = Major::simple;
  std::uint8_t info = 0;
  std::uint64_t argument = 0;

  bool isIndefinite() const { return info == kIndefinite; }
  bool isBreak() const { return major == Major::simple && isIndefinite(); }
};

tl::unexpected<Error> notCbor(std::string_view what) {
  return fail(PayloadErrc::badCbor, fmt::format("The payload is not valid CBOR: {}", what));
}

/// Half precision, as §3.3 and appendix D have it.
double fromHalf(std::uint64_t bits) {
  const int exponent = static_cast<int>((bits >> 10) & 0x1F);
  const auto mantissa = static_cast<double>(bits & 0x3FF);
  double value = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25);
  if (exponent == 31) value = mantissa == 0 ? HUGE_VAL : std::nan("");
  return (bits & 0x8000) != 0 ? -value : value;
}

template <class Float, class Bits>
double fromBits(std::uint64_t argument) {
  const auto bits = static_cast<Bits>(argument);
  Float value{};
  static_assert(sizeof(value) == sizeof(bits));
  std::memcpy(&value, &bits, sizeof(value));
  return static_cast<double>(value);
}

/// Walks over the bytes once and writes the text. One call of jsonFromCbor().
class CborReader {
 public:
  CborReader(std::string_view bytes, std::size_t maxBytes) : m_rest(bytes), m_maxBytes(maxBytes) {}

  Result<std::string> read() {
    if (auto done = item(0); !done) return failFrom(done);
    if (!m_rest.empty()) return notCbor("something follows after its end");
    return std::move(m_out);
  }

 private:
  Result<Head> head();
  Result<void> item(std::size_t depth);
  Result<void> contentOf(const Head& head, std::size_t depth);
  Result<void> array(const Head& head, std::size_t depth);
  Result<void> map(const Head& head, std::size_t depth);
  Result<void> simple(const Head& head);
  /// The bytes of a string, of its chunks one after the other where its length is not told (§3.2.3).
  Result<std::string> stringOf(const Head& head);
  Result<std::string_view> take(std::uint64_t count);
  /// True, and past it, where the next byte ends something of indefinite length.
  bool takeBreak();

  Result<void> put(std::string_view text);
  Result<void> putText(std::string_view text);
  Result<void> putBytes(std::string_view bytes);
  Result<void> putNumber(double number) { return std::isfinite(number) ? put(fmt::format("{}", number)) : put("null"); }

  std::string_view m_rest;
  const std::size_t m_maxBytes;
  std::string m_out;
};

Result<void> CborReader::put(std::string_view text) {
  if (text.size() > m_maxBytes - m_out.size()) {
    return fail(PayloadErrc::tooLarge,
                fmt::format("The payload is longer than {} bytes when it is written as JSON", m_maxBytes));
  }
  m_out += text;
  return {};
}

Result<std::string_view> CborReader::take(std::uint64_t count) {
  if (count > m_rest.size()) return notCbor("it ends too early");
  const auto taken = m_rest.substr(0, static_cast<std::size_t>(count));
  m_rest.remove_prefix(taken.size());
  return taken;
}

Result<Head> CborReader::head() {
  const auto first = take(1);
  if (!first) return failFrom(first);
  const auto byte = static_cast<std::uint8_t>(first->front());
  Head head{static_cast<Major>(byte >> 5), static_cast<std::uint8_t>(byte & 0x1F), 0};
  if (head.info < kOneByte) {
    head.argument = head.info;
  } else if (head.info <= kEightBytes) {
    const auto bytes = take(std::uint64_t{1} << (head.info - kOneByte));
    if (!bytes) return failFrom(bytes);
    for (const char c : *bytes) head.argument = head.argument << 8 | static_cast<std::uint8_t>(c);
  } else if (!head.isIndefinite()) {
    return notCbor("it has a length of a kind that does not exist");
  }
  return head;
}

bool CborReader::takeBreak() {
  if (m_rest.empty() || static_cast<std::uint8_t>(m_rest.front()) != 0xFF) return false;
  m_rest.remove_prefix(1);
  return true;
}

Result<void> CborReader::item(std::size_t depth) {
  const auto begin = head();
  if (!begin) return failFrom(begin);
  if (depth > kMaxCborDepth) {
    return fail(PayloadErrc::wrongShape, fmt::format("The payload nests more than {} levels deep", kMaxCborDepth));
  }
  return contentOf(*begin, depth);
}

Result<void> CborReader::contentOf(const Head& head, std::size_t depth) {
  switch (head.major) {
    case Major::unsignedInteger:
      if (head.isIndefinite()) break;
      return put(fmt::format("{}", head.argument));
    case Major::negativeInteger:  // −1 − argument, which may lie beyond 64 bits
      if (head.isIndefinite()) break;
      if (head.argument == UINT64_MAX) return put("-18446744073709551616");
      return put(fmt::format("-{}", head.argument + 1));
    case Major::bytes:
    case Major::text: {
      const auto content = stringOf(head);
      if (!content) return failFrom(content);
      return head.major == Major::text ? putText(*content) : putBytes(*content);
    }
    case Major::array:
      return array(head, depth);
    case Major::map:
      return map(head, depth);
    case Major::tag:
      if (head.isIndefinite()) break;
      return item(depth + 1);
    case Major::simple:
      return simple(head);
  }
  return notCbor("a number or a tag has no value");
}

Result<std::string> CborReader::stringOf(const Head& head) {
  const auto part = [this](const Head& of) -> Result<std::string_view> {
    auto bytes = take(of.argument);
    if (bytes && of.major == Major::text && !simdjson::validate_utf8(bytes->data(), bytes->size())) {
      return notCbor("a text is not in UTF-8");
    }
    return bytes;
  };
  std::string whole;
  if (!head.isIndefinite()) {
    const auto only = part(head);
    if (!only) return failFrom(only);
    whole = *only;
    return whole;
  }
  while (!takeBreak()) {
    const auto next = this->head();
    if (!next) return failFrom(next);
    if (next->major != head.major || next->isIndefinite()) return notCbor("a string has parts of another kind");
    const auto chunk = part(*next);
    if (!chunk) return failFrom(chunk);
    whole += *chunk;
  }
  return whole;
}

Result<void> CborReader::array(const Head& head, std::size_t depth) {
  // Every element takes a byte at least, so a length that was made up ends with the payload.
  if (auto begun = put("["); !begun) return begun;
  for (std::uint64_t i = 0; head.isIndefinite() ? !takeBreak() : i < head.argument; ++i) {
    if (i > 0) {
      if (auto parted = put(","); !parted) return parted;
    }
    if (auto done = item(depth + 1); !done) return done;
  }
  return put("]");
}

Result<void> CborReader::map(const Head& head, std::size_t depth) {
  if (auto begun = put("{"); !begun) return begun;
  for (std::uint64_t i = 0; head.isIndefinite() ? !takeBreak() : i < head.argument; ++i) {
    const auto key = this->head();
    if (!key) return failFrom(key);
    if (key->major != Major::text) return fail(PayloadErrc::wrongShape, "A key of the payload's maps is not text");
    const auto name = stringOf(*key);
    if (!name) return failFrom(name);
    if (i > 0) {
      if (auto parted = put(","); !parted) return parted;
    }
    if (auto named = putText(*name); !named) return named;
    if (auto parted = put(":"); !parted) return parted;
    if (auto done = item(depth + 1); !done) return done;
  }
  return put("}");
}

Result<void> CborReader::simple(const Head& head) {
  switch (head.info) {
    case kFalse:
      return put("false");
    case kTrue:
      return put("true");
    case kTwoBytes:
      return putNumber(fromHalf(head.argument));
    case kFourBytes:
      return putNumber(fromBits<float, std::uint32_t>(head.argument));
    case kEightBytes:
      return putNumber(fromBits<double, std::uint64_t>(head.argument));
    case kOneByte:
      if (head.argument < kFirstTwoByteSimple) return notCbor("a simple value is written too long");
      return put("null");
    case kIndefinite:
      return notCbor("something ends that has not begun");
    default:
      return put("null");
  }
}

Result<void> CborReader::putText(std::string_view text) {
  if (auto begun = put("\""); !begun) return begun;
  std::size_t plain = 0;  // so many characters wait to be written as they are
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') {
      ++plain;
      continue;
    }
    if (auto written = put(text.substr(i - plain, plain)); !written) return written;
    plain = 0;
    const auto escape = c < 0x20 ? fmt::format("\\u{:04x}", c) : std::string{'\\', text[i]};
    if (auto written = put(escape); !written) return written;
  }
  if (auto written = put(text.substr(text.size() - plain)); !written) return written;
  return put("\"");
}

Result<void> CborReader::putBytes(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";  // RFC 4648 §5
  std::string text = "\"";
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8 | static_cast<std::uint8_t>(c)) & 0xFFFF;
    for (count += 8; count >= 6; count -= 6) text += kDigits[(bits >> (count - 6)) & 0x3F];
  }
  if (count > 0) text += kDigits[(bits << (6 - count)) & 0x3F];
  return put(text + "\"");
}

}  // namespace

Result<std::string> jsonFromCbor(std::string_view cbor, std::size_t maxBytes) {
  return CborReader(cbor, maxBytes).read();
}

}  // namespace carport::payload
