#include "gateway/server/http/handlers/cbor_reply.h"

namespace carport::handlers {

bool wantsCbor(const Call& call) {
  const auto accepted = call.request[http::field::accept];
  return std::string_view(accepted.data(), accepted.size()).find("application/cbor") != std::string_view::npos;
}

Answer readAndReply(Call& call, std::function<Result<std::string>(HistoryReader&)> read, bool cbor) {
  auto reading = call.read<std::string>(std::move(read));
  Result<std::string> body = co_await std::move(reading);
  if (!body) co_return replyFailure(body.error());
  Reply reply;
  reply.body = std::move(*body);
  if (cbor) reply.contentType = "application/cbor";
  co_return reply;
}

}  // namespace carport::handlers
