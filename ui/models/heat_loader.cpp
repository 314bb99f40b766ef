#include "ui/models/heat_loader.h"

#include "ui/client/client_errc.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"

#include <algorithm>

namespace carport::ui {

namespace {

/// For so many times as long as an answer took none is asked for anew, within bounds: counting must not keep a gateway
/// busy.
constexpr int kHeatRests = 30;
constexpr Milliseconds kShortestPatience{15'000};
constexpr Milliseconds kLongestPatience{600'000};

}  // namespace

HeatLoader::HeatLoader(GatewayClient& client, const CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  m_rest.setSingleShot(true);
  m_rest.setInterval(kRestMs);
  m_review.setInterval(kReviewMs);
  connect(&m_rest, &QTimer::timeout, this, &HeatLoader::review);
  connect(&m_review, &QTimer::timeout, this, &HeatLoader::review);
  connect(&m_store, &CarStore::liveChanged, this, &HeatLoader::askSoon);
  connect(&m_store, &CarStore::momentSettled, this, &HeatLoader::askSoon);
  connect(&m_client, &GatewayClient::refreshNeeded, this, [this] {
    // Perhaps another gateway.
    m_asked = {};
    m_failure.clear();
    askSoon();
  });
}

void HeatLoader::setActive(bool active) {
  if (active == m_isActive) return;
  m_isActive = active;
  if (active) {
    m_isStopped = false;
    m_review.start();
    askSoon();
    return;
  }
  m_review.stop();
  m_rest.stop();
  const bool wasLoading = isLoading();
  m_reply.cancel();
  if (wasLoading) m_asked = {};
}

void HeatLoader::setView(const MapViewport& viewport) {
  if (viewport == m_viewport) return;
  m_viewport = viewport;
  if (!m_isActive) return;
  m_isStopped = false;
  // Restarted with every move: it fires once the hand rests.
  m_rest.start();
}

void HeatLoader::setPeriod(HeatPeriod period) {
  if (period == m_period) return;
  m_period = period;
  m_isStopped = false;
  m_failure.clear();
  askSoon();
}

void HeatLoader::setSlider(const TimeRange& range) {
  m_slider = range;
  if (m_period == HeatPeriod::slider) askSoon();
}

void HeatLoader::setCars(const QStringList& ids) {
  if (ids == m_cars) return;
  m_cars = ids;
  m_isStopped = false;
  m_failure.clear();
  askSoon();
}

void HeatLoader::cancel() {
  m_reply.cancel();
  m_rest.stop();
  m_asked = {};
  m_isStopped = true;
  emit changed();
}

QString HeatLoader::message() const {
  if (m_isStopped) return tr("Stopped. Move the map or choose a period to count again.");
  if (m_cars.size() > kMaxCars) return tr("Time is counted of up to %1 chosen cars; choose fewer.").arg(kMaxCars);
  if (!m_failure.isEmpty()) return m_failure;
  if ((isLoading() && !m_isRefresh) || !m_heat || m_heat->total > 0) return {};
  return m_cars.isEmpty() ? tr("No car was here in this time.") : tr("None of the chosen cars was here in this time.");
}

void HeatLoader::askSoon() {
  if (m_isActive && !m_rest.isActive()) m_rest.start();
}

Milliseconds HeatLoader::patience() const {
  return std::clamp<Milliseconds>(m_took * kHeatRests, kShortestPatience, kLongestPatience);
}

bool HeatLoader::isSameButTime(const Question& question) const {
  return !m_asked.time.isEmpty() && m_asked.period == question.period && m_asked.cars == question.cars &&
         heatCovers(m_asked.grid, m_viewport);
}

bool HeatLoader::answers(const Question& question) const {
  // What is on its way is waited for: counting may take longer than what is there stays fresh.
  const Milliseconds off = isLoading() ? kLongestPatience : patience();
  const auto isNear = [off](TimePoint a, TimePoint b) { return a - b <= off && b - a <= off; };
  return isSameButTime(question) && isNear(m_asked.time.from, question.time.from) &&
         isNear(m_asked.time.to, question.time.to);
}

void HeatLoader::review() {
  if (!m_isActive || m_isStopped || m_cars.size() > kMaxCars || !m_client.isConnected()) return;
  const Question wanted{heatGridFor(m_viewport), heatRange(m_period, m_store.now(), m_slider), m_period, m_cars};
  if (wanted.time.isEmpty() || answers(wanted)) {
    const bool isRetryDue = !m_failure.isEmpty() && m_sinceFailure.hasExpired(kRetryMs);
    if (!isRetryDue || isLoading()) return;
  }
  m_isRefresh = m_heat && m_failure.isEmpty() && isSameButTime(wanted);
  m_asked = wanted;
  ask();
}

void HeatLoader::ask() {
  m_reply.cancel();
  m_sinceAsked.start();
  api::FleetHeatQuery query;
  query.from = m_asked.time.from;
  query.to = m_asked.time.to;
  query.grid = m_asked.grid;
  m_reply = m_client.fleetHeat(query, m_asked.cars);
  m_reply.then(this, [this](const Result<api::FleetHeat>& heat) { onAnswer(heat); });
  emit changed();
}

void HeatLoader::onAnswer(const Result<api::FleetHeat>& heat) {
  if (heat) {
    m_failure.clear();
    m_heat = std::make_shared<const api::FleetHeat>(*heat);
    m_took = Milliseconds(m_sinceAsked.elapsed());
  } else if (heat.error().is(ClientErrc::cancelled)) {
    m_asked = {};
  } else {
    m_failure = QString::fromStdString(heat.error().message());
    m_sinceFailure.start();
  }
  emit changed();
}

}  // namespace carport::ui
