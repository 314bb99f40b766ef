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
template HttpRequester::Decoder<ListPart<api::Car>> page(const char*);
template HttpRequester::Decoder<ListPart<api::Principal>> page(const char*);
template HttpRequester::Decoder<ListPart<api::Rule>> page(const char*);
template HttpRequester::Decoder<ListPart<api::TokenInfo>> page(const char*);
template HttpRequester::Decoder<std::vector<api::Event>> list(const char*);
template HttpRequester::Decoder<std::vector<api::Command>> list(const char*);
template HttpRequester::Decoder<std::vector<LogEntry>> list(const char*);

}  // namespace carport::ui::answers
