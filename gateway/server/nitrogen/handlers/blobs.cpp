#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"

#include <algorithm>
#include <functional>
#include <memory>

namespace carport::nitrogen {

namespace {

constexpr std::size_t kMaxContentTypeBytes = 128;
constexpr std::string_view kUnknownType = "application/octet-stream";

/// What the sender calls it, where that is the name of a type (RFC 9110 §8.3.1).
std::string contentTypeOf(const NitrogenCall& call) {
  const auto field = call.request[http::field::content_type];
  const std::string_view type(field.data(), field.size());
  const bool fits = !type.empty() && type.size() <= kMaxContentTypeBytes && type.find('/') != std::string_view::npos &&
                    std::all_of(type.begin(), type.end(), [](char c) { return c >= ' ' && c < 0x7F; });
  return std::string(fits ? type : kUnknownType);
}

}  // namespace

Answer addBlob(NitrogenCall& call) {
  if (!call.hasRoom()) co_return nitrogenFailure(http::status::service_unavailable, "The disk is nearly full");
  if (call.request.body().empty()) co_return nitrogenFailure(http::status::bad_request, "A blob has at least one byte");
  if (!call.rights().may(call.who(), api::Action::send, call.who())) {
    co_return nitrogenFailure(http::status::forbidden, "You may not send");
  }
  const auto blob = std::make_shared<NitrogenBlob>();
  blob->owner = call.who().number;
  blob->organisation = std::string(call.who().organisation());
  blob->contentType = contentTypeOf(call);
  blob->createdAt = call.now();
  blob->bytes = call.request.body();
  auto adding = call.changeNitrogen(blob->bytes.size(), [blob](NitrogenStore& store) { return store.addBlob(*blob); });
  if (const Result<void> added = co_await std::move(adding); !added) co_return nitrogenFailure(added.error());
  const std::string id = call.context.ids.idOf(NitrogenKind::blob, blob->number);
  const std::string url = call.origin() + "/api/v1/blobs/" + id;
  co_return nitrogenOk({{"blob",
                         {{"id", id},
                          {"link", id},
                          {"url", url},
                          {"content_type", blob->contentType},
                          {"content_length", blob->bytes.size()},
                          {"created_at", isoTime(blob->createdAt)},
                          {"owner", call.context.ids.idOf(blob->owner)}}}});
}

Answer getBlob(NitrogenCall& call) {
  const auto number = call.context.ids.numberOf(NitrogenKind::blob, call.id);
  if (!number) co_return nitrogenFailure(http::status::not_found, "There is no such blob");
  std::function<Result<std::optional<NitrogenBlob>>(HistoryReader&, NitrogenReader*)> read =
      [number = *number](HistoryReader&, NitrogenReader* reader) -> Result<std::optional<NitrogenBlob>> {
    return reader == nullptr ? Result<std::optional<NitrogenBlob>>(std::nullopt) : reader->blob(number);
  };
  auto reading = call.read<std::optional<NitrogenBlob>>(std::move(read));
  Result<std::optional<NitrogenBlob>> blob = co_await std::move(reading);
  if (!blob) co_return nitrogenFailure(blob.error());
  const auto owner = *blob ? call.principal(call.context.ids.idOf((*blob)->owner)) : nitrogenRefuse({});
  if (!owner) co_return nitrogenFailure(http::status::not_found, "There is no such blob");
  if (!call.rights().may(call.who(), api::Action::view, *owner)) {
    co_return nitrogenFailure(http::status::forbidden, "You may not see what its owner has");
  }
  NitrogenReply reply;
  reply.body = std::move((*blob)->bytes);
  reply.contentType = (*blob)->contentType;
  co_return reply;
}

}  // namespace carport::nitrogen
