#include "ui/models/car_metrics.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace carport::ui {

namespace {
constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
}  // namespace

void CarMetrics::clear(std::size_t rows) {
  m_names.clear();
  m_byName.clear();
  m_columns.clear();
  m_known.assign(rows, false);
  m_knownRows = 0;
  m_leftOut = false;
}

void CarMetrics::rearrange(const std::vector<std::int64_t>& from) {
  const std::vector<bool> known = std::exchange(m_known, std::vector<bool>(from.size(), false));
  m_knownRows = 0;
  for (std::size_t row = 0; row < from.size(); ++row) {
    if (from[row] < 0 || !known[std::size_t(from[row])]) continue;
    m_known[row] = true;
    ++m_knownRows;
  }
  for (Column& column : m_columns) {
    Column fresh{std::vector<double>(from.size(), kNoValue), std::vector<std::int64_t>(from.size(), 0)};
    for (std::size_t row = 0; row < from.size(); ++row) {
      if (from[row] < 0) continue;
      fresh.values[row] = column.values[std::size_t(from[row])];
      fresh.timesMs[row] = column.timesMs[std::size_t(from[row])];
    }
    column = std::move(fresh);
  }
}

std::optional<std::size_t> CarMetrics::columnOf(const QString& name) const {
  const auto it = m_byName.constFind(name);
  return it == m_byName.cend() ? std::nullopt : std::optional(*it);
}

std::optional<std::size_t> CarMetrics::columnFor(const std::string& name) {
  const QString text = QString::fromStdString(name);
  if (const auto known = columnOf(text)) return known;
  if (m_columns.size() >= kMaxMetrics) {
    m_leftOut = true;
    return std::nullopt;
  }
  m_names.append(text);
  m_byName.insert(text, m_columns.size());
  m_columns.push_back({std::vector<double>(m_known.size(), kNoValue), std::vector<std::int64_t>(m_known.size(), 0)});
  return m_columns.size() - 1;
}

void CarMetrics::forget(Row row) {
  if (m_known[row]) --m_knownRows;
  m_known[row] = false;
  for (Column& column : m_columns) column.values[row] = kNoValue;
}

bool CarMetrics::put(Row row, const api::CarState& state) {
  const std::size_t before = m_columns.size();
  // A state is whole: what is not in it the car does not have, or at an earlier moment did not have yet.
  forget(row);
  ++m_knownRows;
  m_known[row] = true;
  for (const auto& [name, latest] : state.metrics) {
    const auto column = columnFor(name);
    if (!column) continue;
    m_columns[*column].values[row] = latest.value;
    m_columns[*column].timesMs[row] = toMs(latest.time);
  }
  return m_columns.size() > before;
}

bool CarMetrics::put(std::span<const std::int64_t> rows, const api::FleetLatest& latest) {
  const std::size_t before = m_columns.size();
  for (const std::int64_t row : rows) {
    if (!latest.isWhole || row < 0) continue;
    forget(Row(row));
    ++m_knownRows;
    m_known[std::size_t(row)] = true;
  }
  for (const api::FleetLatest::Column& one : latest.columns) {
    const auto place = columnFor(one.metric);
    if (!place) continue;
    Column& column = m_columns[*place];
    for (std::size_t n = 0; n < rows.size(); ++n) {
      if (rows[n] < 0) continue;
      column.values[std::size_t(rows[n])] = one.values[n];
      column.timesMs[std::size_t(rows[n])] = one.timesMs[n];
    }
  }
  return m_columns.size() > before;
}

}  // namespace carport::ui
