#pragma once

#include "gateway/base/error.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

/// The media type of what toJson(Problem) makes (RFC 9457 §6.1).
inline constexpr std::string_view kProblemMediaType = "application/problem+json";
/// Where the types of problems are described: `{kProblemTypePath}/{kind}`.
inline constexpr std::string_view kProblemTypePath = "/api/v2/problems";

/// One kind of failure, as every client can tell it from others. Immutable; lives for the whole program.
struct ProblemType {
  std::string_view kind;     ///< one word, the end of its `type`
  int status;                ///< of HTTP
  std::string_view title;    ///< the same for each occurrence
  std::string_view meaning;  ///< what a client does about it, a sentence
};

std::span<const ProblemType> problemTypes();
const ProblemType& problemType(ErrorKind kind);
/// Null where there is none of this name.
const ProblemType* problemTypeNamed(std::string_view kind);
/// The type of a failure of which no more is known than its status of HTTP.
const ProblemType& problemTypeOfStatus(int status);

/// What of a request was wrong.
struct WrongPart {
  enum class Place : std::uint8_t { body, query, header };
  Place place = Place::body;
  std::string name;    ///< a JSON pointer into the body, or the name of the parameter or header
  std::string detail;  ///< a sentence

  bool operator==(const WrongPart&) const = default;
};

/// A failure of the API as it is answered: RFC 9457's members, and ours: `kind`, `rule` where a rule of the permissions
/// decided, `errors` where parts of the request were wrong.
struct Problem {
  const ProblemType* type = nullptr;                ///< never null in an answer
  int status = 0;                                   ///< the type's, unless the call says otherwise
  std::string detail;                               ///< a sentence that says what, where and what to do
  std::string instance;                             ///< the path that was asked for; may be empty
  std::optional<std::optional<std::int64_t>> rule;  ///< the inner one none: asked, and no rule matched
  std::vector<WrongPart> errors;
};

nlohmann::json toJson(const Problem& value);

}  // namespace carport::api
