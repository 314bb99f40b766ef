#include "ui/widgets/gateway/gateway_page.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/page_header.h"
#include "ui/widgets/common/tables.h"
#include "ui/widgets/gateway/stat_tile.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QClipboard>
#include <QEvent>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <array>

namespace carport::ui {

namespace {
constexpr int kTileWidth = 150;
constexpr int kLogLeastRows = 5;
constexpr std::array<int, kLogColumns> kColumnWidths{180, 110, 110, 600};
}  // namespace

GatewayPage::GatewayPage(GatewayClient& client, QWidget* parent) : QWidget(parent), m_client(client) {
  QWidget* content = makeScrolled();
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(space::kPage, space::kPage, space::kPage, 0);
  column->setSpacing(space::kGroup);
  m_header = new PageHeader(tr("Gateway"), this);
  m_notice = new Notice(this);
  auto* logTitle = new QLabel(tr("Log"), this);
  logTitle->setProperty("kind", "title");
  column->addWidget(m_header);
  column->addWidget(m_notice);
  column->addWidget(makeAddress());
  column->addWidget(makeTiles());
  column->addWidget(logTitle);
  setUpLog();
  column->addWidget(m_logTrouble);
  column->addWidget(m_logTable, 1);
  connect(&m_client, &GatewayClient::statusReceived, this, &GatewayPage::showStatus);
  connect(&m_client, &GatewayClient::connectionStateChanged, this, [this](ConnectionState state, const QString&) {
    if (state == ConnectionState::connected) return;
    // The window says how the connection stands; figures of before would be taken for those of now.
    m_header->setRemark(tr("Not connected"));
    for (StatTile* tile : {m_rate, m_connections, m_commit, m_stored, m_disk, m_refused}) tile->setUnknown();
  });
  connect(&m_client, &GatewayClient::refreshNeeded, this, &GatewayPage::fetchStatus);
  m_header->setRemark(tr("Not connected"));
}

/// With large text or in a low window the page is higher than its room.
QWidget* GatewayPage::makeScrolled() {
  auto* page = new QVBoxLayout(this);
  page->setContentsMargins(0, 0, 0, 0);
  auto* scroll = new QScrollArea(this);
  scroll->setAccessibleName(tr("Page of the gateway"));
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->viewport()->setAutoFillBackground(false);
  auto* content = new QWidget(scroll);
  content->setAutoFillBackground(false);
  scroll->setWidget(content);
  page->addWidget(scroll);
  return content;
}

QWidget* GatewayPage::makeAddress() {
  auto* card = new QFrame(this);
  card->setProperty("kind", "card");
  auto* grid = new QGridLayout(card);
  grid->setContentsMargins(space::kGroup, space::kPadding, space::kGroup, space::kPadding);
  grid->setHorizontalSpacing(space::kGroup);
  grid->setVerticalSpacing(space::kTight);
  const auto addRow = [&](int row, const QString& caption, QLabel*& value) {
    auto* name = new QLabel(caption, card);
    name->setProperty("kind", "muted");
    value = new QLabel(QStringLiteral("–"), card);
    value->setProperty("kind", "strong");
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    grid->addWidget(name, row, 0);
    grid->addWidget(value, row, 1);
  };
  addRow(0, tr("Address for cars (MQTT)"), m_mqtt);
  addRow(1, tr("Address for portals and programs (HTTP)"), m_http);
  auto* copy = new QPushButton(themedIcon(QStringLiteral("copy"), IconRole::strong), tr("Copy address for cars"), card);
  connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_mqtt->text()); });
  grid->addWidget(copy, 0, 2, 2, 1, Qt::AlignVCenter | Qt::AlignRight);
  grid->setColumnStretch(1, 1);
  return card;
}

QWidget* GatewayPage::makeTiles() {
  auto* tiles = new QWidget(this);
  m_tiles = new QGridLayout(tiles);
  m_tiles->setContentsMargins(0, 0, 0, 0);
  m_tiles->setSpacing(space::kGroup);
  const auto add = [&](const QString& caption, StatTile*& tile) { tile = new StatTile(caption, tiles); };
  add(tr("Messages"), m_rate);
  add(tr("Connections"), m_connections);
  add(tr("On disk within"), m_commit);
  add(tr("Stored"), m_stored);
  add(tr("Free on this disk"), m_disk);
  add(tr("Refused or dropped"), m_refused);
  arrangeTiles();
  return tiles;
}

