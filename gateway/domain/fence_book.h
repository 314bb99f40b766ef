#pragma once

#include "gateway/api/fence.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport {

/// A fence with the number by which the store tells of it, among all organisations' together; nobody outside is told
/// it.
struct FenceRecord {
  std::int64_t row = 0;
  api::Fence fence;
  bool operator==(const FenceRecord&) const = default;
};

/// The fences of the house and of every organisation, in memory. Owner: Registry, which guards it.
class FenceBook {
 public:
  using Pointer = std::shared_ptr<const FenceRecord>;

  /// Replaces all.
  void reset(std::vector<FenceRecord> records);
  void put(FenceRecord record);
  void remove(std::int64_t row);

  /// Those of an organisation, by number; empty: the house's.
  std::vector<Pointer> of(std::string_view organisation) const;
  /// Null where it has none of this number.
  Pointer find(std::string_view organisation, api::FenceNumber number) const;
  /// Another one whenever something of that organisation's fences has changed, and of nobody else's.
  std::uint64_t version(std::string_view organisation) const;

 private:
  using Shelf = std::map<std::int64_t, Pointer>;  // by number

  void touched(const std::string& organisation) { m_versions[organisation] = ++m_newest; }

  std::map<std::string, Shelf, std::less<>> m_shelves;           // by organisation
  std::map<std::string, std::uint64_t, std::less<>> m_versions;  // by organisation
  std::unordered_map<std::int64_t, Pointer> m_rows;
  std::uint64_t m_newest = 0;
  std::uint64_t m_oldest = 0;  // of the latest reset()
};

}  // namespace carport
