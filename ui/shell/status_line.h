#pragma once

#include "gateway/api/gateway_status.h"
#include "ui/client/connection_state.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace carport::ui {

class ElidedLabel;

class CarStore;
class GatewayClient;

/// The one line at the window's bottom: which gateway, how the connection stands, how much the fleet moves and whether
/// all of it is on disk. Owner: the main window. GUI thread.
class StatusLine : public QFrame {
  Q_OBJECT

 public:
  StatusLine(GatewayClient& client, const CarStore& store, QWidget* parent = nullptr);

  /// What the gateway that the portal is attached to is called, in place of its address; empty: its address.
  void setGatewayName(const QString& name);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void showState();
  void showStatus(const api::GatewayStatus& status);
  void showFleet();
  void paintDot();
  QString stateText() const;

  GatewayClient& m_client;
  const CarStore& m_store;
  QLabel* m_dot = nullptr;
  ElidedLabel* m_gateway = nullptr;
  QPushButton* m_retry = nullptr;
  QLabel* m_fleet = nullptr;
  QLabel* m_rate = nullptr;
  QLabel* m_disk = nullptr;
  QString m_name;
};

}  // namespace carport::ui
