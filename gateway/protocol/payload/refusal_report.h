#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace carport::payload {

/// What was refused of one payload, for a sender that waits to be told; up to a limit, behind which the rest is only
/// counted. A value.
struct RefusalReport {
  /// Most that one answer lists.
  static constexpr std::size_t kMaxEntries = 100;

  struct Entry {
    std::size_t index = 0;  ///< which object of the payload's array, from 0; 0 where there is no array
    std::string field;      ///< empty: the whole object
    std::string reason;     ///< a sentence for a person
  };

  void add(Entry entry) {
    if (entries.size() < kMaxEntries) {
      entries.push_back(std::move(entry));
    } else {
      ++more;
    }
  }
  bool empty() const { return entries.empty(); }
  void clear() { *this = {}; }

  std::vector<Entry> entries;  ///< in the order of the payload
  std::size_t more = 0;        ///< refused beside those
};

}  // namespace carport::payload
