#pragma once

#include "gateway/api/api_errc.h"
#include "gateway/api/enum_names.h"
#include "gateway/api/json_codec.h"
#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

/// Longest text that a field holds where nothing smaller is said.
inline constexpr std::size_t kMaxTextBytes = 64 * 1024;

/// Whether a field has to be there. An optional one that is absent or null leaves the target alone.
enum class Need : std::uint8_t { required, optional };

/// Of the fields that are wrong so many are told at once.
inline constexpr std::size_t kMaxToldFields = 20;

/// Reads the fields of one JSON object and remembers what is wrong with each, by its name; the first of these is the
/// failure's sentence, all of them are its fields(). A field that is wrong leaves its target alone. A value on the
/// stack of whoever reads; lives shorter than the JSON.
class FieldReader {
 public:
  explicit FieldReader(const nlohmann::json& json);

  bool has(std::string_view name) const { return find(name) != nullptr; }

  FieldReader& text(std::string_view name, std::string& out, Need need = Need::required,
                    std::size_t maxBytes = kMaxTextBytes);
  FieldReader& texts(std::string_view name, std::vector<std::string>& out, std::size_t maxCount,
                     Need need = Need::required);
  FieldReader& boolean(std::string_view name, bool& out, Need need = Need::required);
  FieldReader& number(std::string_view name, double& out, Need need = Need::required);
  FieldReader& number(std::string_view name, float& out, Need need = Need::required);
  FieldReader& time(std::string_view name, TimePoint& out, Need need = Need::required);
  FieldReader& time(std::string_view name, std::optional<TimePoint>& out);
  /// An object, as compact text of at most `maxBytes`.
  FieldReader& objectText(std::string_view name, std::string& out, Need need, std::size_t maxBytes = kMaxTextBytes);

  template <class T>
  FieldReader& integer(std::string_view name, T& out, Need need = Need::required) {
    const nlohmann::json* field = take(name, need);
    if (field == nullptr) return *this;
    if (!isWithin<T>(*field)) return wrong(name, integerWanted<T>());
    out = field->get<T>();
    return *this;
  }

  template <class Tag, class Rep>
  FieldReader& id(std::string_view name, StrongId<Tag, Rep>& out, Need need = Need::required) {
    return integer(name, out.value, need);
  }

  /// One of the words of enum_names.h.
  template <class E>
  FieldReader& word(std::string_view name, E& out, Need need = Need::required) {
    const nlohmann::json* field = take(name, need);
    if (field == nullptr) return *this;
    const auto* text = field->get_ptr<const std::string*>();
    if (text == nullptr || text->empty() || text->size() > kMaxWordBytes) return wrong(name, "a known word");
    const std::optional<E> value = valueOf<E>(*text);
    if (!value) return wrong(name, fmt::format("a known word, not '{}'", *text));
    out = *value;
    return *this;
  }

  /// A value that has a codec of its own.
  template <class T>
  FieldReader& value(std::string_view name, T& out, Need need = Need::required) {
    const nlohmann::json* field = take(name, need);
    if (field == nullptr) return *this;
    Result<T> read = fromJson<T>(*field);
    if (!read) return failInside(name, read.error());
    out = std::move(*read);
    return *this;
  }

  /// An array of values that have a codec of their own.
  template <class T>
  FieldReader& values(std::string_view name, std::vector<T>& out, std::size_t maxCount, Need need = Need::required) {
    const nlohmann::json* field = take(name, need);
    if (field == nullptr) return *this;
    if (!field->is_array() || field->size() > maxCount) return wrong(name, listWanted(maxCount));
    std::vector<T> all;
    for (const nlohmann::json& item : *field) {
      Result<T> read = fromJson<T>(item);
      if (!read) return failInside(name, read.error(), all.size());
      all.push_back(std::move(*read));
    }
    out = std::move(all);
    return *this;
  }

  /// The field itself, for what none of the above reads; null where it is absent.
  const nlohmann::json* take(std::string_view name, Need need);
  /// Remembers that `name` should have been `wanted` ("a whole number"); the first complaint about a field counts.
  FieldReader& wrong(std::string_view name, std::string_view wanted);
  /// The same in a sentence of its own.
  FieldReader& refuse(std::string_view name, std::string sentence);
  /// Refuses fields that nobody would read: a misspelt one must not be lost in silence.
  FieldReader& noOthers(std::initializer_list<std::string_view> known);

  /// `value`, or the first thing that was wrong.
  template <class T>
  Result<T> finish(T value) const {
    if (m_error) return tl::unexpected<Error>(failure());
    return value;
  }
  Result<void> finish() const;

 private:
  template <class T>
  static bool isWithin(const nlohmann::json& field) {
    if (field.is_number_unsigned()) {
      return field.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    }
    if (!field.is_number_integer() || std::is_unsigned_v<T>) return false;
    const auto number = field.get<std::int64_t>();
    return number >= static_cast<std::int64_t>(std::numeric_limits<T>::min()) &&
           (number < 0 ||
            static_cast<std::uint64_t>(number) <= static_cast<std::uint64_t>(std::numeric_limits<T>::max()));
  }
  template <class T>
  static std::string integerWanted() {
    return fmt::format("a whole number from {} to {}", std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
  }
  static std::string listWanted(std::size_t maxCount) { return fmt::format("a list of at most {} entries", maxCount); }

  const nlohmann::json* find(std::string_view name) const;
  FieldReader& failInside(std::string_view name, const Error& error, std::optional<std::size_t> index = std::nullopt);
  void remember(Error error, std::vector<WrongField> fields);
  Error failure() const;

  static constexpr std::size_t kMaxWordBytes = 32;

  const nlohmann::json& m_json;
  std::optional<Error> m_error;       // the first
  std::vector<WrongField> m_wrong{};  // at most kMaxToldFields
};

/// A JSON pointer's segment for this name, with its slash (RFC 6901 §3).
std::string pointerTo(std::string_view name);

/// Most actions in a token's scope: there are fewer.
inline constexpr std::size_t kMaxScopeActions = 16;
/// Reads `actions` and `cars`, what a token is for; none where it is for everything.
std::optional<TokenScope> readTokenScope(FieldReader& fields);

}  // namespace carport::api
