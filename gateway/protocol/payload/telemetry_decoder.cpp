#include "gateway/protocol/payload/telemetry_decoder.h"

#include "gateway/protocol/payload/payload_errc.h"
#include "gateway/protocol/payload/plain_object_scanner.h"
#include "gateway/protocol/payload/refusal_list.h"
#include "gateway/protocol/payload/row_builder.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <utility>
#include <vector>

namespace carport::payload {

namespace ondemand = simdjson::ondemand;

namespace {

tl::unexpected<Error> badJson(simdjson::error_code code) {
  return fail(PayloadErrc::badJson, fmt::format("The payload is not valid JSON: {}", simdjson::error_message(code)));
}

tl::unexpected<Error> wrongShape() {
  return fail(PayloadErrc::wrongShape);
}

/// True for what programs write in place of a number that JSON does not have: NaN, Infinity, nan, inf, +1.
bool looksLikeANumber(char first) {
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '+' || first == '.';
}

}  // namespace

/// The JSON side: walks over the payload once and gives each value to the RowBuilder. What cars mostly send is taken by
/// a scanner, all else by simdjson, on demand, because one bad number must not cost the whole message. Nothing here
/// throws: simdjson's error codes are used throughout.
struct TelemetryDecoder::Impl {
  explicit Impl(MetricNames& names) : rows(names) {}

  Result<void> decode(PrincipalNumber car, std::string_view payload, TimePoint arrival, SampleBatch& out,
                      RefusalList& refusals);
  void takeScanned();
  Result<void> decodeArray(ondemand::document& document, PrincipalNumber car, TimePoint arrival, SampleBatch& out,
                           RefusalList& refusals);
  Result<void> decodeObject(ondemand::object object);
  Result<void> decodeValue(ondemand::value value);
  void decodeNumber(ondemand::value& value);
  void decodeText(ondemand::value& value);
  void decodeBoolean(ondemand::value& value);
  void refuseNull(ondemand::value& value);
  simdjson::padded_string_view copied(std::string_view payload);

  PlainObjectScanner scanner;
  ondemand::parser parser{kMaxTelemetryBytes + simdjson::SIMDJSON_PADDING};
  std::vector<char> buffer;  // the payload with the padding that the parser needs; grows to the largest one
  RowBuilder rows;
};

simdjson::padded_string_view TelemetryDecoder::Impl::copied(std::string_view payload) {
  const std::size_t needed = payload.size() + simdjson::SIMDJSON_PADDING;
  if (buffer.size() < needed) buffer.resize(needed);
  std::memcpy(buffer.data(), payload.data(), payload.size());
  std::memset(buffer.data() + payload.size(), ' ', simdjson::SIMDJSON_PADDING);
  return simdjson::padded_string_view(buffer.data(), payload.size(), buffer.size());
}

Result<void> TelemetryDecoder::Impl::decode(PrincipalNumber car, std::string_view payload, TimePoint arrival,
                                            SampleBatch& out, RefusalList& refusals) {
  if (scanner.scan(payload)) {
    rows.begin(car, arrival, out, refusals);
    takeScanned();
    return {};
  }
  ondemand::document document;
  if (const auto code = parser.iterate(copied(payload)).get(document)) return badJson(code);
  ondemand::json_type type{};
  if (const auto code = document.type().get(type)) return badJson(code);
  if (type == ondemand::json_type::array) {
    if (auto decoded = decodeArray(document, car, arrival, out, refusals); !decoded) return decoded;
  } else if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (const auto code = document.get_object().get(object)) return badJson(code);
    rows.begin(car, arrival, out, refusals);
    if (auto decoded = decodeObject(object); !decoded) return decoded;
  } else {
    return wrongShape();
  }
  const char* rest = nullptr;
  if (document.current_location().get(rest) == simdjson::SUCCESS) {
    return fail(PayloadErrc::badJson, "The payload is not valid JSON: something follows after its end");
  }
  return {};
}

void TelemetryDecoder::Impl::takeScanned() {
  for (const auto& field : scanner.fields()) {
    if (!rows.startField(field.name)) continue;
    switch (field.kind) {
      case PlainObjectScanner::Kind::number:
        rows.number(field.number);
        break;
      case PlainObjectScanner::Kind::text:
        rows.text(field.text);
        break;
      case PlainObjectScanner::Kind::boolean:
        rows.boolean(field.boolean);
        break;
    }
  }
  rows.end();
}

