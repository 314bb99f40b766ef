#include "gateway/api/json_codec.h"
#include "gateway/domain/act.h"
#include "gateway/server/http/handlers/handlers.h"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>

namespace carport::handlers {

namespace {

/// Into the audit log. Not waited for: letting clients go must work where the disk does not.
void enterAct(const Call& call, std::string action, const nlohmann::json& wish = {}) {
  const ControlParts& parts = call.control.parts;
  auto entry = entryOf(call.act(), std::move(action));
  entry.time = call.now();
  if (!wish.is_null()) entry.after = api::toText(wish);
  const auto write = [entry](RegistryStore& store) { return store.enter({&entry, 1}); };
  if (!parts.durableLog.changeRegistry(write, {})) {
    parts.log.as("operations")
        .warning("the audit log does not have it: the storage is too busy",
                 {{"action", entry.action}, {"by", entry.who}});
  }
}

}  // namespace

Answer getDrain(Call& call) {
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  co_return replyOk(api::toJson(call.control.operations.drainState()));
}

Answer startDrain(Call& call) {
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  api::DrainWish wish;
  if (!call.request.body().empty()) {
    const auto json = call.json();
    if (!json) co_return json.error();
    auto read = api::fromJson<api::DrainWish>(*json);
    if (!read) co_return replyFailure(read.error());
    wish = std::move(*read);
  }
  if (const auto begun = call.control.operations.drain(wish); !begun) co_return replyFailure(begun.error());
  enterAct(call, "gateway.drain", {{"seconds", wish.seconds}, {"thenEnd", wish.thenEnd}, {"server", wish.server}});
  Reply reply = replyOk(api::toJson(call.control.operations.drainState()));
  reply.status = http::status::accepted;
  co_return reply;
}

Answer resumeGateway(Call& call) {
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  StartWork<void> start = [&call](std::function<void(Result<void>)> done) {
    call.control.operations.resume(std::move(done));
    return true;
  };
  auto answer = awaitAnswer<void>(call.control.port, std::move(start));
  const Result<void> resumed = co_await std::move(answer);
  if (!resumed) co_return replyFailure(resumed.error());
  enterAct(call, "gateway.resume");
  co_return replyOk(api::toJson(call.control.operations.drainState()));
}

}  // namespace carport::handlers