void GatewayPage::arrangeTiles() {
  const std::array tiles{m_rate, m_connections, m_commit, m_stored, m_disk, m_refused};
  const int room = contentsRect().width() - 2 * space::kPage + space::kGroup;
  const int fitting = room / (scaled(kTileWidth) + space::kGroup);
  const int columns = fitting >= 6 ? 6 : fitting >= 3 ? 3 : qMax(1, qMin(fitting, 2));
  if (columns == m_tileColumns) return;
  for (int index = 0; index < static_cast<int>(tiles.size()); ++index) {
    m_tiles->addWidget(tiles[std::size_t(index)], index / columns, index % columns);
    m_tiles->setColumnStretch(index, index < columns ? 1 : 0);
  }
  m_tileColumns = columns;
}

void GatewayPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrangeTiles();
}

void GatewayPage::setUpLog() {
  m_logTrouble = new QLabel(this);
  m_logTrouble->setProperty("kind", "muted");
  m_logTrouble->setWordWrap(true);
  m_logTrouble->hide();
  m_logTable = new QTableView(this);
  m_logTable->setModel(&m_log);
  growWithText(*m_logTable, [this] { m_logTable->setMinimumHeight(scaled(kLogLeastRows * size::kRow)); });
  m_logTable->setAccessibleName(tr("Log of the gateway, oldest first"));
  prepareTable(*m_logTable, kColumnWidths);
  m_logTimer.setInterval(kLogEveryMs);
  connect(&m_logTimer, &QTimer::timeout, this, &GatewayPage::fetchLog);
}

void GatewayPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  showStatus(m_client.latestStatus());
  fetchStatus();
  fetchLog();
  m_logTimer.start();
}

void GatewayPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  m_logTimer.stop();
}

void GatewayPage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  const bool isOther = event->type() == QEvent::FontChange || event->type() == QEvent::ContentsRectChange;
  if (isOther && m_tiles) arrangeTiles();
}

void GatewayPage::showStatus(const api::GatewayStatus& status) {
  if (status.version.empty() || !isVisible()) return;
  m_header->setRemark(tr("Version %1").arg(QString::fromStdString(status.version)));
  m_mqtt->setText(QString::fromStdString(status.mqttAddress));
  m_http->setText(QString::fromStdString(status.httpAddress));
  m_rate->setFigure(phrases::messageRate(status.messagesPerSecond),
                    tr("%L1 since the start").arg(status.messagesReceived));
  m_connections->setFigure(tr("%L1").arg(status.connections), tr("%Ln cars registered", nullptr, static_cast<int>(status.cars)));
  m_commit->setFigure(
      tr("%1 ms").arg(status.commitLatencyMs, 0, 'f', 1),
      status.queuedBatches == 0 ? tr("nothing waits") : tr("%Ln batches wait", nullptr, int(status.queuedBatches)));
  m_stored->setFigure(phrases::bytes(status.storedBytes), tr("%L1 values since the start").arg(status.samplesStored));
  m_disk->setFigure(phrases::bytes(status.freeBytes), m_folder.isEmpty() ? tr("for messages to come") : m_folder);
  const bool isClean = status.refusedMessages + status.shedMessages + status.shedDeliveries == 0;
  m_refused->setFigure(tr("%L1").arg(status.refusedMessages + status.shedMessages),
                       isClean ? tr("all were taken")
                               : tr("%L1 refused, %L2 dropped; %L3 missed by slow subscribers")
                                     .arg(status.refusedMessages)
                                     .arg(status.shedMessages)
                                     .arg(status.shedDeliveries));
  if (status.trouble.empty()) {
    m_notice->clear();
  } else {
    m_notice->showError(QString::fromStdString(status.trouble));
  }
}

void GatewayPage::fetchStatus() {
  if (!m_client.isConnected() || !isVisible()) return;
  m_statusReply.cancel();
  // What is pushed has no place on a disk in it; this answer has, for an administrator.
  m_statusReply = m_client.status();
  m_statusReply.then(this, [this](const Result<api::GatewayStatus>& status) {
    if (!status) return;
    m_folder = QString::fromStdString(status->dataFolder);
    showStatus(*status);
  });
}

void GatewayPage::fetchLog() {
  if (!m_client.isConnected() || m_logReply.isPending()) return;
  m_logReply = m_client.log(kLogEntries);
  m_logReply.then(this, [this](const Result<std::vector<LogEntry>>& entries) {
    m_logTrouble->setVisible(!entries);
    if (!entries) {
      m_logTrouble->setText(QString::fromStdString(entries.error().message()));
      return;
    }
    const QScrollBar* bar = m_logTable->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    m_log.setEntries(*entries);
    if (atEnd) m_logTable->scrollToBottom();
  });
}

}  // namespace carport::ui
