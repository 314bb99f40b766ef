#include "gateway/server/device_door.h"

#include "gateway/domain/car_topics.h"
#include "gateway/protocol/payload/cbor_text.h"
#include "gateway/protocol/payload/gzip.h"
#include "gateway/protocol/payload/telemetry_decoder.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/limit_call.h"

#include <boost/beast/core/string.hpp>

#include <chrono>
#include <utility>

namespace carport::handlers {

namespace {

/// How long a device waits for the disk before it is told to send again.
constexpr std::chrono::seconds kLongestCommitWait{10};
/// How long a device is asked to wait before it sends again.
constexpr std::chrono::seconds kRetryAfter{2};
/// Most that a body may become, uncompressed and as JSON: as much as one MQTT message of telemetry may have.
constexpr std::size_t kMaxDoorBytes = payload::kMaxTelemetryBytes;

std::string_view headerOf(const Call& call, http::field name) {
  const auto value = call.request[name];
  return {value.data(), value.size()};
}

bool isSame(std::string_view a, std::string_view b) {
  return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

/// The body as JSON text, however it came.
Asked<std::string> bodyOf(const Call& call) {
  std::string body = call.request.body();
  const auto encoding = headerOf(call, http::field::content_encoding);
  if (isSame(encoding, "gzip") || isSame(encoding, "x-gzip")) {
    auto inflated = payload::inflateGzip(body, kMaxDoorBytes);
    if (!inflated) return refuse(replyFailure(inflated.error()));
    body = std::move(*inflated);
  } else if (!encoding.empty() && !isSame(encoding, "identity")) {
    Reply reply = replyStatus(http::status::unsupported_media_type,
                              "The header Content-Encoding may say gzip, or nothing for what is not compressed");
    reply.fields.emplace_back("Accept-Encoding", "gzip");  // RFC 9110 §12.5.3
    return refuse(std::move(reply));
  }
  const auto type = headerOf(call, http::field::content_type);
  if (!isSame(type.substr(0, type.find(';')), "application/cbor")) return body;
  auto text = payload::jsonFromCbor(body, kMaxDoorBytes);
  if (!text) return refuse(replyFailure(text.error()));
  return std::move(*text);
}

Reply replyTaken(const DoorReceipt& receipt) {
  nlohmann::json refused = nlohmann::json::array();
  for (const auto& [index, field, reason] : receipt.refused.entries) {
    nlohmann::json entry{{"index", index}, {"reason", reason}};
    if (!field.empty()) entry["field"] = field;
    refused.push_back(std::move(entry));
  }
  nlohmann::json answer{{"taken", receipt.taken}, {"refused", std::move(refused)}};
  if (receipt.refused.more > 0) answer["moreRefused"] = receipt.refused.more;
  return replyOk(answer);
}

Reply replyNotTaken(const Error& error) {
  Reply reply = replyFailure(error);
  if (reply.status == http::status::service_unavailable) reply.retryAfter = kRetryAfter;
  return reply;
}

Answer takeIn(Call& call, DoorKind kind) {
  const std::string& id = call.variable("id");
  if (const auto known = call.knownCar(id); !known) co_return known.error();
  if (const auto within = chargeMessage(call, call.request.body().size()); !within) co_return within.error();
  auto body = bodyOf(call);
  if (!body) co_return body.error();
  // What would be the topic over MQTT, and the message: rules may ask for either.
  const std::string topic = kind == DoorKind::telemetry ? telemetryTopic(id) : eventTopic(id);
  const auto car = call.car(id, api::Action::send, {nullptr, topic, {}, *body});
  if (!car) co_return car.error();
  DeviceDoor* const door = call.control.door;
  if (door == nullptr) co_return replyFailure(ErrorKind::unavailable, "The gateway is stopping");
  DoorMessage message{car->number, car->id, kind, std::move(*body), car->organisationBytes};
  StartWork<DoorReceipt> start = [door, &message](std::function<void(Result<DoorReceipt>)> done) {
    return door->take(std::move(message), std::move(done));
  };
  auto taking = awaitAnswer<DoorReceipt>(call.control.port, std::move(start),
                                         std::chrono::steady_clock::now() + kLongestCommitWait);
  const Result<DoorReceipt> taken = co_await std::move(taking);
  co_return taken ? replyTaken(*taken) : replyNotTaken(taken.error());
}

}  // namespace

Answer takeTelemetry(Call& call) {
  return takeIn(call, DoorKind::telemetry);
}

Answer takeEvents(Call& call) {
  return takeIn(call, DoorKind::event);
}

}  // namespace carport::handlers
