#pragma once

#include "ui/models/time_machine_overview.h"

#include <QFrame>
#include <QTimer>

class QComboBox;
class QPushButton;
class QToolButton;

namespace carport::ui {

class GatewayClient;
class TimeMachine;
class TimeTrack;

/// The bar below every page: play and speed, the slider over time, the moment that is shown (press it to go to a date),
/// and back to live. Without a connection the present is not live: it is grey and says how old it is. Owner: main
/// window; client and machine outlive it. GUI thread.
class TimeBar : public QFrame {
  Q_OBJECT

 public:
  TimeBar(GatewayClient& client, TimeMachine& machine, QWidget* parent = nullptr);

  TimeTrack& track() { return *m_track; }
  /// A small window with a date and a time to go to.
  void openJump();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QToolButton* addButton(const QString& icon, const QString& name, const QString& toolTip);
  void makeSpeeds();
  void connectParts();
  void refresh();
  void refreshLive();
  void onConnectionState();
  void showMoment();

  GatewayClient& m_client;
  TimeMachine& m_machine;
  TimeMachineOverview m_overview;
  QToolButton* m_previous = nullptr;
  QToolButton* m_play = nullptr;
  QToolButton* m_next = nullptr;
  QComboBox* m_speed = nullptr;
  TimeTrack* m_track = nullptr;
  QPushButton* m_moment = nullptr;
  QPushButton* m_live = nullptr;
  QTimer m_clock;
};

}  // namespace carport::ui
