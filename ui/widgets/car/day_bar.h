#pragma once

#include "ui/models/day_timeline.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace carport::ui {

/// A day as a bar: driving, idling, parked and silent, with the hours below. Hovering tells, a click or Enter chooses a
/// moment, arrows move by five minutes. Owner: DayPanel. GUI thread.
class DayBar : public QWidget {
  Q_OBJECT

 public:
  explicit DayBar(QWidget* parent = nullptr);

  /// What is shown, and where the present is.
  void setDay(const TimeRange& day, std::vector<DaySpan> spans, TimePoint now);
  /// The moment of the past that the whole window shows, marked in the bar; none: the present.
  void setMoment(std::optional<TimePoint> moment);
  const std::optional<TimePoint>& moment() const { return m_moment; }
  const TimeRange& day() const { return m_day; }
  /// "Driving, 08:12 to 08:40 (28 min)"; empty where nothing is known.
  QString describe(TimePoint moment) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 signals:
  void momentChosen(carport::TimePoint moment);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  double xOf(TimePoint moment) const;
  TimePoint momentAt(double x) const;
  void paintHours(QPainter& painter) const;
  void paintMark(QPainter& painter, TimePoint moment, const QColor& colour) const;
  void setCursorMoment(TimePoint moment);

  TimeRange m_day;
  std::vector<DaySpan> m_spans;
  TimePoint m_now{};
  std::optional<TimePoint> m_moment;
  TimePoint m_cursor{};  ///< what the keyboard points at; the epoch: nothing yet
};

}  // namespace carport::ui
