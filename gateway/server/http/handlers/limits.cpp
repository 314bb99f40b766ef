#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/list_filters.h"
#include "gateway/server/http/page.h"
#include "gateway/server/http/unless_changed.h"

#include <memory>
#include <string>
#include <utility>

namespace carport::handlers {

namespace {

/// Administering limits: each organisation its own, the house its own, which are about everybody.
Asked<void> demandLimits(const Call& call) {
  return call.who().organisation().empty() ? call.demandHouse() : call.demandAdministration();
}

/// The limit that the path names: one of the caller's organisation.
Asked<api::Limit> existingLimit(const Call& call) {
  if (const auto allowed = demandLimits(call); !allowed) return refuse(allowed.error());
  const auto number = call.numberVariable("number");
  if (!number) return refuse(number.error());
  auto limit = call.registry().limitBook().find(call.who().organisation(), *number);
  if (!limit) return refuse(replyFailure(ErrorKind::notFound, fmt::format("There is no limit {}", *number)));
  return std::move(*limit);
}

/// Whom it names has to be there, and not be hidden from the caller: a limit about nobody would wait for whoever gets
/// that id one day.
Asked<void> checkNamed(const Call& call, const api::LimitTarget& whom) {
  using Kind = api::LimitTarget::Kind;
  bool isThere = true;
  if (whom.kind == Kind::principal || whom.kind == Kind::group) {
    const auto found = call.registry().find(whom.value);
    const bool isGroup = found && found->type == api::PrincipalType::group;
    isThere = found && call.sees(*found) && isGroup == (whom.kind == Kind::group);
  } else if (whom.kind == Kind::organisation) {
    isThere = call.registry().organisation(whom.value).has_value();
  }
  if (isThere) return {};
  return refuse(replyWrongField(
      "/whom", fmt::format("The field 'whom' names {}, but there is none", whom.toString().substr(0, 96))));
}

/// The limit in the body: of the caller's organisation, with the number of `existing`, where it takes the place of one.
Asked<api::Limit> readLimit(const Call& call, const api::Limit* existing) {
  auto json = call.json();
  if (!json) return refuse(json.error());
  const std::string own(call.who().organisation());
  if (existing != nullptr && json->is_object()) {
    nlohmann::json whole = api::toJson(*existing);
    whole.merge_patch(*json);
    *json = std::move(whole);
  } else if (json->is_object() && !own.empty() && !json->contains("organisation")) {
    (*json)["organisation"] = own;
  }
  auto limit = api::fromJson<api::Limit>(*json);
  if (!limit) return refuse(replyFailure(limit.error()));
  if (limit->organisation != own) {
    return refuse(replyWrongField("/organisation", "The field 'organisation' can only be your own"));
  }
  limit->number = existing == nullptr ? api::LimitNumber{} : existing->number;
  limit->revision.clear();
  if (const auto known = checkNamed(call, limit->whom); !known) return refuse(known.error());
  return std::move(*limit);
}

/// With how it stands now, which is no part of its revision.
nlohmann::json withFigures(const Call& call, const api::Limit& limit) {
  nlohmann::json json = withRevision(api::toJson(limit));
  const auto figures =
      call.registry().limitBook().figures(limit.organisation, limit.number.value, call.control.parts.clock.steadyNow());
  if (figures) json["figures"] = api::toJson(*figures);
  return json;
}

}  // namespace

Answer listLimits(Call& call) {
  if (const auto allowed = demandLimits(call); !allowed) co_return allowed.error();
  const auto page = readPage(call, 1);
  if (!page) co_return page.error();
  const auto measure = readWord<api::LimitMeasure>(
      call, "measure", "messagesPerSecond, bytesPerDay, connections, signInsPerMinute or commandsPerHour");
  if (!measure) co_return measure.error();
  const std::string part = call.parameter("q").value_or(std::string());
  const std::int64_t after = page->number(0).value_or(0);
  PageBuilder limits(page->limit);
  for (const api::Limit& limit : call.registry().limitBook().limits()) {
    if (limit.organisation != call.who().organisation() || limit.number.value <= after) continue;
    if (*measure && limit.measure != *measure) continue;
    if (!containsText(limit.note, part) && !containsText(limit.whom.toString(), part)) continue;
    if (!limits.add({std::to_string(limit.number.value)}, withFigures(call, limit))) break;
  }
  co_return limits.reply(call, "limits");
}

Answer addLimit(Call& call) {
  if (const auto allowed = demandLimits(call); !allowed) co_return allowed.error();
  auto limit = readLimit(call, nullptr);
  if (!limit) co_return limit.error();
  const auto added = std::make_shared<api::Limit>(std::move(*limit));
  DurableLog::RegistryChange change = [added](RegistryStore& store) -> Result<void> {
    auto stored = store.addLimit(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyCreated(withRevision(api::toJson(*added))) : replyFailure(done.error());
}

Answer getLimit(Call& call) {
  const auto limit = existingLimit(call);
  co_return limit ? replyThing(api::toJson(*limit), withFigures(call, *limit)) : limit.error();
}

Answer changeLimit(Call& call) {
  const auto existing = existingLimit(call);
  if (!existing) co_return existing.error();
  if (const auto same = demandRevision(call, api::toJson(*existing)); !same) co_return same.error();
  const auto limit = readLimit(call, &*existing);
  if (!limit) co_return limit.error();
  DurableLog::RegistryChange change = [changed = *limit](RegistryStore& store) { return store.updateLimit(changed); };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), *existing, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyThing(api::toJson(*limit)) : replyFailure(done.error());
}

Answer removeLimit(Call& call) {
  const auto existing = existingLimit(call);
  if (!existing) co_return existing.error();
  if (const auto same = demandRevision(call, api::toJson(*existing)); !same) co_return same.error();
  DurableLog::RegistryChange change = [organisation = existing->organisation, number = existing->number](
                                          RegistryStore& store) { return store.removeLimit(organisation, number); };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), *existing, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
