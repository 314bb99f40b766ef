#include "gateway/storage/sample_window.h"

#include <algorithm>
#include <tuple>

namespace carport {

SampleWindow::SampleWindow(PrincipalNumber car, TimePoint from, TimePoint to, std::size_t maxRows, MetricNames& names)
    : m_car(car), m_from(from), m_end(to), m_maxRows(maxRows), m_names(names) {}

Result<void> SampleWindow::addFrom(DayFile& file) {
  ++m_files;
  Result<void> done;
  auto entries = file.entriesOf(m_car, m_from, m_end);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const BlockEntry& a, const BlockEntry& b) { return a.span.from < b.span.from; });
  for (const BlockEntry& entry : entries) {
    if (entry.span.from >= m_end) break;  // the entries are in order of their first time
    file.withData(entry, [&](std::span<const std::byte> data) {
      if (data.empty()) return;  // retention has left roll-ups alone
      auto added = addBlock(data, entry);
      if (done) done = std::move(added);
    });
    if (m_places.size() > 2 * m_maxRows) trim();
  }
  trim();
  return done;
}

Result<void> SampleWindow::addBlock(std::span<const std::byte> data, const BlockEntry& entry) {
  const auto decoder = BlockDecoder::open(data);
  if (!decoder) return failFrom(decoder);
  const auto times = decoder->times(entry.span.rows);
  if (!times) return failFrom(times);
  const auto first = std::lower_bound(times->begin(), times->end(), m_from);
  const auto end = std::lower_bound(first, times->end(), m_end);
  const RowRange rows{entry.span.rows.first + static_cast<std::uint32_t>(first - times->begin()),
                      static_cast<std::uint32_t>(end - first)};
  const std::size_t before = m_samples.size();
  if (auto done = decoder->appendRows(rows, m_names, m_samples); !done) return done;
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    const auto& row = m_samples.rows()[before + i];
    m_places.push_back({row.time, m_files, entry.newest, i, row});
  }
  return {};
}

void SampleWindow::trim() {
  std::sort(m_places.begin(), m_places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.time, a.file, a.block, a.index) < std::tie(b.time, b.file, b.block, b.index);
  });
  if (m_places.size() <= m_maxRows) return;
  // The window ends at a time, not between rows of the same time; and it must get somewhere.
  const auto isBefore = [](const Place& place, TimePoint time) { return place.time < time; };
  auto cut = std::lower_bound(m_places.begin(), m_places.end(), m_places[m_maxRows].time, isBefore);
  if (cut == m_places.begin()) {
    cut = std::lower_bound(m_places.begin(), m_places.end(), m_places.front().time + Milliseconds(1), isBefore);
  }
  if (cut == m_places.end()) {
    m_maxRows = 2 * m_places.size();
    return;
  }
  m_end = cut->time;
  keepOnly(static_cast<std::size_t>(cut - m_places.begin()));
}

void SampleWindow::keepOnly(std::size_t count) {
  m_places.resize(count);
  SampleBatch kept;
  for (Place& place : m_places) {
    kept.beginRow(place.row.car, place.row.time, place.row.arrival);
    for (const auto& value : m_samples.metrics(place.row)) kept.addMetric(value.metric, value.value);
    for (const auto& attribute : m_samples.attributes(place.row)) kept.addAttribute(attribute.name, attribute.value);
    place.row = kept.rows().back();
  }
  m_samples = std::move(kept);
}

bool SampleWindow::visit(const SampleVisitor& visit) const {
  return std::all_of(m_places.begin(), m_places.end(), [&](const Place& place) { return visit(m_samples, place.row); });
}

}  // namespace carport
