#pragma once

#include "ui/models/day_timeline_loader.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace carport::ui {

class DayBar;

/// One day of a car, first that of the moment that is shown: its bar with that moment, what it comes to in words, and
/// the way to the days before. Owner: CarPage; lives shorter than client and store. GUI thread.
class DayPanel : public QWidget {
  Q_OBJECT

 public:
  DayPanel(GatewayClient& client, const CarStore& store, QWidget* parent = nullptr);

  DayTimelineLoader& loader() { return m_loader; }
  DayBar& bar() { return *m_bar; }

 signals:
  /// A click into the bar: the plots are wanted there.
  void momentChosen(carport::TimePoint moment);

 private:
  void refresh();
  void markMoment();
  QString words() const;

  GatewayClient& m_client;
  const CarStore& m_store;
  DayTimelineLoader m_loader;
  QLabel* m_title = nullptr;
  QToolButton* m_before = nullptr;
  QToolButton* m_after = nullptr;
  DayBar* m_bar = nullptr;
  QLabel* m_words = nullptr;
};

}  // namespace carport::ui
