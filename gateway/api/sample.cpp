#include "gateway/api/sample.h"

namespace carport {

void SampleBatch::beginRow(PrincipalNumber car, TimePoint time, TimePoint arrival) {
  m_rows.push_back({car, time, arrival, static_cast<std::uint32_t>(m_metrics.size()), 0,
                    static_cast<std::uint32_t>(m_attributes.size()), 0});
}

void SampleBatch::addMetric(MetricId metric, double value) {
  m_metrics.push_back({metric, value});
  ++m_rows.back().metricCount;
}

void SampleBatch::addAttribute(MetricId name, api::AttributeValue value) {
  m_attributes.push_back({name, std::move(value)});
  ++m_rows.back().attributeCount;
}

void SampleBatch::dropRow() {
  m_metrics.resize(m_rows.back().firstMetric);
  m_attributes.resize(m_rows.back().firstAttribute);
  m_rows.pop_back();
}

void SampleBatch::append(const SampleBatch& other) {
  const auto metricShift = static_cast<std::uint32_t>(m_metrics.size());
  const auto attributeShift = static_cast<std::uint32_t>(m_attributes.size());
  for (Row row : other.m_rows) {
    row.firstMetric += metricShift;
    row.firstAttribute += attributeShift;
    m_rows.push_back(row);
  }
  m_metrics.insert(m_metrics.end(), other.m_metrics.begin(), other.m_metrics.end());
  m_attributes.insert(m_attributes.end(), other.m_attributes.begin(), other.m_attributes.end());
}

void SampleBatch::reserveAs(const SampleBatch& other) {
  m_rows.reserve(other.m_rows.size());
  m_metrics.reserve(other.m_metrics.size());
  m_attributes.reserve(other.m_attributes.size());
}

void SampleBatch::clear() {
  m_rows.clear();
  m_metrics.clear();
  m_attributes.clear();
}

std::span<const MetricValue> SampleBatch::metrics(const Row& row) const {
  return std::span(m_metrics).subspan(row.firstMetric, row.metricCount);
}

std::span<const NamedAttribute> SampleBatch::attributes(const Row& row) const {
  return std::span(m_attributes).subspan(row.firstAttribute, row.attributeCount);
}

}  // namespace carport
