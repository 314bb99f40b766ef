#include "gateway/server/operations/metric_families.h"

#include <prometheus/text_serializer.h>

#include <cstddef>
#include <limits>
#include <utility>

namespace carport {

using prometheus::ClientMetric;
using prometheus::MetricType;

void MetricFamilies::begin(MetricType type, std::string_view name, std::string_view help) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  m_families.push_back(std::move(family));
}

void MetricFamilies::beginGauges(std::string_view name, std::string_view help) {
  begin(MetricType::Gauge, name, help);
}

void MetricFamilies::beginCounters(std::string_view name, std::string_view help) {
  begin(MetricType::Counter, name, help);
}

void MetricFamilies::gauge(std::string_view name, std::string_view help, double value) {
  beginGauges(name, help);
  add({}, value);
}

void MetricFamilies::counter(std::string_view name, std::string_view help, double value) {
  beginCounters(name, help);
  add({}, value);
}

void MetricFamilies::add(std::initializer_list<Label> labels, double value) {
  auto& family = m_families.back();
  ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({std::string(name), std::string(text)});
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  family.metric.push_back(std::move(metric));
}

void MetricFamilies::histogram(std::string_view name, std::string_view help, const DurationHistogram& durations) {
  begin(MetricType::Histogram, name, help);
  ClientMetric metric;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < durations.counts().size(); ++i) {
    sum += durations.counts()[i];
    const bool isLast = i == DurationHistogram::kBounds.size();
    metric.histogram.bucket.push_back(
        {sum, isLast ? std::numeric_limits<double>::infinity() : DurationHistogram::kBounds[i]});
  }
  metric.histogram.sample_count = sum;
  metric.histogram.sample_sum = durations.sumSeconds();
  m_families.back().metric.push_back(std::move(metric));
}

std::string MetricFamilies::text() const {
  const prometheus::TextSerializer serializer;
  return static_cast<const prometheus::Serializer&>(serializer).Serialize(m_families);
}

}  // namespace carport
