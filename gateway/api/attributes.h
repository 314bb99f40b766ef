#pragma once

#include "gateway/base/rare.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport::api {

/// Most attributes of one principal.
inline constexpr std::size_t kMaxAttributes = 32;
inline constexpr std::size_t kMaxAttributeNameBytes = 64;
inline constexpr std::size_t kMaxAttributeValueBytes = 256;

/// Names of attributes are 1 to 64 of A–Z a–z 0–9 . _ -.
bool isValidAttributeName(std::string_view name);

/// What the fleet notes about a principal besides its groups, as texts by name ("depot": "Ghent"); rules may speak of
/// it. Copies share it, so that a principal with many is as cheap to copy as one with none. A value.
class Attributes {
 public:
  using Pair = std::pair<std::string, std::string>;  // name, text

  Attributes() = default;
  /// In any order; of two with the same name the last one counts.
  explicit Attributes(std::vector<Pair> pairs);

  bool empty() const { return !m_pairs; }
  std::size_t size() const { return m_pairs ? m_pairs->size() : 0; }
  /// Null where there is none of that name. Valid until this object changes.
  const std::string* find(std::string_view name) const;
  void set(std::string name, std::string text);
  /// Does nothing where there is none of that name.
  void remove(std::string_view name);

  /// By name.
  const Pair* begin() const { return m_pairs ? m_pairs->data() : nullptr; }
  const Pair* end() const { return begin() + size(); }

  bool operator==(const Attributes&) const = default;

 private:
  Rare<std::vector<Pair>> m_pairs;  // by name; absent: there are none
};

}  // namespace carport::api
