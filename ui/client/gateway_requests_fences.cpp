#include "gateway/api/json_codec.h"
#include "ui/client/answers.h"
#include "ui/client/gateway_requests.h"

#include <nlohmann/json.hpp>

namespace carport::ui {

namespace {

/// As many as one page may have; the gateway ends it earlier where they are large.
constexpr int kFencesInOneGo = 1'000;

QString fencePath(api::FenceNumber number) {
  return "/fences/" + QString::number(number.value);
}

QByteArray fenceBody(const api::Fence& fence) {
  return QByteArray::fromStdString(api::toText(api::fenceWish(fence)));
}

QByteArray fenceTag(const std::string& revision) {
  return revision.empty() ? QByteArray() : '"' + QByteArray::fromStdString(revision) + '"';
}

}  // namespace

Reply<std::vector<api::Fence>> GatewayRequests::fences() {
  HttpRequest request = get("/fences");
  request.query.addQueryItem("limit", QString::number(kFencesInOneGo));
  return m_http.sendForAll(request, answers::page<api::Fence>("fences"));
}

Reply<api::Fence> GatewayRequests::addFence(const api::Fence& fence) {
  return m_http.send<api::Fence>(post("/fences", fenceBody(fence)), answers::one<api::Fence>);
}

Reply<api::Fence> GatewayRequests::replaceFence(const api::Fence& fence) {
  HttpRequest request = post(fencePath(fence.number), fenceBody(fence));
  request.method = "PUT";
  request.ifMatch = fenceTag(fence.revision);
  return m_http.send<api::Fence>(request, answers::one<api::Fence>);
}

Reply<Nothing> GatewayRequests::removeFence(api::FenceNumber number, const std::string& revision) {
  HttpRequest request = remove(fencePath(number));
  request.ifMatch = fenceTag(revision);
  return m_http.send<Nothing>(request, answers::nothing);
}

}  // namespace carport::ui
