#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace carport::api {

class DocumentFilter;

/// A rule's condition on messages, in one of two forms: `topic = "cars/+/event" and payload.soc < 20 and payload.state
/// = "charging"`.
///
/// Conditions joined by `and`, all of which have to hold. `topic` is compared by `=` or `!=` with an MQTT topic filter
/// in quotes. `payload.NAME` (further levels behind a full stop) is a field of the message's JSON, compared with a
/// number, `true`, `false`, `null` or a text in quotes, in which `\"` and `\\` stand for those characters; `<`, `<=`,
/// `>` and
/// `>=` take numbers only.
///
/// `{"type":"temperature","body.temperature":{"$gt":20}}`, a JSON object, is a condition on messages as Nitrogen's API
/// carries them, in that API's words (DocumentFilter).
///
/// gateway/domain/filter_match.h says when a message meets it.
struct MessageFilter {
  static constexpr std::size_t kMaxConditions = 16;

  enum class Operator : std::uint8_t { equal, notEqual, less, lessOrEqual, greater, greaterOrEqual };
  struct Condition {
    std::vector<std::string> path;  ///< of the payload's field; empty: the topic
    Operator op = Operator::equal;
    std::variant<std::nullptr_t, bool, double, std::string> value;

    bool operator==(const Condition&) const = default;
  };
  std::vector<Condition> conditions;               ///< empty in the second form, and only there
  std::shared_ptr<const DocumentFilter> document;  ///< the second form; otherwise null
  std::string documentText;                        ///< as it was written

  /// The failure says what was expected and where.
  static Result<MessageFilter> parse(std::string_view text);
  /// In the form that parse() reads.
  std::string toString() const;
  bool operator==(const MessageFilter& other) const {
    return conditions == other.conditions && documentText == other.documentText;
  }
};

/// Whether this is a topic filter (MQTT 3.1.1 §4.7.1): `+` fills a whole level; `#` too, and only the last.
bool isTopicFilter(std::string_view filter);

}  // namespace carport::api
