#include "ui/models/time_machine.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {

constexpr int kMomentSettleMs = 250;
constexpr int kSettleWhilePlayingMs = 1'000;
/// Playing from the present begins so long before it.
constexpr Milliseconds kBackForPlaying = std::chrono::minutes(10);
/// Closer to the present than this is the present: what cars sent is still on its way.
constexpr Milliseconds kPresentEdge{1'000};
constexpr int kRoughMomentSteps = 300;

}  // namespace

TimeMachine::TimeMachine(GatewayClient& client, CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  m_ticks.setInterval(kTickMs);
  m_ticks.setTimerType(Qt::PreciseTimer);
  m_settle.setSingleShot(true);
  connect(&m_ticks, &QTimer::timeout, this, [this] { tick(Milliseconds(m_sinceTick.restart())); });
  connect(&m_settle, &QTimer::timeout, this, &TimeMachine::settle);
  connect(&client, &GatewayClient::connectionStateChanged, this, [this](ConnectionState state) {
    // Another gateway has another past.
    if (state == ConnectionState::idle) {
      m_stretches.clear();
      goLive();
    }
  });
  connect(&client, &GatewayClient::refreshNeeded, this, [this] {
    if (!isLive()) show();
  });
  connect(&client, &GatewayClient::watchedStatesChanged, this, &TimeMachine::fetchMissingStates);
  connect(&store, &CarStore::reset, this, [this] {
    if (!isLive()) show();
  });
}

TimeMachine::~TimeMachine() {
  m_client.refuseCommands({});
}

TimePoint TimeMachine::present() const {
  return m_client.now();
}

TimePoint TimeMachine::moment() const {
  return isLive() ? present() : m_clock.moment();
}

void TimeMachine::goLive() {
  if (isLive()) return;
  m_clock.goLive();
  m_ticks.stop();
  m_settle.stop();
  m_reply.cancel();
  m_eventsReply.cancel();
  for (auto& reply : m_stateReplies) reply.cancel();
  m_stateReplies.clear();
  m_statesToAsk.clear();
  m_waiting = false;
  m_message.clear();
  m_client.refuseCommands({});
  m_store.setMoment(std::nullopt);
  emit m_store.momentSettled();
  emit changed();
}

void TimeMachine::enter(TimePoint moment) {
  if (moment >= present() - kPresentEdge) return goLive();
  m_client.refuseCommands(tr("Nothing was sent: you are looking at the past. Go back to live to send commands."));
  m_clock.goTo(std::max(moment, TimePoint()));
  m_store.setMoment(m_clock.moment(), isPlaying() ? speed() : 0);
  emit momentChanged(m_clock.moment());
  show();
  if (!m_settle.isActive() || !isPlaying()) m_settle.start(isPlaying() ? kSettleWhilePlayingMs : kMomentSettleMs);
  emit changed();
}

void TimeMachine::goTo(TimePoint moment) {
  m_roughStep = Milliseconds(0);
  enter(moment);
}

void TimeMachine::passOver(TimePoint moment, Milliseconds shown) {
  m_roughStep = std::clamp(shown / kRoughMomentSteps, Milliseconds(1'000), Milliseconds(api::kLongestMomentStep));
  enter(moment);
}

void TimeMachine::step(Milliseconds by) {
  goTo(moment() + by);
}

void TimeMachine::play() {
  if (isLive()) enter(present() - kBackForPlaying);
  m_roughStep = Milliseconds(0);
  m_clock.play();
  m_store.setMoment(m_clock.moment(), speed());
  m_sinceTick.start();
  m_ticks.start();
  m_settle.start(kSettleWhilePlayingMs);
  show();
  emit changed();
}

void TimeMachine::pause() {
  if (!isPlaying()) return;
  m_clock.pause();
  m_ticks.stop();
  // Between two fixes it was near enough; what stands is exact.
  goTo(m_clock.moment());
}

void TimeMachine::togglePlaying() {
  isPlaying() ? pause() : play();
}

void TimeMachine::setSpeed(double speed) {
  m_clock.setSpeed(speed);
  if (isPlaying()) m_store.setMoment(m_clock.moment(), m_clock.speed());
  emit changed();
}

void TimeMachine::changeSpeed(int steps) {
  m_clock.changeSpeed(steps);
  setSpeed(m_clock.speed());
}

void TimeMachine::tick(Milliseconds passed) {
  // Nothing runs on that cannot be shown.
  if (!isPlaying() || m_waiting) return;
  m_clock.advance(passed);
  if (m_clock.moment() >= present() - kPresentEdge) return goLive();
  m_store.setMoment(m_clock.moment(), speed());
  emit momentChanged(m_clock.moment());
  show();
}

Milliseconds TimeMachine::wantedStep() const {
  if (!isPlaying()) return m_roughStep;
  const double ms = std::round(speed() * 1000 / kFixesASecond);
  return std::clamp(Milliseconds(static_cast<std::int64_t>(ms)), api::kShortestMomentStep,
                    Milliseconds(api::kLongestMomentStep));
}

const TimeMachineStretch* TimeMachine::find() const {
  const Milliseconds most = wantedStep();
  const TimeMachineStretch* best = nullptr;
  for (const TimeMachineStretch& one : m_stretches) {
    if (!one.covers(m_clock.moment()) || one.askedStep() > most) continue;
    // A moment alone does not tell where cars go from there.
    if (isPlaying() && one.askedStep() == Milliseconds(0)) continue;
    if (best == nullptr || one.askedStep() < best->askedStep()) best = &one;
  }
  return best;
}

void TimeMachine::show() {
  const bool waited = isLoading();
  if (const TimeMachineStretch* stretch = find()) {
    m_waiting = false;
    apply(*stretch);
    if (isPlaying()) fetchAhead();
  } else {
    m_waiting = true;
    fetch();
  }
  if (waited != isLoading()) emit changed();
}

void TimeMachine::apply(const TimeMachineStretch& stretch) {
  const std::vector<api::CarPosition> cars = stretch.at(m_clock.moment());
  std::vector<bool> heardOf(m_store.size(), false);
  std::vector<api::CarPosition> news;
  for (const api::CarPosition& car : cars) {
    const auto row = m_store.rowOf(car.car);
    if (!row) continue;
    heardOf[*row] = true;
    const api::CarPosition known = m_store.position(*row);
    const bool same = known.time == car.time && known.activity == car.activity && known.latitude == car.latitude &&
                      known.longitude == car.longitude;
    if (!same) news.push_back(car);
  }
  for (CarStore::Row row = 0; row < m_store.size(); ++row) {
    if (heardOf[row] || m_store.timesMs()[row] == 0) continue;
    api::CarPosition nothing;
    nothing.car = m_store.numbers()[row];
    news.push_back(nothing);
  }
  m_store.applyPositions(news);
  setMessage(
      cars.empty()
          ? tr("Nothing is stored of this moment, nor of the %1 before it.").arg(phrases::duration(stretch.lookBack()))
          : QString());
}

void TimeMachine::settle() {
  if (isLive()) return;
  emit m_store.momentSettled();
  fetchStates();
  if (isPlaying()) m_settle.start(kSettleWhilePlayingMs);
}

void TimeMachine::setMessage(const QString& message) {
  if (message == m_message) return;
  m_message = message;
  emit changed();
}

}  // namespace carport::ui
