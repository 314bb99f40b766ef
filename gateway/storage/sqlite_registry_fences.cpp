#include "gateway/api/json_codec.h"
#include "gateway/storage/sqlite_registry_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace carport {

namespace {

tl::unexpected<Error> noFence(api::FenceNumber number) {
  return fail(StorageErrc::notFound, fmt::format("There is no fence {}", number.value));
}

std::string nameOf(api::FenceNumber number) {
  return fmt::format("fence {}", number.value);
}

/// As the audit log tells of it: the entry itself says which fence and when.
nlohmann::json toldOf(const api::Fence& fence) {
  return api::fenceWish(fence);
}

/// Whether the house, or an organisation, may have these as well.
Result<void> checkRoom(const FenceTable::Total& others, const api::Fence& fence) {
  if (others.fences >= api::kMaxFences) {
    return fail(StorageErrc::exists, fmt::format("There are {} fences already; remove some first", api::kMaxFences));
  }
  if (others.points + api::pointsOf(fence.shape) > api::kMaxFencePointsOfAll) {
    return fail(StorageErrc::exists, fmt::format("All fences together would have more than {} corners; remove some, or "
                                                 "make them simpler",
                                                 api::kMaxFencePointsOfAll));
  }
  return {};
}

}  // namespace

void SqliteRegistryStore::addFences(const std::set<std::int64_t>& rows, RegistryChanges& changes) {
  for (const std::int64_t row : rows) {
    if (auto fence = m_fences.find(row)) {
      changes.fences.push_back(*std::move(fence));
    } else {
      changes.removedFences.push_back(row);
    }
  }
}

Result<api::Fence> SqliteRegistryStore::addFence(api::Fence fence) {
  return change("fence.add", [&]() -> Result<api::Fence> {
    if (const auto fits = api::checkFence(fence); !fits) return failFrom(fits);
    if (!fence.organisation.empty() && !m_organisations.has(fence.organisation)) {
      return fail(StorageErrc::notFound, fmt::format("There is no organisation \"{}\"", fence.organisation));
    }
    if (const auto room = checkRoom(m_fences.totalOf(fence.organisation), fence); !room) return failFrom(room);
    fence.shape = api::onFenceGrid(std::move(fence.shape));
    fence.revision.clear();
    fence.createdAt = fence.changedAt = m_clock.now();
    fence.number = m_fences.insert(fence);
    m_audit.changed(act(), "fence.add", nameOf(fence.number), fence.organisation, nullptr, toldOf(fence));
    return fence;
  });
}

Result<api::Fence> SqliteRegistryStore::updateFence(api::Fence fence) {
  return change("fence.change", [&]() -> Result<api::Fence> {
    if (const auto fits = api::checkFence(fence); !fits) return failFrom(fits);
    const auto before = m_fences.find(fence.organisation, fence.number);
    if (!before) return noFence(fence.number);
    FenceRecord after = *before;
    after.fence.name = fence.name;
    after.fence.colour = fence.colour;
    after.fence.note = fence.note;
    after.fence.shape = api::onFenceGrid(std::move(fence.shape));
    if (after == *before) return before->fence;
    FenceTable::Total others = m_fences.totalOf(fence.organisation);
    others.points -= api::pointsOf(before->fence.shape);
    --others.fences;
    if (const auto room = checkRoom(others, after.fence); !room) return failFrom(room);
    after.fence.changedAt = m_clock.now();
    m_fences.update(after);
    m_audit.changed(act(), "fence.change", nameOf(fence.number), fence.organisation, toldOf(before->fence),
                    toldOf(after.fence));
    return after.fence;
  });
}

Result<void> SqliteRegistryStore::removeFence(const std::string& organisation, api::FenceNumber number) {
  return change("fence.remove", [&]() -> Result<void> {
    const auto before = m_fences.find(organisation, number);
    if (!before) return noFence(number);
    m_fences.remove(before->row);
    m_audit.changed(act(), "fence.remove", nameOf(number), organisation, toldOf(before->fence), nullptr);
    return {};
  });
}

}  // namespace carport
