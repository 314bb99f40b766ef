#pragma once

#include "ui/models/day_timeline_loader.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace carport::ui {

class DayBar;
class ElidedLabel;

/// One day of a car: its bar, what it comes to in words, and the way to the days before. Owner: CarPage; lives shorter
/// than the client. GUI thread.
class DayPanel : public QWidget {
  Q_OBJECT

 public:
  explicit DayPanel(GatewayClient& client, QWidget* parent = nullptr);

  DayTimelineLoader& loader() { return m_loader; }
  DayBar& bar() { return *m_bar; }

 signals:
  /// A click into the bar: the plots are wanted there.
  void momentChosen(carport::TimePoint moment);

 private:
  void refresh();
  QString words() const;

  GatewayClient& m_client;
  DayTimelineLoader m_loader;
  QLabel* m_title = nullptr;
  QToolButton* m_before = nullptr;
  QToolButton* m_after = nullptr;
  DayBar* m_bar = nullptr;
  ElidedLabel* m_words = nullptr;
};

}  // namespace carport::ui
