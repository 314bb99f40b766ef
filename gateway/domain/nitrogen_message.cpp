#include "gateway/domain/nitrogen_message.h"

#include "gateway/api/json_codec.h"
#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace carport {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kMetrics[] = {"temperature", "humidity", "light", "ultraviolet"};
constexpr std::string_view kSeverities[] = {"debug", "info", "warn", "error"};
/// What a location carries here and in a car's telemetry, and by what the one is multiplied to become the other.
struct LocationField {
  const char* nitrogen;
  const char* telemetry;
  double factor;
};
constexpr LocationField kLocation[] = {{"latitude", "lat", 1},
                                       {"longitude", "lon", 1},
                                       {"altitude", "alt", 1},
                                       {"speed", "speed", 3.6},  // m/s, as browsers give it, and km/h
                                       {"heading", "heading", 1}};
constexpr const char* kLocationNumbers[] = {"latitude",         "longitude", "accuracy", "altitude",
                                            "altitudeAccuracy", "heading",   "speed"};

tl::unexpected<Error> bad(std::string sentence) {
  return fail(BaseErrc::invalidArgument, std::move(sentence));
}

/// Fields of one message; remembers the first thing that is wrong.
class Reader {
 public:
  explicit Reader(const Json& json) : m_json(json) {}

  const Json* find(const char* name) const {
    const auto field = m_json.find(name);
    return field == m_json.end() || field->is_null() ? nullptr : &*field;
  }
  void text(const char* name, std::optional<std::string>& out, std::size_t maxBytes) {
    const Json* field = find(name);
    if (field == nullptr) return;
    if (!field->is_string() || field->get_ref<const std::string&>().size() > maxBytes) {
      return wrong(fmt::format("'{}' must be a text of at most {} bytes", name, maxBytes));
    }
    out = field->get<std::string>();
  }
  void time(const char* name, std::optional<TimePoint>& out) {
    const Json* field = find(name);
    if (field == nullptr) return;
    if (field->is_string()) out = parseIsoTime(field->get_ref<const std::string&>());
    constexpr std::int64_t kMostMs = 253'402'300'800'000;
    if (field->is_number_integer() && *field >= 0 && *field < kMostMs) out = fromMs(field->get<std::int64_t>());
    if (!out) wrong(fmt::format("'{}' must be a time like 2026-11-21T18:00:00.000Z", name));
  }
  void texts(const char* name, std::vector<std::string>& out) {
    const Json* field = find(name);
    if (field == nullptr) return;
    // One id may stand for a list of it.
    const Json list = field->is_string() ? Json::array({*field}) : *field;
    const bool fits = list.is_array() && list.size() <= kMaxNitrogenTags &&
                      std::all_of(list.begin(), list.end(), [](const Json& entry) {
                        return entry.is_string() && entry.get_ref<const std::string&>().size() <= kMaxNitrogenTagBytes;
                      });
    if (!fits) {
      return wrong(fmt::format("'{}' must be a list of at most {} texts of at most {} bytes", name, kMaxNitrogenTags,
                               kMaxNitrogenTagBytes));
    }
    out = list.get<std::vector<std::string>>();
  }
  void wrong(std::string sentence) {
    if (m_wrong.empty()) m_wrong = std::move(sentence);
  }
  const std::string& wrong() const { return m_wrong; }

 private:
  const Json& m_json;
  std::string m_wrong;
};

const Json* at(const Json& body, std::string_view name) {
  const auto field = body.find(std::string(name));
  return field == body.end() ? nullptr : &*field;
}

/// What is wrong with the body of a message of a known type; empty: nothing.
std::string complaintAbout(std::string_view type, const Json& body) {
  const auto lacks = [&](std::string_view name, auto fits, std::string_view what) -> std::string {
    const Json* field = at(body, name);
    if (field != nullptr && fits(*field)) return {};
    return fmt::format("A message of type '{}' has {} 'body.{}'", type, what, name);
  };
  const auto isNumber = [](const Json& field) { return field.is_number(); };
  const auto isText = [](const Json& field) { return field.is_string(); };
  const auto isBoolean = [](const Json& field) { return field.is_boolean(); };
  if (isNitrogenMetric(type)) return lacks(type, isNumber, "a number");
  if (type == "ip") return lacks("ip_address", isText, "a text");
  if (type == "image") return lacks("url", isText, "a text");
  if (type == "claim") return lacks("claim_code", isText, "a text");
  if (type == "heartbeat") return lacks("error", isBoolean, "true or false as");
  if (type == "switchCommand" || type == "switchState") return lacks("on", isBoolean, "true or false as");
  if (type == "log") {
    if (auto complaint = lacks("message", isText, "a text"); !complaint.empty()) return complaint;
    const Json* severity = at(body, "severity");
    const bool known = severity != nullptr && severity->is_string() &&
                       std::find(std::begin(kSeverities), std::end(kSeverities),
                                 severity->get_ref<const std::string&>()) != std::end(kSeverities);
    return known ? std::string() : "A message of type 'log' has debug, info, warn or error as 'body.severity'";
  }
  if (type == "location") {
    for (const char* name : kLocationNumbers) {
      const Json* field = at(body, name);
      if (field != nullptr && !field->is_null() && !field->is_number()) {
        return fmt::format("A message of type 'location' has a number 'body.{}', where it has one", name);
      }
    }
  }
  return {};
}

}  // namespace

