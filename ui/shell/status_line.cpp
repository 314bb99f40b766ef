#include "ui/shell/status_line.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/phrases.h"
#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/dot.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>

namespace carport::ui {

namespace {

constexpr int kDotPx = 8;
constexpr int kFleetEveryMs = 1'000;

/// One of the items that follow each other on the line.
QString item(const QString& text) {
  return QStringLiteral("·  ") + text;
}

}  // namespace

StatusLine::StatusLine(GatewayClient& client, const CarStore& store, QWidget* parent)
    : QFrame(parent), m_client(client), m_store(store) {
  growWithText(*this, [this] { setMinimumHeight(scaled(size::kRow)); });
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(space::kGroup, 0, space::kGroup, 0);
  row->setSpacing(space::kInside);
  m_dot = new QLabel(this);
  m_gateway = new ElidedLabel(this);
  m_retry = new QPushButton(tr("Try now"), this);
  m_retry->setProperty("kind", "quiet");
  connect(m_retry, &QPushButton::clicked, &m_client, &GatewayClient::retryNow);
  m_fleet = new QLabel(this);
  m_rate = new QLabel(this);
  m_disk = new QLabel(this);
  row->addWidget(m_dot);
  row->addWidget(m_gateway);
  row->addWidget(m_retry);
  for (QLabel* label : {m_fleet, m_rate, m_disk}) {
    label->setProperty("kind", "muted");
    label->hide();
    row->addWidget(label);
  }
  row->addStretch(1);
  connect(&m_client, &GatewayClient::connectionStateChanged, this, &StatusLine::showState);
  connect(&m_client, &GatewayClient::statusReceived, this, &StatusLine::showStatus);
  auto* timer = new QTimer(this);
  timer->setInterval(kFleetEveryMs);
  connect(timer, &QTimer::timeout, this, &StatusLine::showFleet);
  timer->start();
  showState();
}

void StatusLine::setGatewayName(const QString& name) {
  m_name = name;
  showState();
}

QString StatusLine::stateText() const {
  switch (m_client.connectionState()) {
    case ConnectionState::idle:
      return tr("Not connected");
    case ConnectionState::connected:
      return m_name.isEmpty() ? m_client.baseUrl().authority() : m_name;
    default:
      break;
  }
  // The window says all of it above the page; here its first sentence, an item among others, without a full stop.
  QString text = m_client.connectionSentence();
  const auto end = text.indexOf(QLatin1String(". "));
  if (end > 0) text.truncate(end);
  if (text.endsWith(QLatin1Char('.'))) text.chop(1);
  return text;
}

void StatusLine::showState() {
  paintDot();
  m_gateway->setFullText(stateText());
  m_retry->setVisible(m_client.connectionState() == ConnectionState::waiting);
  if (m_client.isConnected()) return;
  // What was so before the connection ended is not known any more.
  for (QLabel* label : {m_fleet, m_rate, m_disk}) label->hide();
}

void StatusLine::paintDot() {
  const Theme& theme = themeOf(*this);
  const ConnectionState state = m_client.connectionState();
  const bool isUp = state == ConnectionState::connected;
  const bool isTrouble = state == ConnectionState::failed || state == ConnectionState::needsSignIn;
  const QColor colour = isUp ? theme.state.driving : isTrouble ? theme.state.alarm : theme.state.idling;
  m_dot->setPixmap(dotPixmap(colour, isUp, kDotPx, devicePixelRatioF()));
}

void StatusLine::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && m_dot) paintDot();
  QFrame::changeEvent(event);
}

void StatusLine::showStatus(const api::GatewayStatus& status) {
  m_rate->setText(item(phrases::messageRate(status.messagesPerSecond)));
  m_rate->show();
  m_disk->show();
  const bool isTrouble = !status.trouble.empty();
  m_disk->setText(item(isTrouble ? tr("not on disk") : tr("all on disk")));
  m_disk->setToolTip(isTrouble ? QString::fromStdString(status.trouble)
                               : tr("Every message that was acknowledged is on the gateway's disk"));
  const QString kind = isTrouble ? QStringLiteral("error") : QStringLiteral("muted");
  if (m_disk->property("kind").toString() != kind) setKind(*m_disk, kind.toLatin1().constData());
}

void StatusLine::showFleet() {
  const auto cars = static_cast<int>(m_store.size());
  m_fleet->setVisible(cars > 0 && m_client.isConnected());
  m_fleet->setText(
      item(tr("%1, %2").arg(tr("%Ln cars", nullptr, cars),
                            tr("%Ln driving", nullptr, static_cast<int>(m_store.countOf(api::Activity::driving))))));
}

}  // namespace carport::ui
