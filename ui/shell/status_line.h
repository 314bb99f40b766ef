#pragma once

#include "gateway/api/gateway_status.h"
#include "ui/client/connection_state.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace carport::ui {

class CarStore;
class GatewayClient;

/// The one line at the window's bottom: which gateway, how the connection stands, how much the fleet moves and whether
/// all of it is on disk. Owner: the main window. GUI thread.
class StatusLine : public QFrame {
  Q_OBJECT

 public:
  StatusLine(GatewayClient& client, const CarStore& store, QWidget* parent = nullptr);

 private:
  void showState(ConnectionState state, const QString& sentence);
  void showStatus(const api::GatewayStatus& status);
  void showFleet();

  GatewayClient& m_client;
  const CarStore& m_store;
  QLabel* m_dot = nullptr;
  QLabel* m_gateway = nullptr;
  QPushButton* m_retry = nullptr;
  QLabel* m_fleet = nullptr;
  QLabel* m_rate = nullptr;
  QLabel* m_disk = nullptr;
};

}  // namespace carport::ui
