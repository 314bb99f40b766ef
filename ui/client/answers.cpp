#include "ui/client/answers.h"

#include "gateway/api/json_codec.h"
#include "gateway/api/json_fields.h"
#include "ui/client/client_errc.h"

#include <QUrl>
#include <QUrlQuery>

#include <nlohmann/json.hpp>

#include <string_view>

namespace carport::ui::answers {

namespace {

using api::FieldReader;
using api::Need;

Result<nlohmann::json> parse(const HttpAnswer& answer) {
  const auto json = api::parseJson(std::string_view(answer.body.constData(), std::size_t(answer.body.size())));
  if (!json || !json->is_object()) return fail(ClientErrc::unreadableAnswer);
  return json;
}

/// Follows how deep CBOR is nested and no more, and ends the reading where that is too deep: what reads it calls itself
/// for each level.
class DepthWatch final : public nlohmann::json::json_sax_t {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return ++m_depth <= api::kMaxJsonDepth; }
  bool end_object() override { return m_depth-- > 0; }
  bool start_array(std::size_t) override { return ++m_depth <= api::kMaxJsonDepth; }
  bool end_array() override { return m_depth-- > 0; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

 private:
  std::size_t m_depth = 0;
};

bool isShallow(const QByteArray& cbor) {
  DepthWatch watch;
  return nlohmann::json::sax_parse(cbor.begin(), cbor.end(), &watch, nlohmann::json::input_format_t::cbor);
}

}  // namespace

Result<Nothing> nothing(const HttpAnswer&) {
  return Nothing{};
}

Result<api::Principal> sessionPrincipal(const HttpAnswer& answer) {
  // What answers here without being a gateway is not worth trying again.
  const auto json = parse(answer);
  if (!json || !json->contains("principal")) return fail(ClientErrc::notACarportGateway);
  return api::fromJson<api::Principal>(json->at("principal"));
}

Result<Session> session(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json || !json->contains("token")) return fail(ClientErrc::notACarportGateway);
  Session value;
  FieldReader fields(*json);
  fields.text("token", value.token)
      .time("expiresAt", value.expiresAt, Need::optional)
      .value("principal", value.principal)
      .boolean("mustChangePassword", value.mustChangePassword, Need::optional);
  return fields.finish(value);
}

Result<AddedCar> addedCar(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json) return failFrom(json);
  const auto car = api::fromJson<api::Car>(*json);
  if (!car) return failFrom(car);
  AddedCar value{*car, {}};
  FieldReader fields(*json);
  fields.text("secret", value.secret, Need::optional);
  return fields.finish(value);
}

Result<CarToChange> carToChange(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json) return failFrom(json);
  const auto car = api::fromJson<api::Car>(*json);
  if (!car) return failFrom(car);
  CarToChange value{*car, {}};
  FieldReader fields(*json);
  fields.text("revision", value.revision, Need::optional, api::kMaxRevisionBytes);
  return fields.finish(value);
}

Result<ImportedCars> importedCars(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json) return failFrom(json);
  ImportedCars value;
  FieldReader fields(*json);
  fields.integer("added", value.added);
  if (const nlohmann::json* secrets = fields.take("secrets", Need::optional);
      secrets != nullptr && secrets->is_object()) {
    for (const auto& [id, secret] : secrets->items()) {
      if (secret.is_string()) value.secrets[id] = secret.get<std::string>();
    }
  }
  return fields.finish(value);
}

Result<std::string> secret(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json) return failFrom(json);
  std::string value;
  FieldReader fields(*json);
  fields.text("secret", value);
  return fields.finish(value);
}

Result<std::vector<std::string>> metricNames(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json) return failFrom(json);
  std::vector<std::string> value;
  FieldReader fields(*json);
  fields.texts("metrics", value, kMaxListItems);
  return fields.finish(value);
}

Result<AddedPrincipal> addedPrincipal(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json) return failFrom(json);
  const auto principal = api::fromJson<api::Principal>(*json);
  if (!principal) return failFrom(principal);
  AddedPrincipal value{*principal, {}};
  FieldReader fields(*json);
  fields.text("password", value.password, Need::optional);
  return fields.finish(value);
}

Result<AddedToken> addedToken(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json) return failFrom(json);
  const auto info = api::fromJson<api::TokenInfo>(*json);
  if (!info) return failFrom(info);
  AddedToken value{*info, {}};
  FieldReader fields(*json);
  fields.text("token", value.token);
  return fields.finish(value);
}

Result<api::History> history(const HttpAnswer& answer) {
  if (!answer.contentType.startsWith("application/cbor")) return one<api::History>(answer);
  if (!isShallow(answer.body)) return fail(ClientErrc::unreadableAnswer);
  const auto json = nlohmann::json::from_cbor(answer.body.begin(), answer.body.end(), true, false);
  if (json.is_discarded()) return fail(ClientErrc::unreadableAnswer);
  return api::fromJson<api::History>(json);
}

template <class T>
Result<T> one(const HttpAnswer& answer) {
  const auto json = parse(answer);
  if (!json) return failFrom(json);
  return api::fromJson<T>(*json);
}

template <class T>
HttpRequester::Decoder<std::vector<T>> list(const char* field) {
  return [field](const HttpAnswer& answer) -> Result<std::vector<T>> {
    const auto json = parse(answer);
    if (!json) return failFrom(json);
    std::vector<T> values;
    FieldReader fields(*json);
    fields.values(field, values, kMaxListItems);
    return fields.finish(std::move(values));
  };
}

template <class T>
HttpRequester::Decoder<ListPart<T>> page(const char* field) {
  return [field](const HttpAnswer& answer) -> Result<ListPart<T>> {
    const auto json = parse(answer);
    if (!json) return failFrom(json);
    ListPart<T> page;
    std::string next;
    FieldReader fields(*json);
    fields.values(field, *page.items, kMaxListItems).text("next", next, Need::optional);
    page.next = QUrlQuery(QUrl(QString::fromStdString(next)).query(QUrl::FullyEncoded));
    return fields.finish(std::move(page));
  };
}

template Result<api::Car> one(const HttpAnswer&);
template Result<api::History> one(const HttpAnswer&);
template Result<api::Command> one(const HttpAnswer&);
template Result<api::Principal> one(const HttpAnswer&);
template Result<api::Rule> one(const HttpAnswer&);
template Result<api::Decision> one(const HttpAnswer&);
template Result<api::GatewayStatus> one(const HttpAnswer&);
template Result<api::Fence> one(const HttpAnswer&);
template HttpRequester::Decoder<ListPart<api::Car>> page(const char*);
template HttpRequester::Decoder<ListPart<api::Principal>> page(const char*);
template HttpRequester::Decoder<ListPart<api::Rule>> page(const char*);
template HttpRequester::Decoder<ListPart<api::TokenInfo>> page(const char*);
template HttpRequester::Decoder<ListPart<api::Fence>> page(const char*);
template HttpRequester::Decoder<std::vector<api::Event>> list(const char*);
template HttpRequester::Decoder<std::vector<api::Command>> list(const char*);
template HttpRequester::Decoder<std::vector<LogEntry>> list(const char*);

}  // namespace carport::ui::answers
