#include "ui/models/command_model.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {
constexpr int kAgesEveryMs = 5'000;

/// What the car said, in words: its message, and what else it sent but the state and the time, which stand in columns
/// of their own. An answer that is no JSON object as it is.
QString answerText(const std::string& result) {
  const QByteArray bytes = QByteArray::fromStdString(result);
  const QJsonDocument document = QJsonDocument::fromJson(bytes);
  if (!document.isObject()) return QString::fromUtf8(bytes);
  QJsonObject answer = document.object();
  answer.remove(QLatin1String("status"));
  answer.remove(QLatin1String("ts"));
  const QString message = answer.take(QLatin1String("message")).toString();
  if (answer.isEmpty()) return message;
  const QString rest = QString::fromUtf8(QJsonDocument(answer).toJson(QJsonDocument::Compact));
  return message.isEmpty() ? rest : message + QLatin1Char(' ') + rest;
}
}  // namespace

CommandModel::CommandModel(const CarStore& store, QObject* parent) : QAbstractTableModel(parent), m_store(store) {
  connect(&m_ageTimer, &QTimer::timeout, this, [this] {
    if (m_commands.empty()) return;
    emit dataChanged(index(0, int(CommandColumn::created)), index(rowCount() - 1, int(CommandColumn::expires)));
  });
  m_ageTimer.start(kAgesEveryMs);
  connect(&store, &CarStore::momentSettled, this, [this] {
    if (m_fetch == nullptr) return;
    // In the past those of before the moment stay until the answer is there: while time runs this comes every second.
    setCommands(m_store.isLive() ? std::vector<api::Command>() : m_commands);
    fetch();
  });
}

bool CommandModel::changedSince(const api::Command& command) const {
  return !m_store.isLive() && command.changedAt > m_store.now();
}

void CommandModel::attach(GatewayClient& client) {
  m_onlyCar.reset();
  attach(client, [&client] { return client.commands(kMaxCommands); });
}

void CommandModel::attach(GatewayClient& client, const QString& carId, PrincipalNumber car) {
  m_onlyCar = car;
  attach(client, [&client, carId] { return client.carCommands(carId, kMaxCommands); });
}

void CommandModel::attach(GatewayClient& client, std::function<Reply<std::vector<api::Command>>()> fetch) {
  if (m_client != nullptr) m_client->disconnect(this);
  m_client = &client;
  m_fetch = std::move(fetch);
  connect(&client, &GatewayClient::refreshNeeded, this, &CommandModel::fetch);
  connect(&client, &GatewayClient::commandChanged, this, [this](const api::Command& command) {
    if (m_store.isLive()) upsert(command);
  });
  setCommands({});
  if (client.isConnected()) this->fetch();
}

void CommandModel::fetch() {
  m_reply.cancel();
  m_reply = m_fetch();
  m_reply.then(this, [this](const Result<std::vector<api::Command>>& commands) {
    m_trouble = commands ? QString() : QString::fromStdString(commands.error().message());
    if (commands) {
      // What changed while the list was on its way is newer than the list.
      std::vector<api::Command> live = std::exchange(m_commands, {});
      if (!m_store.isLive()) live.clear();
      setCommands(*commands);
      for (const api::Command& command : live) upsert(command);
    }
    emit loadingChanged();
  });
  emit loadingChanged();
}

void CommandModel::setCommands(std::vector<api::Command> commands) {
  beginResetModel();
  m_commands = std::move(commands);
  if (!m_store.isLive()) {
    std::erase_if(m_commands, [this](const api::Command& one) { return one.createdAt > m_store.now(); });
  }
  // Ids sort by creation.
  std::sort(m_commands.begin(), m_commands.end(), [](const auto& a, const auto& b) { return a.id > b.id; });
  if (m_commands.size() > kMaxCommands) m_commands.resize(kMaxCommands);
  endResetModel();
}

void CommandModel::upsert(const api::Command& command) {
  if (m_onlyCar && command.car != *m_onlyCar) return;
  const auto it = std::lower_bound(m_commands.begin(), m_commands.end(), command,
                                   [](const auto& a, const auto& b) { return a.id > b.id; });
  const int row = int(it - m_commands.begin());
  if (it != m_commands.end() && it->id == command.id) {
    // States only go forward; an older one may arrive late.
    if (command.changedAt < it->changedAt || (isFinal(it->state) && !isFinal(command.state))) return;
    if (*it == command) return;
    *it = command;
    emit dataChanged(index(row, 0), index(row, kCommandColumns - 1));
    return;
  }
  if (std::size_t(row) >= kMaxCommands) return;
  beginInsertRows({}, row, row);
  m_commands.insert(it, command);
  endInsertRows();
  if (m_commands.size() <= kMaxCommands) return;
  beginRemoveRows({}, int(kMaxCommands), int(kMaxCommands));
  m_commands.pop_back();
  endRemoveRows();
}

const api::Command* CommandModel::at(int row) const {
  return row >= 0 && std::size_t(row) < m_commands.size() ? &m_commands[std::size_t(row)] : nullptr;
}

int CommandModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_commands.size());
}
int CommandModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kCommandColumns;
}

QString CommandModel::text(const api::Command& command, CommandColumn column) const {
  const TimePoint now = m_store.now();
  switch (column) {
    case CommandColumn::car: {
      const auto row = m_store.rowOf(command.car);
      return row ? m_store.label(*row) : tr("Car no. %1").arg(command.car.value);
    }
    case CommandColumn::name: {
      const bool bare = command.arguments.empty() || command.arguments == "{}";
      const QString name = QString::fromStdString(command.name);
      return bare ? name : name + "  " + QString::fromStdString(command.arguments);
    }
    case CommandColumn::state:
      // Of what came in between only the last is stored.
      return changedSince(command) ? tr("Under way") : phrases::commandState(command.state);
    case CommandColumn::created:
      return phrases::moment(command.createdAt, now);
    case CommandColumn::expires:
      if (isFinal(command.state) && !changedSince(command)) return {};
      return command.expiresAt <= now ? tr("now") : tr("in %1").arg(phrases::duration(command.expiresAt - now));
    case CommandColumn::result:
      return changedSince(command) ? QString() : answerText(command.result);
  }
  return {};
}

QVariant CommandModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const api::Command& command = m_commands[std::size_t(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return text(command, CommandColumn(index.column()));
    case Qt::ToolTipRole: {
      const auto column = CommandColumn(index.column());
      const bool isLong = column == CommandColumn::name || column == CommandColumn::result;
      return isLong ? QVariant(text(command, column)) : QVariant();
    }
    case kCommandIdRole:
      return QString::fromStdString(command.id);
    case kCommandStateRole:
      return int(changedSince(command) ? api::CommandState::sent : command.state);
    case kCommandCarRole:
      return command.car.value;
    case kCommandCancellableRole:
      return m_store.isLive() && !isFinal(command.state);
    default:
      return {};
  }
}

QVariant CommandModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (CommandColumn(section)) {
    case CommandColumn::car:
      return tr("Car");
    case CommandColumn::name:
      return tr("Command");
    case CommandColumn::state:
      return tr("State");
    case CommandColumn::created:
      return tr("Sent at");
    case CommandColumn::expires:
      return tr("Expires");
    case CommandColumn::result:
      return tr("Answer");
  }
  return {};
}

}  // namespace carport::ui
