#pragma once

#include "gateway/api/history.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "ui/client/http_requester.h"
#include "ui/client/requests.h"

#include <string>
#include <vector>

/// Reads what the gateway answers into values. Pure: large answers are read beside the GUI thread.
namespace carport::ui::answers {

Result<Nothing> nothing(const HttpAnswer& answer);
Result<api::Principal> sessionPrincipal(const HttpAnswer& answer);
Result<Session> session(const HttpAnswer& answer);
Result<AddedCar> addedCar(const HttpAnswer& answer);
Result<CarToChange> carToChange(const HttpAnswer& answer);
Result<ImportedCars> importedCars(const HttpAnswer& answer);
Result<std::string> secret(const HttpAnswer& answer);
Result<std::vector<std::string>> metricNames(const HttpAnswer& answer);
Result<AddedPrincipal> addedPrincipal(const HttpAnswer& answer);
Result<AddedToken> addedToken(const HttpAnswer& answer);
/// CBOR or JSON, as the content type says.
Result<api::History> history(const HttpAnswer& answer);

/// A T of gateway/api.
template <class T>
Result<T> one(const HttpAnswer& answer);
/// `{"<field>": [T…]}`, at most kMaxListItems of them.
template <class T>
HttpRequester::Decoder<std::vector<T>> list(const char* field);

/// The same of a list that may come in parts: with `"next"`, the address of the following part.
template <class T>
HttpRequester::Decoder<ListPart<T>> page(const char* field);

/// Most items of one list.
inline constexpr std::size_t kMaxListItems = 500'000;

}  // namespace carport::ui::answers
