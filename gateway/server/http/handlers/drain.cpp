#include "gateway/server/http/handlers/handlers.h"

namespace carport::handlers {

namespace {

/// Whoever lets every client go must administer the house, not an organisation in it.
Asked<void> demandHouse(const Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) return allowed;
  if (call.who().organisation().empty()) return {};
  return refuse(replyDenied(fmt::format("{} may not administer this gateway", call.who().id), std::nullopt));
}

}  // namespace

Answer getDrain(Call& call) {
  if (const auto allowed = demandHouse(call); !allowed) co_return allowed.error();
  co_return replyOk(api::toJson(call.control.operations.drainState()));
}

Answer startDrain(Call& call) {
  if (const auto allowed = demandHouse(call); !allowed) co_return allowed.error();
  api::DrainWish wish;
  if (!call.request.body().empty()) {
    const auto json = call.json();
    if (!json) co_return json.error();
    auto read = api::fromJson<api::DrainWish>(*json);
    if (!read) co_return replyFailure(read.error());
    wish = std::move(*read);
  }
  if (const auto begun = call.control.operations.drain(wish); !begun) co_return replyFailure(begun.error());
  call.control.parts.log.as("operations").info("clients are let go", {{"by", call.who().id}});
  Reply reply = replyOk(api::toJson(call.control.operations.drainState()));
  reply.status = http::status::accepted;
  co_return reply;
}

Answer resumeGateway(Call& call) {
  if (const auto allowed = demandHouse(call); !allowed) co_return allowed.error();
  StartWork<void> start = [&call](std::function<void(Result<void>)> done) {
    call.control.operations.resume(std::move(done));
    return true;
  };
  auto answer = awaitAnswer<void>(call.control.port, std::move(start));
  const Result<void> resumed = co_await std::move(answer);
  if (!resumed) co_return replyFailure(resumed.error());
  call.control.parts.log.as("operations").info("clients are taken again", {{"by", call.who().id}});
  co_return replyOk(api::toJson(call.control.operations.drainState()));
}

}  // namespace carport::handlers
