#include "ui/models/history_loader.h"

#include "ui/client/gateway_client.h"

namespace carport::ui {

HistoryLoader::HistoryLoader(GatewayClient& client, QObject* parent) : QObject(parent), m_client(client) {
  m_settle.setSingleShot(true);
  connect(&m_settle, &QTimer::timeout, this, &HistoryLoader::fetch);
  connect(&client, &GatewayClient::refreshNeeded, this, [this] {
    m_window.invalidate();
    retry();
  });
}

HistoryLoader::~HistoryLoader() {
  m_reply.cancel();
}

void HistoryLoader::setCar(const QString& carId, PrincipalNumber car) {
  m_carId = carId;
  m_car = car;
  m_reply.cancel();
  m_trouble.clear();
  m_window.reset();
  m_settle.start(0);
  emit changed();
}

void HistoryLoader::setMetrics(const std::vector<std::string>& metrics) {
  if (metrics == m_window.metrics()) return;
  m_reply.cancel();
  m_trouble.clear();
  m_window.setMetrics(metrics);
  m_settle.start(0);
  emit changed();
}

void HistoryLoader::setView(TimeRange visible, std::size_t pixelWidth) {
  m_window.setView(visible, pixelWidth);
  // The first view at once, further ones when the hand rests.
  if (!m_settle.isActive()) m_settle.start(m_window.hasData() ? kSettleMs : 0);
}

void HistoryLoader::retry() {
  m_settle.start(0);
}

void HistoryLoader::fetch() {
  if (m_carId.isEmpty() || !m_client.isConnected()) return;
  auto request = m_window.next();
  if (!request) return;
  request->query.car = m_car;
  m_reply.cancel();
  m_reply = m_client.history(m_carId, request->query);
  m_reply.then(this, [this, generation = request->generation](const Result<api::History>& history) {
    onHistory(generation, history);
  });
  emit changed();
}

void HistoryLoader::onHistory(std::uint64_t generation, const Result<api::History>& history) {
  if (history) {
    if (m_window.accept(generation, *history)) m_trouble.clear();
  } else {
    m_window.failed(generation);
    m_trouble = QString::fromStdString(history.error().message());
    m_settle.start(kRetryMs);
  }
  emit changed();
}

void HistoryLoader::addState(const api::CarState& state) {
  if (state.position.car != m_car) return;
  for (const std::string& metric : m_window.metrics()) {
    const auto it = state.metrics.find(metric);
    if (it != state.metrics.end()) m_window.appendLive(metric, it->second.time, it->second.value);
  }
  emit changed();
}

}  // namespace carport::ui
