#pragma once

#include "gateway/base/clock.h"
#include "ui/models/time_navigator.h"
#include "ui/widgets/charts/chart_series.h"

#include <QString>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QFrame;

namespace carport::ui {

class ChartLegend;
class PeriodBar;
class PlotView;

/// Several metrics over one period: drag to move, wheel to zoom at the pointer, a live right end, a crosshair with
/// values, presets for the period; says what is missing and what to do where there is nothing to draw. Asks for data by
/// viewChanged() and draws what setSeries() gives it. Styled by the theme of its palette. GUI thread.
class TimeChart : public QWidget {
  Q_OBJECT

 public:
  /// Where there is nothing to draw.
  struct Message {
    QString text;
    QString action;  ///< word on a button; empty: none
  };

  explicit TimeChart(QWidget* parent = nullptr);

  /// What time it is; the computer's clock unless another is given.
  void setNow(std::function<TimePoint()> now);
  void setSeries(std::vector<ChartSeries> series);
  /// A thin sign that more is on its way; what is there stays.
  void setLoading(bool loading);
  /// Takes the place of the lines while they have no points; empty text for none.
  void setMessage(const Message& message);
  void setCompact(bool compact);

  void showLive(Milliseconds length);
  void showRange(const TimeRange& range);
  TimeRange range() const { return m_navigator.range(m_now()); }
  bool isLive() const { return m_navigator.isLive(); }
  /// A moment set from outside, as by a time machine: a line through every plot; none takes it away. Stays where it is
  /// when the person zooms or pans.
  void setMoment(std::optional<TimePoint> moment);
  /// A stretch of time set from outside, shaded in every plot; none takes it away.
  void setMarkedRange(std::optional<TimeRange> range);
  int plotWidth() const;
  PlotView& plot() { return *m_plot; }

 signals:
  /// Another range or width is to be seen; also as time goes on while live.
  void viewChanged(const carport::ui::TimeRange& range, int pixelWidth);
  /// The person wants everything that is stored.
  void everythingRequested();
  /// The moment under the pointer, as it moves over a plot.
  void cursorMoved(carport::TimePoint time);
  /// The pointer is over no plot any longer.
  void cursorLeft();
  /// The button of the message was pressed.
  void messageAction();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void connectParts();
  void apply();
  void updateLegend();
  void placeOverlays();
  bool hasPoints() const;
  void updateOverlay();

  std::function<TimePoint()> m_now;
  TimeNavigator m_navigator;
  Milliseconds m_presetLength;
  std::vector<ChartSeries> m_series;
  PeriodBar* m_periods = nullptr;
  ChartLegend* m_legend = nullptr;
  PlotView* m_plot = nullptr;
  QWidget* m_overlay = nullptr;
  QLabel* m_message = nullptr;
  QPushButton* m_action = nullptr;
  QFrame* m_loading = nullptr;
  QTimer m_tick;
};

}  // namespace carport::ui
