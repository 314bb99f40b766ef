#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Limits of one message of Nitrogen's API.
inline constexpr std::size_t kMaxNitrogenTypeBytes = 64;
inline constexpr std::size_t kMaxNitrogenTags = 32;
inline constexpr std::size_t kMaxNitrogenTagBytes = 256;
inline constexpr std::size_t kMaxNitrogenBodyBytes = 64 * 1024;

/// A message of Nitrogen's API as its sender wrote it, checked.
struct NitrogenDraft {
  std::string type;
  TimePoint ts{};
  std::optional<std::string> from;  ///< id; absent: the sender
  std::optional<std::string> to;    ///< id, or "service"
  std::optional<TimePoint> expires;
  TimePoint indexUntil{};
  std::vector<std::string> responseTo;  ///< ids of messages
  std::vector<std::string> tags;
  std::optional<std::string> link;
  std::optional<std::string> sensorId;
  nlohmann::json body = nlohmann::json::object();

  /// The whole message but `id`, with these ids in the place of those that the sender wrote.
  nlohmann::json document(const std::string& fromId, const std::string& toId) const;
};

/// Until when a message is found that does not say so itself.
TimePoint nitrogenForever();

/// Reads one message. Unknown fields are left out; known types must carry what they are about (a `temperature` a number
/// `temperature`, a `log` a severity and a message …). The failure is a sentence for the sender.
Result<NitrogenDraft> readNitrogenMessage(const nlohmann::json& json, TimePoint now);

/// What such a message says as a car's telemetry (docs/api.md, “MQTT”): a location, a temperature …; null otherwise.
nlohmann::json telemetryOf(const NitrogenDraft& draft);
/// Types that are metrics of the same name.
bool isNitrogenMetric(std::string_view type);

/// `2026-11-21T18:00:00.000Z`, as JavaScript writes a Date.
std::string isoTime(TimePoint time);
/// Reads that, with or without milliseconds, of the years 1970 to 9999.
std::optional<TimePoint> parseIsoTime(std::string_view text);

}  // namespace carport
