#pragma once

#include "gateway/api/message_filter.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace carport {

/// Payloads above this are not looked into by filters.
inline constexpr std::size_t kMaxFilteredPayloadBytes = 64 * 1024;

enum class FilterMatch : std::uint8_t { no, unknown, yes };

/// A message as filters see it. The payload is read when the first filter asks about it, and once for all of them: an
/// organisation may have many, and each message of its cars meets every one. Lives shorter than the texts. Owner: one
/// question to the rules.
class FilteredMessage {
 public:
  /// An empty topic, and no payload: not told. `document`: the whole as Nitrogen's API carries it; null: not told.
  FilteredMessage(std::string_view topic, std::optional<std::string_view> payload,
                  const nlohmann::json* document = nullptr);
  ~FilteredMessage();
  FilteredMessage(const FilteredMessage&) = delete;
  FilteredMessage& operator=(const FilteredMessage&) = delete;

  std::string_view topic() const { return m_topic; }
  const nlohmann::json* document() const { return m_document; }
  /// Null where it cannot be told what it says.
  const nlohmann::json* payload() const;

 private:
  std::string_view m_topic;
  std::optional<std::string_view> m_payload;
  const nlohmann::json* m_document;
  mutable bool m_isRead = false;
  mutable std::unique_ptr<const nlohmann::json> m_json;
};

/// Whether a message meets every condition of the filter. Unknown where that cannot be told: the topic (empty) or the
/// payload (none) is not given, the payload is no JSON object or too long, a name comes twice in an object of it, `<`
/// and its like meet something that is no number, or of the objects in an array only some meet the filter.
/// A filter in the words of Nitrogen's API looks at the document alone.
/// A field that is not there is equal to nothing, `null` apart, and neither above nor below anything.
FilterMatch meets(const api::MessageFilter& filter, const FilteredMessage& message);

}  // namespace carport
