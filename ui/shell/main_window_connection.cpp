// The main window's gateways: the one inside the program, others, and what it says of the connection.
#include "ui/shell/local_gateway.h"
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/shell/status_line.h"
#include "ui/widgets/common/drawer.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/secret_box.h"
#include "ui/widgets/connect/connect_form.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/style/metrics.h"

#include <QAction>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
constexpr int kDemonstrationCars = 200;
}  // namespace

void MainWindow::setUpLocalGateway() {
  m_map->setDemonstrationPossible(m_local != nullptr);
  if (!m_local) return;
  connect(m_map, &MapPage::demonstrationWanted, this, &MainWindow::startDemonstration);
  connect(m_local, &LocalGateway::ready, this, &MainWindow::attachToLocal);
  connect(m_local, &LocalGateway::failed, this, [this](const QString& sentence) {
    showTrouble(sentence);
    m_noticeIsConnection = true;  // over as soon as there is a gateway, this one or another
  });
  connect(m_local, &LocalGateway::remarked, this, [this](const QString& sentence) {
    m_noticeIsConnection = false;
    m_notice->showRemark(sentence);
  });
  connect(m_local, &LocalGateway::streetsAvailable, &m_portal.streets, &StreetAtlas::add);
  connect(m_local, &LocalGateway::demonstrationFailed, this, &MainWindow::showTrouble);
  connect(m_local, &LocalGateway::administratorMade, this, &MainWindow::showAdministrator);
  connect(m_local, &LocalGateway::demonstrationChanged, this, [this](bool running) {
    m_demonstration->setText(running ? tr("End the &demonstration fleet") : tr("Start a &demonstration fleet"));
  });
}

bool MainWindow::isAttachedToLocal() const {
  return m_local && m_local->isRunning() && m_portal.client.baseUrl() == m_local->url();
}

void MainWindow::startDemonstration() {
  // It drives here; elsewhere nobody would see it.
  if (m_local->isRunning() && !isAttachedToLocal()) attachToLocal();
  m_local->setDemonstration(kDemonstrationCars);
}

void MainWindow::attachToLocal() {
  // What kept it from starting may be over.
  if (!m_local->isRunning()) return m_local->start();
  if (m_portal.client.baseUrl() != m_local->url()) m_portal.store.clear();
  m_portal.client.connectWithToken(m_local->url(), m_local->token());
}

void MainWindow::openConnectForm() {
  auto* form = new ConnectForm(m_portal.client, m_preferences.lastGateway(), m_preferences.lastAuthority());
  connect(form, &ConnectForm::connectionRequested, this, [this](const QUrl& address, const QString& authority) {
    m_portal.store.clear();
    m_preferences.setLastGateway(address);
    m_preferences.setLastAuthority(authority);
  });
  connect(form, &ConnectForm::connected, this, &MainWindow::closeDrawer);
  openDrawer(tr("Connect to a gateway"), form);
}

void MainWindow::showAdministrator(const QString& id, const QString& password) {
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  auto* box = new SecretBox(page);
  box->showSecret(
      tr("This is the first start, so an administrator “%1” was made. This window needs no password; to sign "
         "in from elsewhere use this one, which cannot be shown again and has to be changed then:")
          .arg(id),
      password);
  column->addWidget(box);
  column->addStretch(1);
  openDrawer(tr("Your administrator"), page);
}

void MainWindow::onConnectionState(ConnectionState state, const QString& sentence) {
  m_map->setConnected(state == ConnectionState::connected);
  m_status->setGatewayName(isAttachedToLocal() ? tr("This computer") : QString());
  switch (state) {
    case ConnectionState::connected:
      m_portal.notes.setGateway(m_portal.client.baseUrl());
      if (m_noticeIsConnection) m_notice->clear();
      break;
    case ConnectionState::failed:
    case ConnectionState::needsSignIn:
    case ConnectionState::waiting:
      // The form that asked says it itself.
      if (m_drawer->isOpen() && qobject_cast<ConnectForm*>(m_drawer->content())) break;
      m_notice->showError(sentence);
      m_noticeIsConnection = true;
      break;
    case ConnectionState::idle:
    case ConnectionState::connecting:
      break;
  }
}

}  // namespace carport::ui
