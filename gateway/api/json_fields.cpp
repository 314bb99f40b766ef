#include "gateway/api/json_fields.h"

#include "gateway/api/json_codec.h"
#include "gateway/base/utf8_prefix.h"

#include <algorithm>
#include <cmath>

namespace carport::api {

namespace {
/// Of a name that nobody knows so much is told.
constexpr std::size_t kMaxNameTold = 64;
}  // namespace

FieldReader::FieldReader(const nlohmann::json& json) : m_json(json) {
  if (!json.is_object())
    m_error = Error(ApiErrc::badField, "A JSON object is wanted here, as in {\"name\": \"value\"}");
}

const nlohmann::json* FieldReader::find(std::string_view name) const {
  if (!m_json.is_object()) return nullptr;
  const auto found = m_json.find(name);
  return found == m_json.end() || found->is_null() ? nullptr : &*found;
}

void FieldReader::remember(Error error, std::vector<WrongField> fields) {
  // What is no object has no fields to complain about.
  if (!m_json.is_object()) return;
  for (WrongField& field : fields) {
    const bool told = std::any_of(m_wrong.begin(), m_wrong.end(),
                                  [&](const WrongField& other) { return other.pointer == field.pointer; });
    if (!told && m_wrong.size() < kMaxToldFields) m_wrong.push_back(std::move(field));
  }
  if (!m_error) m_error = std::move(error);
}

const nlohmann::json* FieldReader::take(std::string_view name, Need need) {
  const nlohmann::json* field = find(name);
  if (field == nullptr && need == Need::required) {
    std::string sentence = fmt::format("The field '{}' is missing", name);
    remember(Error(ApiErrc::missingField, sentence), {{pointerTo(name), sentence}});
  }
  return field;
}

FieldReader& FieldReader::wrong(std::string_view name, std::string_view wanted) {
  return refuse(name, fmt::format("The field '{}' must be {}", name, wanted));
}

FieldReader& FieldReader::refuse(std::string_view name, std::string sentence) {
  remember(Error(ApiErrc::badField, sentence), {{pointerTo(name), sentence}});
  return *this;
}

FieldReader& FieldReader::failInside(std::string_view name, const Error& error, std::optional<std::size_t> index) {
  const std::string pointer = pointerTo(name) + (index ? fmt::format("/{}", *index) : std::string());
  const std::string sentence = fmt::format("In '{}': {}", name, error.message());
  std::vector<WrongField> fields;
  for (const WrongField& field : error.fields()) fields.push_back({pointer + field.pointer, field.text});
  if (fields.empty()) fields.push_back({pointer, sentence});
  remember(Error(ApiErrc::badField, sentence), std::move(fields));
  return *this;
}

FieldReader& FieldReader::text(std::string_view name, std::string& out, Need need, std::size_t maxBytes) {
  const nlohmann::json* field = take(name, need);
  if (field == nullptr) return *this;
  if (!field->is_string()) return wrong(name, "text");
  const auto& text = field->get_ref<const std::string&>();
  if (text.size() > maxBytes) return wrong(name, fmt::format("text of at most {} bytes", maxBytes));
  out = text;
  return *this;
}

FieldReader& FieldReader::texts(std::string_view name, std::vector<std::string>& out, std::size_t maxCount, Need need) {
  const nlohmann::json* field = take(name, need);
  if (field == nullptr) return *this;
  if (!field->is_array() || field->size() > maxCount) return wrong(name, listWanted(maxCount));
  std::vector<std::string> read;
  for (const nlohmann::json& item : *field) {
    if (!item.is_string() || item.get_ref<const std::string&>().size() > kMaxTextBytes)
      return wrong(name, "a list of texts");
    read.push_back(item.get<std::string>());
  }
  out = std::move(read);
  return *this;
}

FieldReader& FieldReader::boolean(std::string_view name, bool& out, Need need) {
  const nlohmann::json* field = take(name, need);
  if (field == nullptr) return *this;
  if (!field->is_boolean()) return wrong(name, "true or false");
  out = field->get<bool>();
  return *this;
}

FieldReader& FieldReader::number(std::string_view name, double& out, Need need) {
  const nlohmann::json* field = take(name, need);
  if (field == nullptr) return *this;
  if (!field->is_number()) return wrong(name, "a number");
  out = field->get<double>();
  return *this;
}

FieldReader& FieldReader::number(std::string_view name, float& out, Need need) {
  double value = static_cast<double>(out);
  number(name, value, need);
  if (std::isfinite(value) && std::abs(value) > static_cast<double>(std::numeric_limits<float>::max())) {
    return wrong(name, "a number that a 32-bit float holds");
  }
  out = static_cast<float>(value);
  return *this;
}

FieldReader& FieldReader::time(std::string_view name, TimePoint& out, Need need) {
  std::int64_t ms = toMs(out);
  integer(name, ms, need);
  out = fromMs(ms);
  return *this;
}

FieldReader& FieldReader::time(std::string_view name, std::optional<TimePoint>& out) {
  const nlohmann::json* field = take(name, Need::optional);
  if (field == nullptr) return *this;
  if (!isWithin<std::int64_t>(*field)) return wrong(name, integerWanted<std::int64_t>());
  out = fromMs(field->get<std::int64_t>());
  return *this;
}

FieldReader& FieldReader::objectText(std::string_view name, std::string& out, Need need, std::size_t maxBytes) {
  const nlohmann::json* field = take(name, need);
  if (field == nullptr) return *this;
  if (!field->is_object()) return wrong(name, "a JSON object");
  std::string text = toText(*field);
  if (text.size() > maxBytes) return wrong(name, fmt::format("at most {} bytes of JSON", maxBytes));
  out = std::move(text);
  return *this;
}

FieldReader& FieldReader::noOthers(std::initializer_list<std::string_view> known) {
  if (!m_json.is_object()) return *this;
  for (const auto& [name, value] : m_json.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto told = utf8Prefix(name, kMaxNameTold);
    refuse(told, fmt::format("The field '{}' is not known here", told));
    if (m_wrong.size() >= kMaxToldFields) break;
  }
  return *this;
}

Error FieldReader::failure() const {
  return m_wrong.empty() ? *m_error : m_error->withFields(m_wrong);
}

Result<void> FieldReader::finish() const {
  if (m_error) return tl::unexpected<Error>(failure());
  return {};
}

std::string pointerTo(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace carport::api
