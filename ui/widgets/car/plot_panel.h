#pragma once

#include <QWidget>

class QHBoxLayout;

namespace carport::ui {

class CarPresenter;
class MetricPicker;
class TimeChart;

/// Plots of any metrics of the car over any period. Owner: CarPage.
class PlotPanel : public QWidget {
  Q_OBJECT

 public:
  explicit PlotPanel(CarPresenter& presenter, QWidget* parent = nullptr);

  void setCompact(bool compact);
  TimeChart& chart() { return *m_chart; }

 private:
  void refresh();
  void refreshMetrics();
  void onMessageAction();

  CarPresenter& m_presenter;
  TimeChart* m_chart = nullptr;
  MetricPicker* m_picker = nullptr;
};

}  // namespace carport::ui
