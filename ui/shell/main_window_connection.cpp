// What of the main window depends on the gateway it is attached to.
#include "ui/shell/gateway_desk.h"
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/shell/status_line.h"
#include "ui/widgets/map/map_page.h"

namespace carport::ui {

void MainWindow::setUpGateways() {
  m_map->setDemonstrationPossible(m_gateways->hasLocal());
  if (m_gateways->hasLocal())
    connect(m_map, &MapPage::demonstrationWanted, m_gateways.get(), &GatewayDesk::startDemonstration);
  connect(&m_portal.client, &GatewayClient::connectionStateChanged, this, &MainWindow::onConnectionState);
}

void MainWindow::openConnectForm() {
  m_gateways->openForm();
}

void MainWindow::onConnectionState() {
  const bool isConnected = m_portal.client.isConnected();
  m_map->setConnected(isConnected);
  m_status->setGatewayName(m_gateways->isAttachedToLocal() ? tr("This computer") : QString());
  if (isConnected) m_portal.notes.setGateway(m_portal.client.baseUrl());
}

}  // namespace carport::ui
