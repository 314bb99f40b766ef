#include "gateway/api/metric_names.h"

#include "gateway/api/car_state.h"

#include <algorithm>
#include <mutex>

namespace carport {

namespace {
bool isAcceptable(std::string_view name) {
  return !name.empty() && name.size() <= MetricNames::kMaxNameBytes &&
         std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}
}  // namespace

MetricNames::MetricNames() {
  using namespace api::metric;
  for (const char* name : {kLatitude, kLongitude, kAltitude, kSpeed, kHeading}) intern(name);
}

bool MetricNames::hasBroughtTooMany(std::string_view organisation) const {
  std::shared_lock lock(m_mutex);
  const auto brought = m_brought.find(organisation);
  return brought != m_brought.end() && brought->second >= kMaxNamesOfOrganisation;
}

std::optional<MetricId> MetricNames::intern(std::string_view name, std::string_view organisation) {
  {
    std::shared_lock lock(m_mutex);
    if (const auto found = m_ids.find(name); found != m_ids.end()) return found->second;
  }
  if (!isAcceptable(name)) return std::nullopt;
  std::unique_lock lock(m_mutex);
  if (const auto found = m_ids.find(name); found != m_ids.end()) return found->second;
  if (m_names.size() >= kMaxNames) return std::nullopt;
  if (!organisation.empty()) {
    auto& brought = m_brought[std::string(organisation)];
    if (brought >= kMaxNamesOfOrganisation) return std::nullopt;
    ++brought;
  }
  m_names.emplace_back(name);
  const MetricId id{static_cast<std::uint32_t>(m_names.size())};
  m_ids.emplace(m_names.back(), id);
  return id;
}

std::string_view MetricNames::name(MetricId id) const {
  std::shared_lock lock(m_mutex);
  return id.value == 0 || id.value > m_names.size() ? std::string_view() : std::string_view(m_names[id.value - 1]);
}

}  // namespace carport
