#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace carport::payload {

/// Reads what cars mostly send, one flat JSON object of numbers, plain text, true and false, several times faster than
/// a general parser. It judges nothing: what it does not take as it is (escapes, bytes beyond ASCII, nesting, null,
/// exponents, numbers of too many digits, anything that might be wrong) is left to the parser behind it. Owner: a
/// TelemetryDecoder; one thread.
class PlainObjectScanner {
 public:
  /// An object of more fields is not taken.
  static constexpr std::size_t kMaxFields = 64;

  enum class Kind : std::uint8_t { number, text, boolean };
  /// Its views point into the payload.
  struct Field {
    std::string_view name;
    std::string_view text;
    double number = 0;  ///< the nearest double, as every right parser gives it
    Kind kind = Kind::number;
    bool boolean = false;
  };

  /// True where the whole payload is such an object; then fields() has its fields, at least one, in order, repeated
  /// names included.
  bool scan(std::string_view payload);
  std::span<const Field> fields() const { return std::span(m_fields).first(m_count); }

 private:
  void skipBlanks();
  bool take(char wanted);
  bool takeWord(std::string_view word);
  bool takeText(std::string_view& text);
  bool takeNumber(double& number);
  bool takeValue(Field& field);

  const char* m_at = nullptr;
  const char* m_end = nullptr;
  std::array<Field, kMaxFields> m_fields;
  std::size_t m_count = 0;
};

}  // namespace carport::payload
