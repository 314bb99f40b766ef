#pragma once

#include "ui/models/time_range.h"

#include <QWidget>

#include <vector>

namespace carport::ui {

/// A day as a bar: when a car was connected and when not. Hovering tells, the arrows go from one stretch to the next.
/// Owner: ConnectionsPanel. GUI thread.
class ConnectionBar : public QWidget {
  Q_OBJECT

 public:
  explicit ConnectionBar(QWidget* parent = nullptr);

  /// `spans`: when it was connected, in order; what lies behind `now` is not known yet.
  void setDay(const TimeRange& day, std::vector<TimeRange> spans, TimePoint now);
  /// "Connected, 08:12 to 08:40 (28 min)", "Not connected, …"; empty where it is not known.
  QString describe(TimePoint moment) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Stretch {
    TimeRange range;
    bool isConnected = false;
  };

  double xOf(TimePoint moment) const;
  const Stretch* stretchAt(TimePoint moment) const;
  QString describe(const Stretch& stretch) const;
  void point(int stretch);

  TimeRange m_day;
  std::vector<Stretch> m_stretches;
  int m_pointed = -1;  // where the keyboard is
};

}  // namespace carport::ui
