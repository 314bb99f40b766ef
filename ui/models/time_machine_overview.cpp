#include "ui/models/time_machine_overview.h"

#include "gateway/api/car_state.h"
#include "ui/client/gateway_client.h"

#include <algorithm>
#include <cstdlib>

namespace carport::ui {

namespace {
/// A view that has moved on by less than this share of its length needs no new answer.
constexpr int kOverviewShareThatMoves = 200;
}  // namespace

TimeMachineOverview::TimeMachineOverview(GatewayClient& client, QObject* parent) : QObject(parent), m_client(client) {
  m_settle.setSingleShot(true);
  m_settle.setInterval(kSettleMs);
  m_refresh.setInterval(kEmptyRefreshMs);
  connect(&m_settle, &QTimer::timeout, this, &TimeMachineOverview::fetch);
  connect(&m_refresh, &QTimer::timeout, this, [this] {
    const bool reachesPresent = m_view.to + Milliseconds(2 * kRefreshMs) >= m_client.now();
    // While there is nothing at all the first messages are to be seen soon.
    if (reachesPresent && (m_bars.empty() || m_sinceFetch.hasExpired(kRefreshMs))) fetch();
  });
  m_refresh.start();
  connect(&client, &GatewayClient::refreshNeeded, this, &TimeMachineOverview::fetch);
  connect(&client, &GatewayClient::connectionStateChanged, this, [this](ConnectionState state) {
    // Another gateway has another past; after a mere interruption what is known stays.
    if (state != ConnectionState::idle) return;
    m_barsReply.cancel();
    m_eventsReply.cancel();
    m_bars.clear();
    m_events.clear();
    m_most = 0;
    emit changed();
  });
  connect(&client, &GatewayClient::eventReceived, this, [this](const api::Event& event) {
    const bool isSeen = event.time >= m_view.from && event.time < m_view.to + Milliseconds(kFollowsWithinMs);
    if (!isSeen) return;
    if (m_events.size() >= kMaxEvents) m_events.pop_back();
    m_events.insert(m_events.begin(), event);
    emit changed();
  });
}

TimeMachineOverview::~TimeMachineOverview() {
  m_barsReply.cancel();
  m_eventsReply.cancel();
}

void TimeMachineOverview::setView(const TimeRange& view, std::size_t buckets) {
  m_view = view;
  m_buckets = std::clamp<std::size_t>(buckets, 1, kMaxBuckets);
  const Milliseconds enough = view.length() / kOverviewShareThatMoves;
  const bool same =
      std::chrono::abs(view.from - m_fetched.from) <= enough && std::chrono::abs(view.to - m_fetched.to) <= enough;
  if (!same) m_settle.start();
}

void TimeMachineOverview::fetch() {
  m_settle.stop();
  if (m_view.isEmpty() || !m_client.isConnected()) return;
  m_fetched = m_view;
  m_sinceFetch.start();
  fetchBars(api::metric::kSpeed);
  EventQuery query;
  query.from = m_view.from;
  query.to = m_view.to;
  query.limit = kMaxEvents;
  m_eventsReply.cancel();
  m_eventsReply = m_client.events(query);
  m_eventsReply.then(this, [this](const Result<std::vector<api::Event>>& events) {
    if (!events) return;
    m_events = *events;
    emit changed();
  });
}

void TimeMachineOverview::fetchBars(const char* metric) {
  api::FleetHistoryQuery query;
  query.metric = metric;
  query.from = std::max(TimePoint(), m_fetched.from);
  query.to = std::max(query.from + Milliseconds(1), m_fetched.to);
  query.maxBuckets = m_buckets;
  // Nearly every car says its speed, and those that do not at least where they are.
  const bool isLast = metric != api::metric::kSpeed;
  m_barsReply.cancel();
  m_barsReply = m_client.fleetHistory(query);
  m_barsReply.then(this, [this, isLast](const Result<api::FleetHistory>& history) { onBars(history, isLast); });
}

void TimeMachineOverview::onBars(const Result<api::FleetHistory>& history, bool isLast) {
  if (!history) return;
  if (history->buckets.empty() && !isLast) return fetchBars(api::metric::kLatitude);
  m_bars.clear();
  m_most = 0;
  for (const api::FleetBucket& bucket : history->buckets) {
    m_bars.push_back({{bucket.time, bucket.time + history->bucketWidth}, bucket.count});
    m_most = std::max(m_most, bucket.count);
  }
  emit changed();
}

std::uint64_t TimeMachineOverview::messagesAt(TimePoint time) const {
  const auto found =
      std::find_if(m_bars.begin(), m_bars.end(), [&](const Bar& bar) { return bar.range.contains(time); });
  return found == m_bars.end() ? 0 : found->messages;
}

}  // namespace carport::ui
