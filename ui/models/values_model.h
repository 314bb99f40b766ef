#pragma once

#include "gateway/api/car_state.h"
#include "gateway/base/clock.h"

#include <QAbstractTableModel>
#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace carport::ui {

/// Columns of ValuesModel.
enum class ValueColumn : int { name, value, age };
inline constexpr int kValueColumns = 3;
enum ValueRole : int {
  kValueMetricRole = Qt::UserRole + 1,  ///< QString, the metric's own name; empty for attributes
  kValueOldRole,                        ///< bool: it came with an earlier message than the newest
};

/// The latest value of every metric and attribute of one car, with unit and age; well-known metrics first. Owner: the
/// car's presenter. GUI thread.
class ValuesModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  /// Most rows; a car that invents names must not fill the window.
  static constexpr std::size_t kMaxRows = 500;
  /// A value this much older than the newest message is marked as old.
  static constexpr Milliseconds kOldAfter{60'000};

  explicit ValuesModel(QObject* parent = nullptr);

  /// None: nothing is known. `now` is what ages are told against.
  void setState(const api::CarState* state, TimePoint now);
  /// Ages as of `now`.
  void setNow(TimePoint now);
  /// How many values did not fit.
  std::size_t hiddenRows() const { return m_hiddenRows; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Row {
    std::string key;
    QString name;
    QString value;
    TimePoint time{};
    bool isMetric = true;
  };
  std::vector<Row> rowsOf(const api::CarState& state) const;

  std::vector<Row> m_rows;
  TimePoint m_newest{};
  TimePoint m_now{};
  std::size_t m_hiddenRows = 0;
};

}  // namespace carport::ui
