#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/latest.h"
#include "gateway/base/clock.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace carport::ui {

/// The newest value of every metric of every car whose state was received, one column a metric: so that a table sorts
/// and filters 30,000 cars by any of them. Rows are those of CarStore. Owner: CarStore. GUI thread.
class CarMetrics {
 public:
  using Row = std::uint32_t;
  /// Most different metrics that are kept; further ones are left out, and isFull() says so.
  static constexpr std::size_t kMaxMetrics = 64;

  /// Makes room for so many cars and forgets everything.
  void clear(std::size_t rows);
  /// The same cars in other rows: `from` has the old row of each new one, -1 for a new car.
  void rearrange(const std::vector<std::int64_t>& from);
  /// Takes in the metrics of a state. True where a metric was met that there was no column for before.
  bool put(Row row, const api::CarState& state);
  /// Takes in what the gateway told of many cars at once; `rows` are those of its cars, -1 for one that is not among
  /// ours. A metric that a car does not have it has no longer; of a whole answer that goes for all others too. True
  /// where a metric was met that there was no column for before.
  bool put(std::span<const std::int64_t> rows, const api::FleetLatest& latest);
  /// Nothing is known of the car in this row any more.
  void forget(Row row);

  /// The names met so far, in the order of their columns.
  const QStringList& names() const { return m_names; }
  std::optional<std::size_t> columnOf(const QString& name) const;
  /// Values of a column, a row a car; NaN: unknown.
  std::span<const double> values(std::size_t column) const { return m_columns[column].values; }
  double value(std::size_t column, Row row) const { return m_columns[column].values[row]; }
  /// When a value is from.
  TimePoint time(std::size_t column, Row row) const { return fromMs(m_columns[column].timesMs[row]); }
  /// Whether the car's state was received at all.
  bool isKnown(Row row) const { return m_known[row]; }
  std::size_t knownRows() const { return m_knownRows; }
  bool isFull() const { return m_leftOut; }

 private:
  struct Column {
    std::vector<double> values;
    std::vector<std::int64_t> timesMs;
  };
  std::optional<std::size_t> columnFor(const std::string& name);

  QStringList m_names;
  QHash<QString, std::size_t> m_byName;
  std::vector<Column> m_columns;
  std::vector<bool> m_known;
  std::size_t m_knownRows = 0;
  bool m_leftOut = false;
};

}  // namespace carport::ui
