#pragma once

#include "gateway/base/strong_id.h"
#include "ui/models/time_range.h"
#include "ui/widgets/map/map_view.h"

#include <QWidget>

#include <optional>

class QLabel;

namespace carport::ui {

class MomentMark;
class MomentTrack;

/// A small map beside the plots: the way that the car went in the period that they show, and where it was at their
/// cursor. Owner: CarPage; lives shorter than the track. GUI thread.
class WherePanel : public QWidget {
  Q_OBJECT

 public:
  explicit WherePanel(MomentTrack& track, QWidget* parent = nullptr);

  /// The period of the plots.
  void setPeriod(const TimeRange& period);
  /// What the cursor is at; none: the end of the way.
  void setCursor(std::optional<TimePoint> time);
  MapView& view() { return *m_view; }
  MomentMark& mark() { return *m_mark; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  void refresh();
  void refreshMark();
  void refreshSource();
  void fit();

  MomentTrack& m_track;
  MapView* m_view;
  MomentMark* m_mark;
  QLabel* m_source;  ///< whose work the map is
  QLabel* m_empty;
  TimeRange m_period;
  std::optional<TimePoint> m_cursor;
  QRectF m_shown;  ///< the way that was brought into sight last, in world coordinates
};

}  // namespace carport::ui
