#include "ui/models/event_model.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {

constexpr std::size_t kFetched = 500;

bool isNewer(const api::Event& a, const api::Event& b) {
  return std::pair(a.time, a.number) > std::pair(b.time, b.number);
}

}  // namespace

EventModel::EventModel(const CarStore& store, QObject* parent) : QAbstractTableModel(parent), m_store(store) {
  connect(&store, &CarStore::momentSettled, this, [this] {
    if (m_fetch == nullptr) return;
    std::vector<api::Event> before;
    if (!m_store.isLive()) {
      // Stays until the answer is there: while time runs this comes every second.
      before = m_events;
      std::erase_if(before, [this](const api::Event& event) { return event.time > m_store.now(); });
    }
    if (before.size() != m_events.size()) setEvents(std::move(before));
    fetch();
  });
}

EventQuery EventModel::newest() const {
  EventQuery query;
  query.limit = kFetched;
  if (!m_store.isLive()) query.to = m_store.now() + Milliseconds(1);
  return query;
}

void EventModel::attach(GatewayClient& client) {
  m_onlyCar.reset();
  attach(client, [this, &client] { return client.events(newest()); });
}

void EventModel::attach(GatewayClient& client, const QString& carId, PrincipalNumber car) {
  m_onlyCar = car;
  attach(client, [this, &client, carId] { return client.carEvents(carId, newest()); });
}

void EventModel::attach(GatewayClient& client, std::function<Reply<std::vector<api::Event>>()> fetch) {
  if (m_client != nullptr) m_client->disconnect(this);
  m_client = &client;
  m_fetch = std::move(fetch);
  connect(&client, &GatewayClient::refreshNeeded, this, &EventModel::fetch);
  connect(&client, &GatewayClient::eventReceived, this, [this](const api::Event& event) {
    if (m_store.isLive()) add(event);
  });
  setEvents({});
  if (client.isConnected()) this->fetch();
}

void EventModel::fetch() {
  m_reply.cancel();
  m_reply = m_fetch();
  m_reply.then(this, [this](const Result<std::vector<api::Event>>& events) {
    m_trouble = events ? QString() : QString::fromStdString(events.error().message());
    if (events) {
      std::vector<api::Event> live = std::exchange(m_events, {});
      if (!m_store.isLive()) live.clear();
      setEvents(*events);
      for (const api::Event& event : live) add(event);
    }
    emit loadingChanged();
  });
  emit loadingChanged();
}

void EventModel::setEvents(std::vector<api::Event> events) {
  beginResetModel();
  m_events = std::move(events);
  std::sort(m_events.begin(), m_events.end(), isNewer);
  if (m_events.size() > kMaxEvents) m_events.resize(kMaxEvents);
  endResetModel();
}

void EventModel::add(const api::Event& event) {
  if (m_onlyCar && event.car != *m_onlyCar) return;
  const auto it = std::lower_bound(m_events.begin(), m_events.end(), event, isNewer);
  const int row = int(it - m_events.begin());
  if (std::size_t(row) >= kMaxEvents ||
      (it != m_events.end() && it->number == event.number && it->time == event.time)) {
    return;
  }
  beginInsertRows({}, row, row);
  m_events.insert(it, event);
  endInsertRows();
  if (m_events.size() <= kMaxEvents) return;
  beginRemoveRows({}, int(kMaxEvents), int(kMaxEvents));
  m_events.pop_back();
  endRemoveRows();
}

const api::Event* EventModel::at(int row) const {
  return row >= 0 && std::size_t(row) < m_events.size() ? &m_events[std::size_t(row)] : nullptr;
}

int EventModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_events.size());
}
int EventModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kEventColumns;
}

QVariant EventModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const api::Event& event = m_events[std::size_t(index.row())];
  if (role == kEventSeverityRole) return int(event.severity);
  if (role == kEventActiveRole) return event.active;
  if (role == kEventCarRole) return event.car.value;
  const auto column = EventColumn(index.column());
  if (role == Qt::ToolTipRole && column == EventColumn::message) return QString::fromStdString(event.message);
  if (role != Qt::DisplayRole) return {};
  switch (column) {
    case EventColumn::time:
      return phrases::moment(event.time, m_store.now());
    case EventColumn::car: {
      const auto row = m_store.rowOf(event.car);
      return row ? m_store.label(*row) : tr("Car no. %1").arg(event.car.value);
    }
    case EventColumn::severity:
      return phrases::severity(event.severity);
    case EventColumn::name:
      return event.active ? QString::fromStdString(event.name)
                          : tr("%1 (over)").arg(QString::fromStdString(event.name));
    case EventColumn::message:
      return QString::fromStdString(event.message);
  }
  return {};
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (EventColumn(section)) {
    case EventColumn::time:
      return tr("Time");
    case EventColumn::car:
      return tr("Car");
    case EventColumn::severity:
      return tr("Severity");
    case EventColumn::name:
      return tr("Event");
    case EventColumn::message:
      return tr("Message");
  }
  return {};
}

}  // namespace carport::ui
