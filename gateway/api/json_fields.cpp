#include "gateway/api/json_fields.h"

#include "gateway/api/json_codec.h"

#include <algorithm>
#include <cmath>

namespace carport::api {

FieldReader::FieldReader(const nlohmann::json& json) : m_json(json) {
  if (!json.is_object())
    m_error = Error(ApiErrc::badField, "A JSON object is wanted here, as in {\"name\": \"value\"}");
}

const nlohmann::json* FieldReader::find(std::string_view name) const {
  if (!m_json.is_object()) return nullptr;
  const auto found = m_json.find(name);
  return found == m_json.end() || found->is_null() ? nullptr : &*found;
}

const nlohmann::json* FieldReader::take(std::string_view name, Need need) {
  if (m_error) return nullptr;
  const nlohmann::json* field = find(name);
  if (field == nullptr && need == Need::required) {
    m_error = Error(ApiErrc::missingField, fmt::format("The field '{}' is missing", name));
  }
  return field;
}

FieldReader& FieldReader::wrong(std::string_view name, std::string_view wanted) {
  if (!m_error) m_error = Error(ApiErrc::badField, fmt::format("The field '{}' must be {}", name, wanted));
  return *this;
}

FieldReader& FieldReader::failInside(std::string_view name, const Error& error) {
  if (!m_error) m_error = Error(ApiErrc::badField, fmt::format("In '{}': {}", name, error.message()));
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
  if (!has(name)) return *this;
  TimePoint time{};
  this->time(name, time);
  if (!m_error) out = time;
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
  if (m_error) return *this;
  for (const auto& [name, value] : m_json.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      m_error = Error(ApiErrc::badField, fmt::format("The field '{}' is not known here", name.substr(0, 64)));
      break;
    }
  }
  return *this;
}

Result<void> FieldReader::finish() const {
  if (m_error) return tl::unexpected<Error>(*m_error);
  return {};
}

}  // namespace carport::api