Result<void> TelemetryDecoder::Impl::decodeArray(ondemand::document& document, PrincipalNumber car, TimePoint arrival,
                                                 SampleBatch& out, RefusalList& refusals) {
  ondemand::array array;
  if (const auto code = document.get_array().get(array)) return badJson(code);
  std::size_t count = 0;
  for (auto element : array) {
    ondemand::value value;
    if (const auto code = std::move(element).get(value)) return badJson(code);
    if (++count > kMaxRowsPerPayload) {
      return fail(PayloadErrc::tooManyRows,
                  fmt::format("The payload is an array of more than {} objects", kMaxRowsPerPayload));
    }
    refusals.setObject(count);
    ondemand::json_type type{};
    if (const auto code = value.type().get(type)) return badJson(code);
    if (type != ondemand::json_type::object) {
      refusals.add("", "An element of the array is not an object.");
      continue;
    }
    ondemand::object object;
    if (const auto code = value.get_object().get(object)) return badJson(code);
    rows.begin(car, arrival, out, refusals);
    if (auto decoded = decodeObject(object); !decoded) return decoded;
  }
  return {};
}

Result<void> TelemetryDecoder::Impl::decodeObject(ondemand::object object) {
  for (auto member : object) {
    ondemand::field field;
    if (const auto code = std::move(member).get(field)) return badJson(code);
    std::string_view name;
    if (const auto code = field.unescaped_key().get(name)) return badJson(code);
    if (!rows.startField(name)) continue;
    if (auto decoded = decodeValue(field.value()); !decoded) return decoded;
  }
  rows.end();
  return {};
}

Result<void> TelemetryDecoder::Impl::decodeValue(ondemand::value value) {
  ondemand::json_type type{};
  if (const auto code = value.type().get(type)) {
    const std::string_view token = value.raw_json_token();
    if (token.empty() || !looksLikeANumber(token.front())) return badJson(code);
    rows.refuse("The value is not valid JSON (NaN and Infinity are not).");
    return {};
  }
  switch (type) {
    case ondemand::json_type::number:
      decodeNumber(value);
      break;
    case ondemand::json_type::string:
      decodeText(value);
      break;
    case ondemand::json_type::boolean:
      decodeBoolean(value);
      break;
    case ondemand::json_type::null:
      refuseNull(value);
      break;
    case ondemand::json_type::array:
      rows.refuse("The value is an array; only numbers, text, true and false are kept.");
      break;
    case ondemand::json_type::object:
      rows.refuse("The value is an object; only numbers, text, true and false are kept.");
      break;
  }
  return {};
}

void TelemetryDecoder::Impl::decodeNumber(ondemand::value& value) {
  double number = 0;
  if (value.get_double().get(number)) return rows.refuse("The number is not valid or not finite.");
  rows.number(number);
}

void TelemetryDecoder::Impl::decodeText(ondemand::value& value) {
  std::string_view text;
  if (value.get_string().get(text)) return rows.refuse("The text has an escape that is not valid.");
  rows.text(text);
}

void TelemetryDecoder::Impl::decodeBoolean(ondemand::value& value) {
  bool boolean = false;
  if (value.get_bool().get(boolean)) return rows.refuse("The value is not valid JSON.");
  rows.boolean(boolean);
}

void TelemetryDecoder::Impl::refuseNull(ondemand::value& value) {
  bool isNull = false;
  const bool isValid = value.is_null().get(isNull) == simdjson::SUCCESS && isNull;
  rows.refuse(isValid ? "The value is null." : "The value is not valid JSON (NaN and Infinity are not).");
}

TelemetryDecoder::TelemetryDecoder(MetricNames& names) : m_impl(std::make_unique<Impl>(names)) {}
TelemetryDecoder::~TelemetryDecoder() = default;

Result<void> TelemetryDecoder::decode(PrincipalNumber car, std::string_view payload, TimePoint arrival,
                                      SampleBatch& out, std::vector<api::Refusal>& refusals, RefusalReport* report,
                                      std::string_view organisation) {
  if (payload.size() > kMaxTelemetryBytes) {
    return fail(PayloadErrc::tooLarge,
                fmt::format("The payload has {} bytes; at most {} are accepted", payload.size(), kMaxTelemetryBytes));
  }
  const std::size_t rowsBefore = out.size();
  RefusalList list(refusals, arrival, report);
  m_impl->rows.setOrganisation(organisation);
  auto decoded = m_impl->decode(car, payload, arrival, out, list);
  if (!decoded) {
    while (out.size() > rowsBefore) out.dropRow();
    list.withdraw();
    return decoded;
  }
  if (out.size() == rowsBefore) return fail(PayloadErrc::nothingUsable);
  return {};
}

}  // namespace carport::payload
