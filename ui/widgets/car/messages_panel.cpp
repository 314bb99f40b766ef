#include "ui/widgets/car/messages_panel.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/message_text.h"
#include "ui/widgets/car/coloured_delegate.h"
#include "ui/widgets/car/fitted_table.h"
#include "ui/widgets/style/metrics.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace carport::ui {

namespace {
constexpr int kMessageRows = 8;
constexpr int kPayloadLines = 12;

QFont payloadFont() {
  QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  font.setPixelSize(textFont(TextSize::small).pixelSize());
  return font;
}
}  // namespace

MessagesPanel::MessagesPanel(GatewayClient& client, const CarStore& store, QWidget* parent)
    : QWidget(parent), m_client(client), m_store(store) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  makeBar();
  m_table = new FittedTable(m_model, kMessageRows, this);
  m_table->setAccessibleName(tr("Messages as they arrived, newest first"));
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setColumnWidth(int(MessageColumn::time), scaled(100));
  m_table->setColumnWidth(int(MessageColumn::topic), scaled(200));
  m_table->setColumnWidth(int(MessageColumn::size), scaled(72));
  m_table->setColumnWidth(int(MessageColumn::outcome), scaled(180));
  m_table->setItemDelegateForColumn(int(MessageColumn::outcome),
                                    new ColouredDelegate(ColouredDelegate::Kind::message, *m_table));
  m_table->installEventFilter(this);
  m_empty = new QLabel(this);
  m_empty->setProperty("kind", "muted");
  m_empty->setWordWrap(true);
  makeDetail();
  column->addWidget(m_bar);
  column->addWidget(m_table);
  column->addWidget(m_empty);
  column->addWidget(m_detail);
  connect(&m_client, &GatewayClient::messagesReceived, this, [this](const api::RawMessages& messages) {
    if (messages.car == m_watched) m_model.add(messages);
  });
  connect(&m_client, &GatewayClient::connectionStateChanged, this, [this] {
    m_model.expectRepeats();
    refresh();
  });
  connect(&m_store, &CarStore::liveChanged, this, &MessagesPanel::watch);
  connect(&m_model, &MessageLogModel::countsChanged, this, &MessagesPanel::refresh);
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &MessagesPanel::showChosen);
  connect(&m_model, &QAbstractItemModel::modelReset, this, &MessagesPanel::showChosen);
  refresh();
  showChosen();
}

MessagesPanel::~MessagesPanel() {
  if (m_watched) m_client.unwatchMessages(m_watched);
}

void MessagesPanel::makeBar() {
  m_bar = new QWidget(this);
  auto* row = new QHBoxLayout(m_bar);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kInside);
  m_counts = new QLabel(m_bar);
  m_counts->setProperty("kind", "muted");
  m_counts->setWordWrap(true);
  m_pause = new QPushButton(tr("Pause"), m_bar);
  m_pause->setCheckable(true);
  m_pause->setAccessibleName(tr("Pause the list of messages"));
  m_pause->setToolTip(tr("New messages wait until the list goes on"));
  m_clear = new QPushButton(tr("Clear"), m_bar);
  m_clear->setAccessibleName(tr("Clear the list of messages"));
  row->addWidget(m_counts, 1);
  row->addWidget(m_pause);
  row->addWidget(m_clear);
  connect(m_pause, &QPushButton::toggled, &m_model, &MessageLogModel::setPaused);
  connect(m_clear, &QPushButton::clicked, &m_model, &MessageLogModel::clear);
}

void MessagesPanel::makeDetail() {
  m_detail = new QWidget(this);
  auto* column = new QVBoxLayout(m_detail);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kInside);
  m_facts = new QLabel(m_detail);
  m_facts->setTextFormat(Qt::PlainText);
  m_facts->setWordWrap(true);
  m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  // A topic longer than a line does not make the page wider.
  m_facts->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_copy = new QPushButton(tr("Copy payload"), m_detail);
  row->addWidget(m_facts, 1);
  row->addWidget(m_copy, 0, Qt::AlignTop);
  m_payload = new QPlainTextEdit(m_detail);
  m_payload->setReadOnly(true);
  m_payload->setTabChangesFocus(true);
  m_payload->setAccessibleName(tr("Payload of the chosen message"));
  growWithText(*m_payload, [this] {
    m_payload->setFont(payloadFont());
    m_payload->setFixedHeight(kPayloadLines * QFontMetrics(payloadFont()).lineSpacing() + 2 * space::kInside);
  });
  column->addLayout(row);
  column->addWidget(m_payload);
  connect(m_copy, &QPushButton::clicked, this, &MessagesPanel::copyChosen);
}

