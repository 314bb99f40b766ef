#pragma once

#include "gateway/base/duration_histogram.h"

#include <prometheus/metric_family.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Puts Prometheus' metric families together: names, helps, types and values. Made anew for each scrape; one thread.
class MetricFamilies {
 public:
  struct Label {
    std::string_view name;
    std::string_view value;
  };

  /// One without labels.
  void gauge(std::string_view name, std::string_view help, double value);
  void counter(std::string_view name, std::string_view help, double value);
  void histogram(std::string_view name, std::string_view help, const DurationHistogram& durations);

  /// One with labels: add() its values next.
  void beginGauges(std::string_view name, std::string_view help);
  void beginCounters(std::string_view name, std::string_view help);
  void add(std::initializer_list<Label> labels, double value);

  /// The text format, version 0.0.4.
  std::string text() const;

 private:
  void begin(prometheus::MetricType type, std::string_view name, std::string_view help);

  std::vector<prometheus::MetricFamily> m_families;
};

}  // namespace carport
