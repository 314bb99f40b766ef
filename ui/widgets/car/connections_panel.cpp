#include "ui/widgets/car/connections_panel.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/connection_words.h"
#include "ui/widgets/car/coloured_delegate.h"
#include "ui/widgets/car/connection_bar.h"
#include "ui/widgets/car/fitted_table.h"
#include "ui/widgets/style/metrics.h"

#include <QHeaderView>
#include <QLabel>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
constexpr int kConnectionRows = 8;
}  // namespace

ConnectionsPanel::ConnectionsPanel(GatewayClient& client, const CarStore& store, QWidget* parent)
    : QWidget(parent), m_store(store), m_loader(client, store) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  m_bar = new ConnectionBar(this);
  m_table = new FittedTable(m_loader.model(), kConnectionRows, this);
  m_table->setAccessibleName(tr("Connections of this car, newest first"));
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->horizontalHeader()->setStretchLastSection(false);
  m_table->horizontalHeader()->setSectionResizeMode(int(ConnectionColumn::sentence), QHeaderView::Stretch);
  m_table->setColumnWidth(int(ConnectionColumn::began), scaled(130));
  m_table->setColumnWidth(int(ConnectionColumn::messages), scaled(130));
  m_table->setItemDelegateForColumn(int(ConnectionColumn::sentence),
                                    new ColouredDelegate(ColouredDelegate::Kind::connection, *m_table));
  m_empty = new QLabel(this);
  m_empty->setProperty("kind", "muted");
  m_empty->setWordWrap(true);
  m_attempts = new QLabel(this);
  m_attempts->setTextFormat(Qt::PlainText);
  m_attempts->setWordWrap(true);
  m_attempts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  column->addWidget(m_bar);
  column->addWidget(m_table);
  column->addWidget(m_empty);
  column->addWidget(m_attempts);
  connect(&m_loader, &ConnectionLoader::changed, this, &ConnectionsPanel::refresh);
  connect(&client, &GatewayClient::connectionStateChanged, this, &ConnectionsPanel::refresh);
  refresh();
}

void ConnectionsPanel::setCompact(bool compact) {
  m_table->setColumnHidden(int(ConnectionColumn::messages), compact);
}

QString ConnectionsPanel::emptySentence() const {
  if (!m_loader.trouble().isEmpty()) return m_loader.trouble();
  if (m_loader.isLoading()) return tr("Loading…");
  if (!m_store.isLive()) return tr("No connection up to this moment is known. The newest 200 of a car are kept.");
  return tr("This car has not connected over MQTT yet.");
}

QString ConnectionsPanel::attemptsText() const {
  // They are counted up to now alone.
  if (!m_store.isLive()) return {};
  QStringList lines;
  for (const api::AttemptCount& attempts : m_loader.attempts()) lines.append(attemptSentence(attempts, m_store.now()));
  return lines.join(u'\n');
}

void ConnectionsPanel::refresh() {
  const bool isEmpty = m_loader.model().rowCount() == 0;
  m_bar->setVisible(!isEmpty);
  m_bar->setDay(m_loader.day(), m_loader.spans(), m_loader.asOf());
  m_table->setVisible(!isEmpty);
  m_empty->setVisible(isEmpty || !m_loader.trouble().isEmpty());
  m_empty->setText(emptySentence());
  const QString attempts = attemptsText();
  m_attempts->setVisible(!attempts.isEmpty());
  m_attempts->setText(attempts);
}

}  // namespace carport::ui
