// What the time machine asks the gateway for.
#include "ui/client/gateway_client.h"
#include "ui/models/time_machine.h"

#include <algorithm>
#include <array>
#include <utility>

namespace carport::ui {

namespace {

/// How much of what a hand passes over is fetched to each side.
constexpr int kRoughStepsAround = 40;
constexpr std::size_t kJumpEventsAtOnce = 1'000;
/// How far the next event is looked for, in steps that grow.
constexpr std::array kJumpWindows{Milliseconds(std::chrono::hours(1)), Milliseconds(std::chrono::hours(24)),
                                  Milliseconds(std::chrono::hours(24 * 31)),
                                  Milliseconds(std::chrono::hours(24 * 366 * 5))};

}  // namespace

void TimeMachine::fetch() {
  if (!m_client.isConnected()) return setMessage(m_client.connectionSentence());
  // The answer that is out is kept; what is wanted now is asked for when it has come.
  if (m_reply.isPending()) return;
  const TimePoint at = m_clock.moment();
  const Milliseconds step = wantedStep();
  if (step == Milliseconds(0)) return fetchFrom(at, at, step);
  if (!isPlaying())
    return fetchFrom(std::max(TimePoint(), at - kRoughStepsAround * step), at + kRoughStepsAround * step, step);
  fetchFrom(at, at + kSecondsAhead * kFixesASecond * step, step);
}

void TimeMachine::fetchAhead() {
  if (m_reply.isPending()) return;
  const Milliseconds step = wantedStep(), length = kSecondsAhead * kFixesASecond * step;
  // The end of what is there without a gap.
  TimePoint end = m_clock.moment();
  for (bool grows = true; grows;) {
    grows = false;
    for (const TimeMachineStretch& one : m_stretches) {
      const bool serves = one.askedStep() <= step && one.askedStep() > Milliseconds(0) && one.covers(end);
      if (!serves || one.to() <= end) continue;
      end = one.to();
      grows = true;
    }
  }
  if (end - m_clock.moment() < length / 2 && end < present()) fetchFrom(end, end + length, step);
}

void TimeMachine::fetchFrom(TimePoint from, TimePoint to, Milliseconds step) {
  api::FleetMomentsQuery query;
  query.from = from;
  query.to = std::max(from, std::min({to, present(), from + api::kMaxMomentsRange}));
  query.step = std::max(step, api::kShortestMomentStep);
  m_reply = m_client.fleetMoments(query);
  m_reply.then(this, [this, from, step](const Result<api::FleetMoments>& moments) { onMoments(moments, from, step); });
  if (m_waiting) emit changed();
}

void TimeMachine::stopWith(const QString& sentence) {
  m_waiting = false;
  if (isPlaying()) {
    m_clock.pause();
    m_ticks.stop();
    m_store.setMoment(m_clock.moment(), 0);
  }
  m_message = sentence;
  emit changed();
}

void TimeMachine::onMoments(const Result<api::FleetMoments>& moments, TimePoint from, Milliseconds step) {
  if (isLive()) return;
  if (!moments) return stopWith(QString::fromStdString(moments.error().message()));
  TimeMachineStretch stretch(*moments, step);
  // Asking again would bring the same.
  if (!stretch.covers(from)) return stopWith(tr("The gateway answered about another time than was asked."));
  keep(std::move(stretch));
  if (!m_waiting) {
    if (isPlaying()) fetchAhead();
    return;
  }
  show();
  emit changed();
}

void TimeMachine::keep(TimeMachineStretch stretch) {
  m_stretches.push_back(std::move(stretch));
  std::size_t fixes = 0;
  for (const TimeMachineStretch& one : m_stretches) fixes += one.size();
  const auto distance = [this](const TimeMachineStretch& one) {
    if (one.covers(m_clock.moment())) return Milliseconds(0);
    return std::min(std::chrono::abs(one.from() - m_clock.moment()), std::chrono::abs(one.to() - m_clock.moment()));
  };
  // The newest stays in any case: it is what was asked for.
  while (m_stretches.size() > 1 && (fixes > kMaxFixes || m_stretches.size() > kMaxStretches)) {
    const auto farthest = std::max_element(m_stretches.begin(), m_stretches.end() - 1,
                                           [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
    fixes -= farthest->size();
    m_stretches.erase(farthest);
  }
}

void TimeMachine::fetchStates() {
  std::vector<PrincipalNumber> watched = m_client.watchedStates();
  if (watched.size() > kMaxStates) watched.resize(kMaxStates);
  m_store.keepStatesOf(watched);
  askForStates(std::move(watched));
}

void TimeMachine::fetchMissingStates() {
  // Soon all of them are asked for anyway.
  if (isLive() || m_settle.isActive()) return;
  std::vector<PrincipalNumber> missing = m_client.watchedStates();
  std::erase_if(missing, [this](PrincipalNumber car) { return m_store.state(car) != nullptr; });
  askForStates(std::move(missing));
}

void TimeMachine::askForStates(std::vector<PrincipalNumber> cars) {
  for (auto& reply : m_stateReplies) reply.cancel();
  m_stateReplies.clear();
  m_statesToAsk = std::move(cars);
  if (m_statesToAsk.size() > kMaxStates) m_statesToAsk.resize(kMaxStates);
  for (std::size_t i = 0; i < kStatesAtOnce; ++i) fetchNextState();
}

void TimeMachine::fetchNextState() {
  std::erase_if(m_stateReplies, [](const auto& reply) { return !reply.isPending(); });
  if (m_statesToAsk.empty() || isLive()) return;
  const PrincipalNumber car = m_statesToAsk.back();
  m_statesToAsk.pop_back();
  const auto row = m_store.rowOf(car);
  if (!row) return fetchNextState();
  auto reply = m_client.carMoment(m_store.id(*row), m_clock.moment());
  reply.then(this, [this, car](const Result<std::optional<api::CarState>>& state) {
    if (isLive()) return;
    if (state && *state) {
      m_store.applyState(**state);
    } else if (state) {
      m_store.forgetState(car);
    }
    fetchNextState();
  });
  m_stateReplies.push_back(std::move(reply));
}

void TimeMachine::toPreviousEvent() {
  EventQuery query;
  query.to = moment();
  query.limit = 1;
  m_eventsReply.cancel();
  m_eventsReply = m_client.events(query);
  m_eventsReply.then(this, [this](const Result<std::vector<api::Event>>& events) {
    if (!events) return setMessage(QString::fromStdString(events.error().message()));
    if (events->empty()) return setMessage(tr("Nothing happened before this moment."));
    goTo(events->front().time);
  });
}

void TimeMachine::toNextEvent() {
  if (isLive()) return;
  const TimePoint from = moment() + Milliseconds(1);
  findNextEvent({from, from + kJumpWindows.front(), {}});
}

void TimeMachine::findNextEvent(const EventSearch& search) {
  EventQuery query;
  query.from = search.from;
  query.to = search.to;
  query.limit = kJumpEventsAtOnce;  // the newest come first, and the oldest is wanted
  m_eventsReply.cancel();
  m_eventsReply = m_client.events(query);
  m_eventsReply.then(this,
                     [this, search](const Result<std::vector<api::Event>>& events) { onNextEvents(search, events); });
}

void TimeMachine::onNextEvents(const EventSearch& search, const Result<std::vector<api::Event>>& events) {
  if (!events) return setMessage(QString::fromStdString(events.error().message()));
  if (events->size() >= kJumpEventsAtOnce && events->back().time > search.from) {
    // There may be older ones than those that came: what lies before them is looked through by halves.
    const TimePoint found = events->back().time;
    return findNextEvent({search.from, search.from + (found - search.from + Milliseconds(1)) / 2, found});
  }
  if (!events->empty()) return goTo(events->back().time);
  if (search.found) {
    if (search.to >= *search.found) return goTo(*search.found);
    return findNextEvent({search.to, *search.found, search.found});
  }
  const Milliseconds window = search.to - search.from;
  const auto wider = std::upper_bound(kJumpWindows.begin(), kJumpWindows.end(), window);
  if (wider == kJumpWindows.end() || search.to >= present())
    return setMessage(tr("Nothing happened after this moment."));
  findNextEvent({search.from, search.from + *wider, {}});
}

}  // namespace carport::ui
