#pragma once

#include "gateway/base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

/// A condition on a JSON document, written as Nitrogen's queries and subscriptions carry it (a part of MongoDB's query
/// language): `{"type":"temperature","body.temperature":{"$gt":20},"tags":{"$in":["a","b"]}}`.
///
/// Fields that stand side by side must all hold. Known are equality, `$gt $gte $lt $lte $ne $in $nin $exists $not` on a
/// field, `$and $or $nor` on conditions; anything else (`$where`, `$regex` …) is refused by name. Paths have dots;
/// where one leads through a list, one entry that fits is enough. `_id` means `id`. Values of different kinds are never
/// greater or smaller than one another, and null equals what is absent.
///
/// Its cost is bounded by kMaxConditions times the document's size. Immutable; any thread.
class DocumentFilter {
 public:
  static constexpr std::size_t kMaxTextBytes = 8 * 1024;
  static constexpr std::size_t kMaxDepth = 8;          ///< of conditions in conditions
  static constexpr std::size_t kMaxConditions = 128;   ///< on fields, altogether
  static constexpr std::size_t kMaxListEntries = 256;  ///< of `$in`, `$nin`, `$and`, `$or`, `$nor`
  static constexpr std::size_t kMaxPathParts = 8;

  /// Holds for every document.
  DocumentFilter() = default;

  /// Reads JSON text; the failure is a sentence that names what is wrong.
  static Result<DocumentFilter> parse(std::string_view text);
  static Result<DocumentFilter> fromJson(const nlohmann::json& json);

  bool matches(const nlohmann::json& document) const;

  /// What every document that fits has at `path` (as it is written in the filter); null where the filter leaves that
  /// open. For narrowing a search down.
  const nlohmann::json* requiredAt(std::string_view path) const;

 private:
  enum class Kind : std::uint8_t { all, any, none, equal, greater, notSmaller, smaller, notGreater, in, exists };
  struct Condition {
    Kind kind = Kind::all;
    std::vector<Condition> parts;   // of all, any, none
    std::vector<std::string> path;  // of the others
    nlohmann::json value;
  };
  class Parser;

  static bool holds(const Condition& condition, const nlohmann::json& document);
  static bool holdsAt(const Condition& condition, const nlohmann::json& value, std::span<const std::string> path);
  static bool compares(const Condition& condition, const nlohmann::json& value);
  static bool isAbsent(const nlohmann::json& value, std::span<const std::string> path);

  Condition m_root;
};

}  // namespace carport::api