void MessagesPanel::setCar(PrincipalNumber car) {
  if (car == m_car) return;
  m_car = car;
  m_pause->setChecked(false);
  m_model.clear();
  watch();
}

void MessagesPanel::setCompact(bool compact) {
  m_table->setColumnHidden(int(MessageColumn::topic), compact);
  m_table->setColumnHidden(int(MessageColumn::outcome), compact);
}

void MessagesPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  watch();
}

void MessagesPanel::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  watch();
}

void MessagesPanel::watch() {
  const PrincipalNumber wanted = isVisible() && m_store.isLive() ? m_car : PrincipalNumber();
  if (wanted != m_watched) {
    if (const auto before = std::exchange(m_watched, PrincipalNumber())) m_client.unwatchMessages(before);
    m_model.expectRepeats();
    m_isFull = wanted && !m_client.watchMessages(wanted);
    if (!m_isFull) m_watched = wanted;
  }
  refresh();
}

QString MessagesPanel::emptySentence() const {
  if (!m_store.isLive()) {
    return tr("Messages as they arrived are kept for the present alone. Go back to the present to see them.");
  }
  if (m_isFull) return tr("Too many cars are watched at once. Close the page of another car to see these messages.");
  if (!m_client.isConnected()) return tr("Not connected: messages are shown once the gateway is there again.");
  return tr("Nothing has come from this car lately. What it sends appears here at once.");
}

QString MessagesPanel::countsSentence() const {
  QStringList parts;
  if (m_model.waiting() > 0) parts.append(tr("Waiting: %1").arg(QLocale().toString(int(m_model.waiting()))));
  if (m_model.leftOut() > 0) {
    parts.append(tr("Left out: %1").arg(QLocale().toString(static_cast<qulonglong>(m_model.leftOut()))));
  }
  if (parts.isEmpty()) return tr("The newest first");
  return parts.join(QStringLiteral(" · "));
}

void MessagesPanel::refresh() {
  const bool isLive = m_store.isLive();
  const bool isEmpty = m_model.rowCount() == 0;
  m_table->setVisible(isLive && !isEmpty);
  m_bar->setVisible(isLive && (!isEmpty || m_model.waiting() > 0 || m_pause->isChecked()));
  m_empty->setVisible(!isLive || isEmpty);
  m_empty->setText(emptySentence());
  m_counts->setText(countsSentence());
  m_counts->setToolTip(m_model.leftOut() == 0
                           ? QString()
                           : tr("They came faster than 80 a second, or the list was full while it paused"));
  m_pause->setText(m_pause->isChecked() ? tr("Go on") : tr("Pause"));
  m_detail->setVisible(isLive && chosen() != nullptr);
}

const api::RawMessage* MessagesPanel::chosen() const {
  const auto rows = m_table->selectionModel()->selectedRows();
  return rows.isEmpty() ? nullptr : m_model.at(rows.first().row());
}

void MessagesPanel::showChosen() {
  const api::RawMessage* message = chosen();
  m_detail->setVisible(message != nullptr && m_store.isLive());
  if (message == nullptr) return;
  m_facts->setText(messageFacts(*message));
  m_payload->setPlainText(readablePayload(*message));
}

void MessagesPanel::copyChosen() {
  const api::RawMessage* message = chosen();
  if (message == nullptr) return;
  // Text as it came, not as it is laid out here; of other bytes the dump.
  QGuiApplication::clipboard()->setText(message->isText ? QString::fromStdString(message->payload)
                                                        : hexDump(message->payload));
}

bool MessagesPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_table || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  auto* key = static_cast<QKeyEvent*>(event);
  if (key->matches(QKeySequence::Copy)) {
    copyChosen();
    return true;
  }
  if (key->key() == Qt::Key_Escape && chosen() != nullptr) {
    m_table->clearSelection();
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace carport::ui
