#include "ui/shell/status_line.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/phrases.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTimer>

namespace carport::ui {

namespace {

constexpr int kDotPx = 8;
constexpr int kFleetEveryMs = 1'000;

QPixmap dot(const QColor& colour, bool filled, qreal ratio) {
  QPixmap pixmap(QSize(kDotPx, kDotPx) * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(colour, 1.5));
  painter.setBrush(filled ? QBrush(colour) : Qt::NoBrush);
  painter.drawEllipse(QRectF(1, 1, kDotPx - 2, kDotPx - 2));
  return pixmap;
}

}  // namespace

StatusLine::StatusLine(GatewayClient& client, const CarStore& store, QWidget* parent)
    : QFrame(parent), m_client(client), m_store(store) {
  setFixedHeight(size::kRow);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(space::kGroup, 0, space::kGroup, 0);
  row->setSpacing(space::kInside);
  m_dot = new QLabel(this);
  m_gateway = new QLabel(this);
  m_retry = new QPushButton(tr("Try now"), this);
  m_retry->setProperty("kind", "quiet");
  connect(m_retry, &QPushButton::clicked, &m_client, &GatewayClient::retryNow);
  m_fleet = new QLabel(this);
  m_rate = new QLabel(this);
  m_disk = new QLabel(this);
  row->addWidget(m_dot);
  row->addWidget(m_gateway);
  row->addWidget(m_retry);
  row->addStretch(1);
  for (QLabel* label : {m_fleet, m_rate, m_disk}) {
    label->setProperty("kind", "muted");
    row->addSpacing(space::kGroup);
    row->addWidget(label);
  }
  connect(&m_client, &GatewayClient::connectionStateChanged, this, &StatusLine::showState);
  connect(&m_client, &GatewayClient::statusReceived, this, &StatusLine::showStatus);
  auto* timer = new QTimer(this);
  timer->setInterval(kFleetEveryMs);
  connect(timer, &QTimer::timeout, this, &StatusLine::showFleet);
  timer->start();
  showState(m_client.connectionState(), m_client.connectionSentence());
}

void StatusLine::showState(ConnectionState state, const QString& sentence) {
  const Theme& theme = themeOf(*this);
  const bool isUp = state == ConnectionState::connected;
  const bool isTrouble = state == ConnectionState::failed || state == ConnectionState::needsSignIn;
  const QColor colour = isUp ? theme.state.driving : isTrouble ? theme.state.alarm : theme.state.idling;
  m_dot->setPixmap(dot(colour, isUp, devicePixelRatioF()));
  m_gateway->setText(state == ConnectionState::idle ? tr("Not connected") : sentence);
  m_retry->setVisible(state == ConnectionState::waiting);
  if (!isUp) {
    m_rate->clear();
    m_disk->clear();
  }
}

void StatusLine::showStatus(const api::GatewayStatus& status) {
  m_rate->setText(phrases::messageRate(status.messagesPerSecond));
  const Theme& theme = themeOf(*this);
  if (!status.trouble.empty()) {
    m_disk->setText(tr("Not on disk"));
    m_disk->setToolTip(QString::fromStdString(status.trouble));
    m_disk->setStyleSheet(QStringLiteral("color: %1").arg(theme.stateText.alarm.name()));
    return;
  }
  m_disk->setStyleSheet({});
  m_disk->setToolTip(tr("Every message that was acknowledged is on the gateway's disk"));
  m_disk->setText(tr("All on disk"));
}

void StatusLine::showFleet() {
  const auto cars = static_cast<int>(m_store.size());
  if (cars == 0) {
    m_fleet->clear();
    return;
  }
  m_fleet->setText(tr("%L1 cars, %L2 driving").arg(cars).arg(m_store.countOf(api::Activity::driving)));
}

}  // namespace carport::ui
