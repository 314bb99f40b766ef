#include "gateway/storage/latest_samples.h"

#include <algorithm>
#include <utility>

namespace carport {

void LatestSamples::fold(const SampleBatch& batch, const SampleBatch::Row& row, bool older) {
  auto [found, isNew] = m_entries.try_emplace(row.car);
  Entry& entry = found->second;
  const auto known = std::pair(entry.time, entry.arrival);
  const auto offered = std::pair(row.time, row.arrival);
  if (!isNew && (offered < known || (older && offered == known))) return;
  const auto metrics = batch.metrics(row);
  const auto attributes = batch.attributes(row);
  entry.time = row.time;
  entry.arrival = row.arrival;
  entry.metrics.assign(metrics.begin(), metrics.end());
  entry.attributes.assign(attributes.begin(), attributes.end());
}

bool LatestSamples::couldBeNewest(PrincipalNumber car, TimePoint time) const {
  const auto found = m_entries.find(car);
  return found == m_entries.end() || time >= found->second.time;
}

SampleBatch LatestSamples::toBatch() const {
  std::vector<std::pair<PrincipalNumber, const Entry*>> sorted;
  sorted.reserve(m_entries.size());
  for (const auto& [car, entry] : m_entries) sorted.emplace_back(car, &entry);
  std::sort(sorted.begin(), sorted.end());
  SampleBatch batch;
  for (const auto& [car, entry] : sorted) {
    batch.beginRow(car, entry->time, entry->arrival);
    for (const auto& value : entry->metrics) batch.addMetric(value.metric, value.value);
    for (const auto& attribute : entry->attributes) batch.addAttribute(attribute.name, attribute.value);
  }
  return batch;
}

}  // namespace carport
