#include "gateway/api/json_fields.h"
#include "ui/client/client_errc.h"
#include "ui/client/gateway_requests.h"

namespace carport::ui {

namespace {

/// Most kinds of attempts that an answer tells of; there are fewer.
constexpr std::size_t kMaxAttemptKinds = 32;

Result<ConnectionHistory> connectionHistory(const HttpAnswer& answer) {
  const auto json = api::parseJson(std::string_view(answer.body.constData(), std::size_t(answer.body.size())));
  if (!json || !json->is_object()) return fail(ClientErrc::unreadableAnswer);
  ConnectionHistory history;
  api::FieldReader fields(*json);
  fields.values("connections", history.connections, ConnectionsQuery().limit)
      .values("attempts", history.attempts, kMaxAttemptKinds);
  return fields.finish(std::move(history));
}

}  // namespace

Reply<ConnectionHistory> GatewayRequests::carConnections(const QString& carId, const ConnectionsQuery& wanted) {
  HttpRequest request = get("/cars/" + pathPart(carId) + "/connections");
  request.query.addQueryItem("limit", QString::number(wanted.limit));
  if (wanted.from) request.query.addQueryItem("from", QString::number(toMs(*wanted.from)));
  if (wanted.to) request.query.addQueryItem("to", QString::number(toMs(*wanted.to)));
  return m_http.send<ConnectionHistory>(request, connectionHistory);
}

}  // namespace carport::ui
