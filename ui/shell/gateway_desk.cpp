#include "ui/shell/gateway_desk.h"

#include "ui/shell/local_gateway.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/secret_box.h"
#include "ui/widgets/connect/connect_form.h"
#include "ui/widgets/style/metrics.h"

#include <QVBoxLayout>

namespace carport::ui {

namespace {
constexpr int kDemonstrationCars = 200;
}  // namespace

GatewayDesk::GatewayDesk(Portal& portal, Preferences& preferences, LocalGateway* local, DrawerHost& drawer,
                         Notice& notice)
    : m_portal(portal), m_preferences(preferences), m_local(local), m_drawer(drawer), m_notice(notice) {
  connect(&m_portal.client, &GatewayClient::connectionStateChanged, this, &GatewayDesk::onConnectionState);
  if (m_local) connectLocal();
}

void GatewayDesk::connectLocal() {
  connect(m_local, &LocalGateway::ready, this, &GatewayDesk::attachToLocal);
  connect(m_local, &LocalGateway::failed, this, [this](const QString& sentence) {
    showTrouble(sentence);
    m_noticeIsConnection = true;  // over as soon as there is a gateway, this one or another
  });
  connect(m_local, &LocalGateway::remarked, this, [this](const QString& sentence) {
    m_noticeIsConnection = false;
    m_notice.showRemark(sentence);
  });
  connect(m_local, &LocalGateway::streetsAvailable, &m_portal.streets, &StreetAtlas::add);
  connect(m_local, &LocalGateway::demonstrationFailed, this, &GatewayDesk::showTrouble);
  connect(m_local, &LocalGateway::administratorMade, this, &GatewayDesk::showAdministrator);
  connect(m_local, &LocalGateway::demonstrationChanged, this, &GatewayDesk::demonstrationChanged);
}

bool GatewayDesk::isAttachedToLocal() const {
  return m_local && m_local->isRunning() && m_portal.client.baseUrl() == m_local->url();
}

void GatewayDesk::attachToLocal() {
  // What kept it from starting may be over.
  if (!m_local->isRunning()) return m_local->start();
  if (m_portal.client.baseUrl() != m_local->url()) m_portal.store.clear();
  m_portal.client.connectWithToken(m_local->url(), m_local->token());
}

void GatewayDesk::startDemonstration() {
  // It drives here; elsewhere nobody would see it.
  if (m_local->isRunning() && !isAttachedToLocal()) attachToLocal();
  m_local->setDemonstration(kDemonstrationCars);
}

void GatewayDesk::toggleDemonstration() {
  m_local->isDemonstrating() ? m_local->setDemonstration(0) : startDemonstration();
}

void GatewayDesk::openForm() {
  m_form = new ConnectForm(m_portal.client, m_preferences.lastGateway(), m_preferences.lastAuthority());
  connect(m_form, &ConnectForm::connectionRequested, this, [this](const QUrl& address, const QString& authority) {
    m_portal.store.clear();
    m_preferences.setLastGateway(address);
    m_preferences.setLastAuthority(authority);
  });
  connect(m_form, &ConnectForm::connected, this, [this] { m_drawer.closeDrawer(); });
  // What it said goes with it.
  connect(m_form, &QObject::destroyed, this, &GatewayDesk::onConnectionState, Qt::QueuedConnection);
  m_drawer.openDrawer(tr("Connect to a gateway"), m_form);
}

void GatewayDesk::showTrouble(const QString& sentence) {
  m_noticeIsConnection = false;
  m_notice.showError(sentence);
}

void GatewayDesk::showAdministrator(const QString& id, const QString& password) {
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
  m_drawer.openDrawer(tr("Your administrator"), page);
}

void GatewayDesk::onConnectionState() {
  switch (m_portal.client.connectionState()) {
    case ConnectionState::connected:
      if (m_noticeIsConnection) m_notice.clear();
      break;
    case ConnectionState::failed:
    case ConnectionState::needsSignIn:
    case ConnectionState::waiting:
      // The form that asked says it itself.
      if (m_form) break;
      m_notice.showError(m_portal.client.connectionSentence());
      m_noticeIsConnection = true;
      break;
    case ConnectionState::idle:
    case ConnectionState::connecting:
      break;
  }
}

}  // namespace carport::ui
