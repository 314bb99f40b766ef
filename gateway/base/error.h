#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport {

/// What a caller does about a failure: decides the HTTP status, the MQTT reason code and the exit code.
enum class ErrorKind : std::uint8_t {
  invalid,          ///< the request itself is wrong; repeating it will not help
  unauthenticated,  ///< nobody known asked
  denied,           ///< somebody known asked for what they may not do
  notFound,
  conflict,  ///< the thing exists already, or changed meanwhile
  tooLarge,  ///< a named limit on size
  limit,     ///< a named limit on number or rate
  expired,
  unavailable,   ///< cannot be had just now; trying again may help
  full,          ///< no room: queue or disk
  corrupted,     ///< stored bytes do not read back
  newerVersion,  ///< written by a newer Carport
  io,
  cancelled,
  internal,  ///< a mistake in Carport itself
};

/// One row of a module's error table.
struct ErrorEntry {
  int value;              ///< the enumerator
  ErrorKind kind;         ///< what a caller does about it
  std::string_view text;  ///< a sentence for a person, without a final full stop
};

/// The errors of one module. A module declares an `enum class XErrc` and, beside it,
/// `const ErrorDomain& errorDomain(XErrc)`, found by argument-dependent look-up. Immutable; lives for the whole
/// program.
class ErrorDomain {
 public:
  constexpr ErrorDomain(std::string_view name, std::span<const ErrorEntry> entries)
      : m_name(name), m_entries(entries) {}

  std::string_view name() const { return m_name; }
  const ErrorEntry& entry(int value) const;

 private:
  std::string_view m_name;
  std::span<const ErrorEntry> m_entries;
};

/// One part of a value that could not be read: where, as a JSON pointer (RFC 6901), and a sentence that says why.
struct WrongField {
  std::string pointer;
  std::string text;

  bool operator==(const WrongField&) const = default;
};

/// A failure as a value: which one, of which module, and a sentence that says what, where and what to do.
class Error {
 public:
  template <class Errc>
  explicit(false) Error(Errc code, std::string detail = {})
      : m_domain(&errorDomain(code)), m_value(static_cast<int>(code)), m_detail(std::move(detail)) {}

  template <class Errc>
  bool is(Errc code) const {
    return m_domain == &errorDomain(code) && m_value == static_cast<int>(code);
  }

  ErrorKind kind() const { return m_domain->entry(m_value).kind; }
  std::string_view domain() const { return m_domain->name(); }
  int value() const { return m_value; }

  /// The sentence for a person: the detail where there is one, otherwise the table's text.
  std::string message() const;

  /// The same failure with the parts of a value that are to blame for it, so that a form can mark its fields.
  Error withFields(std::vector<WrongField> fields) const {
    Error copy = *this;
    copy.m_fields = std::make_shared<const std::vector<WrongField>>(std::move(fields));
    return copy;
  }
  /// Empty where no part of a value is to blame.
  std::span<const WrongField> fields() const {
    return m_fields ? std::span<const WrongField>(*m_fields) : std::span<const WrongField>();
  }

 private:
  const ErrorDomain* m_domain;
  int m_value;
  std::string m_detail;
  std::shared_ptr<const std::vector<WrongField>> m_fields;  // rare, so that errors stay small
};

}  // namespace carport
