#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// A request's target, taken apart: the path's decoded segments and the query's decoded parameters (RFC 3986).
struct Target {
  static constexpr std::size_t kMaxParameters = 256;

  std::vector<std::string> segments;
  std::multimap<std::string, std::string> parameters;
  bool tooManyParameters = false;  ///< those beyond kMaxParameters are left out

  /// None where it is no absolute path, an escape is broken, a segment is empty, `.` or `..`.
  static std::optional<Target> parse(std::string_view target);
};

}  // namespace carport
