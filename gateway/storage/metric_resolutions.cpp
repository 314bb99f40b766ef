#include "gateway/storage/metric_resolutions.h"

#include "gateway/base/base_errc.h"
#include "gateway/storage/database.h"
#include "gateway/storage/sqlite_errors.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace carport {

Result<MetricResolutions> loadMetricResolutions(const std::filesystem::path& registryFile) {
  const auto registry = Database::open(registryFile, Database::Mode::readOnly);
  if (!registry) return failFrom(registry);
  return guarded((*registry)->name(), [&]() -> Result<MetricResolutions> {
    MetricResolutions resolutions;
    auto rows = (*registry)->query("SELECT metric, resolution FROM metric_resolution");
    while (rows.next()) {
      const std::string text = rows.text(1);
      double value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      if (std::isfinite(value) && value > 0) resolutions[rows.text(0)] = value;
    }
    return resolutions;
  });
}

Result<void> declareMetricResolution(const std::filesystem::path& registryFile, const std::string& metric,
                                     std::optional<double> resolution) {
  if (metric.empty() || (resolution && !(std::isfinite(*resolution) && *resolution > 0))) {
    return fail(BaseErrc::invalidArgument, "Name a metric, and a resolution above 0");
  }
  const auto registry = Database::open(registryFile, Database::Mode::create);
  if (!registry) return failFrom(registry);
  return guarded((*registry)->name(), [&]() -> Result<void> {
    if (resolution) {
      (*registry)
          ->query("INSERT OR REPLACE INTO metric_resolution(metric, resolution) VALUES (?, ?)")
          .bind(metric, fmt::format("{}", *resolution))
          .run();
    } else {
      (*registry)->query("DELETE FROM metric_resolution WHERE metric = ?").bind(metric).run();
    }
    return {};
  });
}

}  // namespace carport
