#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace carport {

/// A text that is mostly empty, in the space of one pointer: of 100,000 cars none has a role or a password. A value;
/// whoever holds it owns it.
class RareText {
 public:
  RareText() = default;
  explicit RareText(std::string text) { *this = std::move(text); }
  RareText(const RareText& other) : m_text(other.m_text ? std::make_unique<std::string>(*other.m_text) : nullptr) {}
  RareText(RareText&&) noexcept = default;
  RareText& operator=(const RareText& other) {
    if (this != &other) *this = other.str();
    return *this;
  }
  RareText& operator=(RareText&&) noexcept = default;
  RareText& operator=(std::string text) {
    m_text = text.empty() ? nullptr : std::make_unique<std::string>(std::move(text));
    return *this;
  }
  RareText& operator=(std::string_view text) { return *this = std::string(text); }
  RareText& operator=(const char* text) { return *this = std::string(text); }
  ~RareText() = default;

  bool empty() const { return m_text == nullptr; }
  void clear() { m_text.reset(); }
  /// Valid until this object changes.
  const std::string& str() const {
    static const std::string kEmpty;
    return m_text ? *m_text : kEmpty;
  }
  explicit(false) operator std::string_view() const { return str(); }
  explicit(false) operator const std::string&() const { return str(); }

  bool operator==(const RareText& other) const { return str() == other.str(); }
  bool operator==(std::string_view other) const { return str() == other; }

 private:
  std::unique_ptr<std::string> m_text;  // null: empty
};

}  // namespace carport
