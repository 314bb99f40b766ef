#include "gateway/domain/retention.h"

#include "gateway/domain/domain_errc.h"
#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/handlers/handlers.h"

#include <memory>

namespace carport::handlers {

Answer getRetention(Call& call) {
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  const auto retention = call.control.parts.registryStore.retention();
  co_return retention ? replyOk(api::toJson(*retention)) : replyFailure(retention.error());
}

Answer setRetention(Call& call) {
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  auto wanted = api::fromJson<api::Retention>(*json);
  if (!wanted) co_return replyFailure(wanted.error());
  if (const auto fine = checkRetention(*wanted); !fine) co_return replyFailure(fine.error());
  for (const api::RetentionPolicy& policy : wanted->policies) {
    if (!policy.group) continue;
    const auto group = call.registry().find(*policy.group);
    if (group && group->type == api::PrincipalType::group) continue;
    co_return replyFailure(ErrorKind::invalid, fmt::format("The policy '{}' names the group '{}', which does not exist",
                                                           policy.name, *policy.group));
  }
  const auto seen = call.control.parts.registryStore.retention();
  if (!seen) co_return replyFailure(seen.error());
  if (const auto same = demandRevision(call, api::toJson(*seen)); !same) co_return same.error();
  struct Changed {
    api::Retention seen, before, after;
  };
  const auto changed = std::make_shared<Changed>(Changed{*seen, {}, std::move(*wanted)});
  DurableLog::RegistryChange change = [changed, who = call.who().id, now = call.now()](RegistryStore& store) {
    auto before = store.retention();
    if (!before) return Result<void>(failFrom(before));
    changed->before = std::move(*before);
    if (changed->before != changed->seen) return Result<void>(fail(DomainErrc::changed));
    changed->after = signedBy(std::move(changed->after), changed->before, who, now);
    return store.setRetention(changed->after);
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return replyFailure(done.error());
  for (const std::string& what : describeChanges(changed->before, changed->after)) {
    call.control.parts.log.as("retention").info(what, {{"by", call.who().id}});
  }
  co_return replyOk(api::toJson(changed->after));
}

}  // namespace carport::handlers