bool isNitrogenMetric(std::string_view type) {
  return std::find(std::begin(kMetrics), std::end(kMetrics), type) != std::end(kMetrics);
}

TimePoint nitrogenForever() {
  return TimePoint(std::chrono::sys_days(std::chrono::year(2500) / 1 / 1));
}

Result<NitrogenDraft> readNitrogenMessage(const Json& json, TimePoint now) {
  if (!json.is_object()) return bad("A message is an object");
  Reader reader(json);
  NitrogenDraft draft;
  std::optional<std::string> type;
  std::optional<TimePoint> ts;
  std::optional<TimePoint> indexUntil;
  reader.text("type", type, kMaxNitrogenTypeBytes);
  reader.time("ts", ts);
  reader.time("expires", draft.expires);
  reader.time("index_until", indexUntil);
  reader.text("from", draft.from, kMaxNitrogenTagBytes);
  reader.text("to", draft.to, kMaxNitrogenTagBytes);
  reader.text("link", draft.link, kMaxNitrogenTagBytes);
  reader.text("sensor_id", draft.sensorId, kMaxNitrogenTagBytes);
  reader.texts("response_to", draft.responseTo);
  reader.texts("tags", draft.tags);
  if (!reader.wrong().empty()) return bad(reader.wrong());
  if (!type || type->empty()) return bad("A message has a 'type'");
  if (const Json* body = reader.find("body")) draft.body = *body;
  if (!draft.body.is_object()) return bad("The 'body' of a message is an object");
  if (api::toText(draft.body).size() > kMaxNitrogenBodyBytes) {
    return bad(fmt::format("The 'body' of a message may have {} bytes at most", kMaxNitrogenBodyBytes));
  }
  if (auto complaint = complaintAbout(*type, draft.body); !complaint.empty()) return bad(std::move(complaint));
  draft.type = std::move(*type);
  draft.ts = ts.value_or(now);
  draft.indexUntil = std::min(indexUntil.value_or(nitrogenForever()), nitrogenForever());
  return draft;
}

Json NitrogenDraft::document(const std::string& fromId, const std::string& toId) const {
  Json json{{"type", type},      {"ver", 0.2},
            {"ts", isoTime(ts)}, {"from", fromId},
            {"tags", tags},      {"response_to", responseTo},
            {"body", body},      {"index_until", isoTime(indexUntil)}};
  if (!toId.empty()) json["to"] = toId;
  if (expires) json["expires"] = isoTime(*expires);
  if (link) json["link"] = *link;
  if (sensorId) json["sensor_id"] = *sensorId;
  return json;
}

Json telemetryOf(const NitrogenDraft& draft) {
  Json telemetry;
  if (isNitrogenMetric(draft.type)) telemetry[draft.type] = draft.body[draft.type];
  if (draft.type == "location") {
    for (const LocationField& field : kLocation) {
      const Json* number = at(draft.body, field.nitrogen);
      if (number != nullptr && number->is_number()) telemetry[field.telemetry] = number->get<double>() * field.factor;
    }
  }
  if (!telemetry.is_null()) telemetry["ts"] = toMs(draft.ts);
  return telemetry;
}

std::string isoTime(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<TimePoint> parseIsoTime(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() <= kForm.size() || !text.ends_with('Z')) return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool fits = kForm[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == kForm[i];
    if (!fits) return std::nullopt;
  }
  const auto number = [&text](std::size_t from, std::size_t digits) {
    int value = 0;
    for (std::size_t i = from; i < from + digits; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  int milliseconds = 0;
  const auto rest = text.substr(kForm.size(), text.size() - kForm.size() - 1);
  if (!rest.empty()) {
    const bool isFraction = rest.size() == 4 && rest[0] == '.' &&
                            std::all_of(rest.begin() + 1, rest.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!isFraction) return std::nullopt;
    milliseconds = number(kForm.size() + 1, 3);
  }
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)), std::chrono::month(unsigned(number(5, 2))),
                                         std::chrono::day(unsigned(number(8, 2))));
  if (!date.ok() || int(date.year()) < 1970 || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) {
    return std::nullopt;
  }
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(number(11, 2)) +
         std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2)) + Milliseconds(milliseconds);
}

}  // namespace carport
