#pragma once

#include "gateway/base/clock.h"
#include "ui/models/plot_comparison.h"
#include "ui/models/plot_notes.h"
#include "ui/models/time_navigator.h"
#include "ui/widgets/charts/chart_series.h"

#include <QPointer>
#include <QString>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QFrame;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace carport::ui {

class ChartLegend;
class PeriodBar;
class PlotView;

/// Plots of several metrics one above the other, over one period: drag to move, wheel to zoom at the pointer, a live
/// right end, one crosshair with values through all of them, presets for the period, notes; says what is missing and
/// what to do where there is nothing to draw. Asks for data by viewChanged() and draws what setPlots() gives it. Styled
/// by the theme of its palette. GUI thread.
class TimeChart : public QWidget {
  Q_OBJECT

 public:
  /// Where there is nothing to draw.
  struct Message {
    QString text;
    QString action;  ///< word on a button; empty: none
  };
  using Plot = std::vector<ChartSeries>;

  explicit TimeChart(QWidget* parent = nullptr);

  /// What time it is; the computer's clock unless another is given.
  void setNow(std::function<TimePoint()> now);
  /// Plots from top to bottom; at least one is shown.
  void setPlots(std::vector<Plot> plots);
  /// One plot.
  void setSeries(Plot series) { setPlots({std::move(series)}); }
  /// Whether the legends let lines be hidden, coloured, added and taken away; see the signals.
  void setEditable(bool editable);
  /// A thin sign that more is on its way; what is there stays.
  void setLoading(bool loading);
  /// Takes the place of the lines while they have no points; empty text for none.
  void setMessage(const Message& message);
  void setCompact(bool compact);
  /// Whether an earlier period can be asked for, to be laid over the one that is seen; see comparisonChosen().
  void setComparable(bool comparable);
  /// What the bar says that it is compared with; the lines come by setPlots().
  void setComparison(const PlotComparison& comparison);
  /// Notes to be shown and written, those of `carId`; null for none. Lives longer than the chart, or is taken back.
  void setNotes(PlotNotes* notes, const QString& carId);
  bool hasNotes() const { return m_notes && !m_carId.isEmpty(); }
  /// Whether its menu offers to show a moment on the map; see mapRequested().
  void setLeadsToMap(bool leads) { m_leadsToMap = leads; }
  /// Opens the card for a new note.
  void writeNote(const TimeRange& stretch, const QPoint& globalPosition);

  void showLive(Milliseconds length);
  void showRange(const TimeRange& range);
  TimeRange range() const { return m_navigator.range(m_now()); }
  bool isLive() const { return m_navigator.isLive(); }
  /// A moment set from outside, as by a time machine: a line through every plot; none takes it away. Where it is out of
  /// sight the view comes to it, and back to the present when it goes. Zooming and panning leave it where it is.
  void setMoment(std::optional<TimePoint> moment);
  /// A stretch of time set from outside, shaded in every plot; none takes it away.
  void setMarkedRange(std::optional<TimeRange> range);
  int plotWidth() const;
  PlotView& plot(std::size_t index = 0) { return *m_rows[index].view; }
  ChartLegend& legend(std::size_t index = 0) { return *m_rows[index].legend; }
  std::size_t plotCount() const { return m_rows.size(); }

 signals:
  /// Another range or width is to be seen; also as time goes on while live.
  void viewChanged(const carport::ui::TimeRange& range, int pixelWidth);
  /// The person wants everything that is stored.
  void everythingRequested();
  /// The moment under the pointer, as it moves over a plot.
  void cursorMoved(carport::TimePoint time);
  /// The pointer is over no plot any longer.
  void cursorLeft();
  void comparisonChosen(const carport::ui::PlotComparison& comparison);
  /// This moment is wanted on the map.
  void mapRequested(carport::TimePoint time);
  /// The button of the message was pressed.
  void messageAction();

  void seriesToggled(std::size_t plot, std::size_t series);
  void colourChosen(std::size_t plot, std::size_t series, std::size_t colour);
  void seriesRemoveRequested(std::size_t plot, std::size_t series);
  void addRequested(std::size_t plot, const QPoint& globalPosition);
  void plotRemoveRequested(std::size_t plot);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  struct Row {
    ChartLegend* legend;
    PlotView* view;
    Plot series;
  };

  void connectPeriods();
  void addRow();
  void removeLastRow();
  void connectView(PlotView& view);
  void connectLegend(std::size_t index);
  void apply();
  void applySoon();
  void alignPlots();
  void setCrosshair(std::optional<TimePoint> time);
  void updateLegends();
  void updateNotes();
  void openMenu(const TimeRange& stretch, const QPoint& globalPosition);
  void placeOverlays();
  bool hasPoints() const;
  void updateOverlay();

  std::function<TimePoint()> m_now;
  TimeNavigator m_navigator;
  Milliseconds m_presetLength;
  std::vector<Row> m_rows;
  QPointer<PlotNotes> m_notes;
  QString m_carId;
  std::optional<TimePoint> m_crosshair;
  std::optional<TimePoint> m_moment;
  std::optional<TimeRange> m_markedRange;
  bool m_isBroughtToMoment = false;  ///< the view left the present for m_moment
  bool m_isEditable = false;
  bool m_isCompact = false;
  bool m_leadsToMap = false;
  PeriodBar* m_periods = nullptr;
  QVBoxLayout* m_plots = nullptr;
  QWidget* m_overlay = nullptr;
  QLabel* m_message = nullptr;
  QPushButton* m_action = nullptr;
  QFrame* m_loading = nullptr;
  QTimer m_tick;
  QTimer m_soon;  ///< all that the hand does within a frame is shown by one
};

}  // namespace carport::ui
