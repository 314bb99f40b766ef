#include "gateway/api/fence.h"
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

/// A fence may have 30 kB: pages are smaller than those of other lists, and end early where their fences are large.
constexpr PageSize kFencePage{100, 1'000};
constexpr std::size_t kMaxPagePoints = 20'000;

/// Fences are the organisation's, and of no car: whoever may view anything in it sees them.
Asked<void> demandFences(const Call& call) {
  if (call.registry().rules()->mayAllowAnything(call.who(), api::Action::view, call.now())) return {};
  return refuse(
      replyDenied(fmt::format("{} may not view fences: no rule lets {} view anything else; ask an administrator",
                              call.who().id, call.who().id),
                  std::nullopt));
}

/// The fence that the path names: one of the caller's organisation.
Asked<FenceBook::Pointer> ownFence(const Call& call) {
  const auto number = call.numberVariable("number");
  if (!number) return refuse(number.error());
  auto fence = call.registry().fence(call.who().organisation(), api::FenceNumber{*number});
  if (!fence) return refuse(replyFailure(ErrorKind::notFound, fmt::format("There is no fence {}", *number)));
  return fence;
}

/// The same for somebody who changes it from the state that If-Match names.
Asked<FenceBook::Pointer> fenceToChange(const Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) return refuse(allowed.error());
  auto fence = ownFence(call);
  if (!fence) return fence;
  if (const auto same = demandRevision(call, api::toJson((*fence)->fence)); !same) return refuse(same.error());
  return fence;
}

/// The fence in the body, of the caller's organisation.
Asked<api::Fence> readFence(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  api::FieldReader fields(*json);
  fields.noOthers({"name", "colour", "note", "geometry"});
  if (const auto known = fields.finish(); !known) return refuse(replyFailure(known.error()));
  auto fence = api::fromJson<api::Fence>(*json);
  if (!fence) return refuse(replyFailure(fence.error()));
  fence->organisation = call.who().organisation();
  return std::move(*fence);
}

}  // namespace

Answer listFences(Call& call) {
  if (const auto allowed = demandFences(call); !allowed) co_return allowed.error();
  const auto page = readPage(call, 1, kFencePage);
  if (!page) co_return page.error();
  const std::string part = call.parameter("q").value_or(std::string());
  const std::int64_t after = page->number(0).value_or(0);
  nlohmann::json fences = nlohmann::json::array();
  std::optional<std::vector<std::string>> last;
  std::size_t points = 0;
  bool goesOn = false;
  for (const FenceBook::Pointer& record : call.registry().fences(call.who().organisation())) {
    const api::Fence& fence = record->fence;
    if (fence.number.value <= after) continue;
    if (!containsText(fence.name, part) && !containsText(fence.note, part)) continue;
    points += api::pointsOf(fence.shape);
    goesOn = fences.size() >= page->limit || (points > kMaxPagePoints && !fences.empty());
    if (goesOn) break;
    fences.push_back(withRevision(api::toJson(fence)));
    last = {std::to_string(fence.number.value)};
  }
  co_return replyPage(call, "fences", std::move(fences), goesOn ? last : std::nullopt);
}

Answer addFence(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  auto fence = readFence(call);
  if (!fence) co_return fence.error();
  const auto added = std::make_shared<api::Fence>(std::move(*fence));
  DurableLog::RegistryChange change = [added](RegistryStore& store) -> Result<void> {
    auto stored = store.addFence(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyCreated(withRevision(api::toJson(*added))) : replyFailure(done.error());
}

Answer getFence(Call& call) {
  if (const auto allowed = demandFences(call); !allowed) co_return allowed.error();
  const auto fence = ownFence(call);
  co_return fence ? replyThing(api::toJson((*fence)->fence)) : fence.error();
}

Answer replaceFence(Call& call) {
  const auto existing = fenceToChange(call);
  if (!existing) co_return existing.error();
  auto fence = readFence(call);
  if (!fence) co_return fence.error();
  fence->number = (*existing)->fence.number;
  const auto changed = std::make_shared<api::Fence>(std::move(*fence));
  DurableLog::RegistryChange change = [changed](RegistryStore& store) -> Result<void> {
    auto stored = store.updateFence(*changed);
    if (!stored) return failFrom(stored);
    *changed = std::move(*stored);
    return {};
  };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), **existing, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyThing(api::toJson(*changed)) : replyFailure(done.error());
}

Answer removeFence(Call& call) {
  const auto existing = fenceToChange(call);
  if (!existing) co_return existing.error();
  const api::Fence& fence = (*existing)->fence;
  DurableLog::RegistryChange change = [organisation = fence.organisation, number = fence.number](RegistryStore& store) {
    return store.removeFence(organisation, number);
  };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), **existing, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
