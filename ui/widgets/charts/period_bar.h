#pragma once

#include "ui/models/plot_comparison.h"
#include "ui/models/time_navigator.h"

#include <QWidget>

#include <vector>

class QDateTimeEdit;
class QLabel;
class QToolButton;

namespace carport::ui {

/// Chooses the period of a plot: the newest quarter of an hour to the newest week, everything, or any two moments; and
/// says which one is shown and whether it is live. Owner: TimeChart.
class PeriodBar : public QWidget {
  Q_OBJECT

 public:
  explicit PeriodBar(QWidget* parent = nullptr);

  /// Shows what is shown now.
  void setShown(const TimeRange& range, bool live);
  void setCompact(bool compact);
  /// Whether the period can be compared with an earlier one; otherwise there is no button for it.
  void setComparable(bool comparable);
  void setComparison(const PlotComparison& comparison);
  /// Opens the list of what it can be compared with.
  void openComparison();

 signals:
  void lengthChosen(carport::Milliseconds length);
  void everythingChosen();
  void rangeChosen(const carport::ui::TimeRange& range);
  void comparisonChosen(const carport::ui::PlotComparison& comparison);
  /// Back to the right end, at the present length.
  void liveChosen();

 private:
  void addPeriods();
  void openCustom();
  void makeComparison();
  void refreshComparison();
  void openOtherDay();

  struct Period {
    Milliseconds length;
    QToolButton* button;
  };
  std::vector<Period> m_periods;
  QToolButton* m_all = nullptr;
  QToolButton* m_custom = nullptr;
  QToolButton* m_live = nullptr;
  QToolButton* m_compare = nullptr;
  QLabel* m_shown = nullptr;
  TimeRange m_range;
  PlotComparison m_comparison;
  bool m_compact = false;
};

}  // namespace carport::ui
