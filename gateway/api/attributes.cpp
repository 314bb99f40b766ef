#include "gateway/api/attributes.h"

#include <algorithm>

namespace carport::api {

namespace {

bool isLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool isValidAttributeName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxAttributeNameBytes && std::all_of(name.begin(), name.end(), [](char c) {
    return isLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
  });
}

Attributes::Attributes(std::vector<Pair> pairs) {
  std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.first < b.first; });
  std::vector<Pair> unique;
  for (Pair& pair : pairs) {
    if (!unique.empty() && unique.back().first == pair.first) unique.pop_back();
    unique.push_back(std::move(pair));
  }
  if (!unique.empty()) m_pairs = std::move(unique);
}

const std::string* Attributes::find(std::string_view name) const {
  const Pair* found = std::lower_bound(begin(), end(), name,
                                       [](const Pair& pair, std::string_view wanted) { return pair.first < wanted; });
  return found != end() && found->first == name ? &found->second : nullptr;
}

void Attributes::set(std::string name, std::string text) {
  std::vector<Pair> pairs(begin(), end());
  pairs.emplace_back(std::move(name), std::move(text));
  *this = Attributes(std::move(pairs));
}

void Attributes::remove(std::string_view name) {
  std::vector<Pair> pairs(begin(), end());
  std::erase_if(pairs, [&](const Pair& pair) { return pair.first == name; });
  *this = Attributes(std::move(pairs));
}

}  // namespace carport::api
