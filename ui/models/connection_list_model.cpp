#include "ui/models/connection_list_model.h"

#include "ui/models/connection_words.h"
#include "ui/models/phrases.h"
#include "ui/models/plain_tip.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {
bool isSameConnection(const api::Connection& a, const api::Connection& b) {
  return a.openedAt == b.openedAt && a.clientId == b.clientId;
}
}  // namespace

void ConnectionListModel::setConnections(std::vector<api::Connection> connections, TimePoint now) {
  if (connections.size() > kMaxRows) connections.resize(kMaxRows);
  m_now = now;
  // New ones come at the front; whatever else changed is told as a change of rows, or anew.
  std::size_t fresh = 0;
  if (!m_connections.empty()) {
    const auto first = std::find_if(connections.begin(), connections.end(), [this](const api::Connection& one) {
      return isSameConnection(one, m_connections.front());
    });
    fresh = std::size_t(first - connections.begin());
  }
  const bool continues = !m_connections.empty() && fresh < connections.size() &&
                         connections.size() - fresh >= m_connections.size() &&
                         std::equal(m_connections.begin(), m_connections.end(),
                                    connections.begin() + std::ptrdiff_t(fresh), isSameConnection) &&
                         connections.size() - fresh == m_connections.size();
  if (!continues) {
    beginResetModel();
    m_connections = std::move(connections);
    endResetModel();
    return;
  }
  if (fresh > 0) {
    beginInsertRows({}, 0, int(fresh) - 1);
    m_connections = std::move(connections);
    endInsertRows();
  } else {
    m_connections = std::move(connections);
  }
  emit dataChanged(index(0, 0), index(rowCount() - 1, kConnectionColumns - 1));
}

void ConnectionListModel::setNow(TimePoint now) {
  if (now == m_now) return;
  m_now = now;
  for (int row = 0; row < rowCount(); ++row) {
    if (m_connections[std::size_t(row)].closedAt) continue;
    const QModelIndex sentence = index(row, int(ConnectionColumn::sentence));
    emit dataChanged(sentence, sentence);
  }
}

int ConnectionListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_connections.size());
}
int ConnectionListModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kConnectionColumns;
}

QVariant ConnectionListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const api::Connection& connection = m_connections[std::size_t(index.row())];
  if (role == kConnectionOpenRole) return !connection.closedAt.has_value();
  if (role == Qt::ToolTipRole) {
    return plainTip(connectionSentence(connection, m_now) + u'\n' +
                    tr("Client id: %1").arg(QString::fromStdString(connection.clientId)) + u'\n' +
                    carriedWords(connection));
  }
  if (role != Qt::DisplayRole) return {};
  switch (ConnectionColumn(index.column())) {
    case ConnectionColumn::began:
      return phrases::moment(connection.openedAt, m_now);
    case ConnectionColumn::sentence:
      return connectionSentence(connection, m_now);
    case ConnectionColumn::messages:
      if (!connection.closedAt) return {};
      return tr("%1 in, %2 out")
          .arg(QLocale().toString(static_cast<qulonglong>(connection.messagesIn)),
               QLocale().toString(static_cast<qulonglong>(connection.messagesOut)));
  }
  return {};
}

QVariant ConnectionListModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (ConnectionColumn(section)) {
    case ConnectionColumn::began:
      return tr("Since");
    case ConnectionColumn::sentence:
      return tr("Connection");
    case ConnectionColumn::messages:
      return tr("Messages");
  }
  return {};
}

}  // namespace carport::ui
