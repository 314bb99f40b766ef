#pragma once

#include "ui/models/time_machine_overview.h"
#include "ui/models/time_navigator.h"

#include <QWidget>

#include <functional>
#include <optional>

class QPainter;

namespace carport::ui {

class TimeMachine;
struct Theme;

/// The slider of the time machine: a stretch of time with a histogram of the messages, the events, and a handle at the
/// moment that is shown; its right end is the present while that is in sight. Drag the handle, or press anywhere, to go
/// there; the wheel zooms at the pointer, with Shift or sideways it pans. By keyboard as well, see keyPressEvent().
/// Owner: TimeBar; machine and overview outlive it. GUI thread.
class TimeTrack : public QWidget {
  Q_OBJECT

 public:
  TimeTrack(TimeMachine& machine, TimeMachineOverview& overview, QWidget* parent = nullptr);

  TimeRange view() const;
  /// So much of the past up to the present.
  void showLive(Milliseconds length);
  /// Moves along with the present, where that is in sight.
  void followPresent();
  /// Without a connection the present is marked as one that is not live.
  void setConnected(bool connected);
  /// Makes the moment that is shown visible.
  void followMoment();
  double xOf(TimePoint time) const;
  TimePoint timeAt(double x) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 signals:
  /// What the pointer or the keyboard is at, in words.
  void viewChanged();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  /// Left and right step, with Ctrl to the previous and next event, with Shift ten steps; up and down change the speed;
  /// Space plays; Home goes to the left end, End to the present; plus and minus zoom.
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void apply();
  void dragTo(double x, bool ends);
  QRectF bed() const;
  void paintBars(QPainter& painter, const Theme& theme) const;
  void paintTicks(QPainter& painter, const Theme& theme) const;
  void paintEvents(QPainter& painter, const Theme& theme) const;
  void paintHandle(QPainter& painter, const Theme& theme) const;
  void paintMessage(QPainter& painter, const Theme& theme) const;
  void tellAccessibility();
  QString toolTipAt(TimePoint time) const;
  bool runKey(int key, Qt::KeyboardModifiers modifiers);

  TimeMachine& m_machine;
  TimeMachineOverview& m_overview;
  TimeNavigator m_navigator;
  std::optional<double> m_hover;
  bool m_dragging = false;
  bool m_isConnected = false;
};

/// A day's hour, or day, in as few words as the step between marks allows.
QString timeMark(TimePoint time, Milliseconds step);

}  // namespace carport::ui
