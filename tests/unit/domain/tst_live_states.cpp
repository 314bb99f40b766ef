#include "gateway/base/result.h"
#include "gateway/domain/live_states.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <string>

using namespace carport;
using api::Activity;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {
constexpr PrincipalNumber kCar{7}, kOther{8};
}

/// What the tests share.
class Fixture {
 protected:
  MetricNames m_names;
  ManualClock m_clock;

  SampleBatch sample(TimePoint time, std::initializer_list<std::pair<const char*, double>> metrics,
                     PrincipalNumber car = kCar) {
    SampleBatch batch;
    batch.beginRow(car, time, m_clock.now());
    for (const auto& [name, value] : metrics) batch.addMetric(*m_names.intern(name), value);
    return batch;
  }
  api::Event makeEvent(const char* name, api::Severity severity, bool active, TimePoint time) {
    api::Event result;
    result.car = kCar;
    result.name = name;
    result.severity = severity;
    result.active = active;
    result.time = time;
    result.arrival = m_clock.now();
    return result;
  }
  Activity activity(const LiveStates& live) { return live.find(kCar)->position.activity; }
};

class TestLiveStates : public QObject, Fixture {
  Q_OBJECT

 private slots:
  void init() { m_clock.setNow(ManualClock().now()); }

  void newestSampleShows() {
    LiveStates live(m_names);
    QVERIFY(live.find(kCar) == nullptr);
    SampleBatch batch =
        sample(m_clock.now(), {{"lat", 48.1}, {"lon", 11.5}, {"speed", 50}, {"heading", 90}, {"soc", 80}});
    batch.addAttribute(*m_names.intern("mode"), std::string("eco"));
    live.apply(batch);
    const auto* state = live.find(kCar);
    QVERIFY(state != nullptr && state->position.hasFix());
    QCOMPARE(state->position.car.value, kCar.value);
    QCOMPARE(state->position.latitude, 48.1);
    QCOMPARE(state->position.longitude, 11.5);
    QCOMPARE(state->position.speed, 50.0F);
    QCOMPARE(state->position.heading, 90.0F);
    QCOMPARE(state->metrics.at("soc").value, 80.0);
    QCOMPARE(std::get<std::string>(state->attributes.at("mode").value), std::string("eco"));
    QVERIFY(state->position.time == m_clock.now() && state->arrival == m_clock.now());
  }

  void lateSamplesChangeOnlyWhatNothingNewerIsKnownOf() {
    LiveStates live(m_names);
    const TimePoint time = m_clock.now();
    live.apply(sample(time, {{"speed", 50}, {"lat", 1}, {"lon", 2}}));
    m_clock.advance(seconds(1));
    live.apply(sample(time - minutes(1), {{"speed", 10}, {"lat", 9}, {"lon", 9}, {"soc", 60}}));
    const auto* state = live.find(kCar);
    QCOMPARE(state->position.speed, 50.0F);
    QCOMPARE(state->position.latitude, 1.0);
    QVERIFY(state->position.time == time);
    QCOMPARE(state->metrics.at("soc").value, 60.0);
    QVERIFY(state->arrival == m_clock.now());
    live.apply(sample(time, {{"speed", 51}}));  // the same time again: the later arrival counts
    QCOMPARE(live.find(kCar)->position.speed, 51.0F);
  }

  void fieldsAreKeptWhereANewerSampleLacksThem() {
    LiveStates live(m_names);
    live.apply(sample(m_clock.now(), {{"lat", 1}, {"lon", 2}, {"soc", 60}}));
    m_clock.advance(seconds(1));
    live.apply(sample(m_clock.now(), {{"soc", 59}}));
    QVERIFY(live.find(kCar)->position.hasFix());
    QCOMPARE(live.find(kCar)->metrics.at("soc").value, 59.0);
  }

  void drivesIdlesParksAndFallsSilent() {
    LiveStates live(m_names);
    live.apply(sample(m_clock.now(), {{"soc", 60}}));
    QVERIFY(activity(live) == Activity::unknown);
    live.apply(sample(m_clock.now(), {{"speed", api::kDrivingKmh}}));
    QVERIFY(activity(live) == Activity::driving);
    m_clock.advance(seconds(1));
    live.apply(sample(m_clock.now(), {{"speed", api::kDrivingKmh - 0.1}}));
    QVERIFY(activity(live) == Activity::idling);
    m_clock.advance(api::kIdlingFor - seconds(1) - Milliseconds(1));
    live.advance(m_clock.now());
    QVERIFY(activity(live) == Activity::idling);
    m_clock.advance(Milliseconds(1));
    live.advance(m_clock.now());
    QVERIFY(activity(live) == Activity::parked);
    m_clock.advance(api::kSilentAfter);
    live.advance(m_clock.now());
    QVERIFY(activity(live) == Activity::silent);
    live.apply(sample(m_clock.now(), {{"speed", 0}}));
    QVERIFY(activity(live) == Activity::parked);
  }

  void whatComesLateDidNotHappenNow() {
    LiveStates live(m_names);
    const TimePoint now = m_clock.now();
    live.apply(sample(now - std::chrono::hours(2), {{"speed", 50}}));
    live.apply(sample(now - std::chrono::hours(1), {{"speed", 0}}));
    QVERIFY(activity(live) == Activity::parked);
    live.apply(sample(now - minutes(2), {{"speed", 50}}));
    live.apply(sample(now, {{"speed", 0}}));
    QVERIFY(activity(live) == Activity::idling);
  }

  void silenceIsToldByArrival() {
    LiveStates live(m_names);
    live.apply(sample(m_clock.now() - std::chrono::hours(24 * 3650), {{"speed", 40}}));  // a clock ten years off
    live.advance(m_clock.now());
    QVERIFY(activity(live) == Activity::driving);
    m_clock.advance(api::kSilentAfter);
    live.advance(m_clock.now());
    QVERIFY(activity(live) == Activity::driving);
    m_clock.advance(Milliseconds(1));
    live.advance(m_clock.now());
    QVERIFY(activity(live) == Activity::silent);
  }

  void aSpeedThatIsNotRepeatedStopsCounting() {
    LiveStates live(m_names);
    live.apply(sample(m_clock.now(), {{"speed", 40}}));
    for (int i = 0; i < 6; ++i) {
      m_clock.advance(minutes(1));
      live.apply(sample(m_clock.now(), {{"soc", 50}}));
    }
    QVERIFY(activity(live) == Activity::parked);
  }

  void alarmsStayUntilTheyEnd() {
    LiveStates live(m_names);
    live.apply(sample(m_clock.now(), {{"speed", 40}}));
    const TimePoint start = m_clock.now();
    live.apply(makeEvent("battery hot", api::Severity::alarm, true, start));
    QVERIFY(activity(live) == Activity::alarm);
    QCOMPARE(live.find(kCar)->activeAlarms, std::vector<std::string>{"battery hot"});
    live.apply(makeEvent("battery hot", api::Severity::alarm, true, start + seconds(1)));
    QCOMPARE(live.find(kCar)->activeAlarms.size(), std::size_t{1});
    live.apply(makeEvent("other", api::Severity::warning, true, start));
    QCOMPARE(live.find(kCar)->activeAlarms.size(), std::size_t{1});
    live.apply(makeEvent("battery hot", api::Severity::info, false, start));  // older than what is known
    QVERIFY(activity(live) == Activity::alarm);
    live.apply(makeEvent("battery hot", api::Severity::info, false, start + seconds(2)));
    QVERIFY(activity(live) == Activity::driving);
    live.apply(makeEvent("battery hot", api::Severity::alarm, true, start + seconds(1)));  // late
    QVERIFY(live.find(kCar)->activeAlarms.empty());
  }

  void anAlarmOutranksSilence() {
    LiveStates live(m_names);
    const auto start = m_clock.now();
    live.apply(makeEvent("battery hot", api::Severity::alarm, true, start));
    live.advance(start + api::kSilentAfter + Milliseconds(1));
    QVERIFY(activity(live) == Activity::alarm);  // a car that burns does not become a car that is merely quiet
    live.apply(makeEvent("battery hot", api::Severity::info, false, start + Milliseconds(1)));
    live.advance(start + 2 * api::kSilentAfter);
    QVERIFY(activity(live) == Activity::silent);
  }

  void alarmsHaveALimit() {
    LiveStates live(m_names);
    for (std::size_t i = 0; i <= LiveStates::kMaxAlarmsPerCar; ++i) {
      live.apply(makeEvent(("a" + std::to_string(i)).c_str(), api::Severity::alarm, true, m_clock.now()));
    }
    QCOMPARE(live.find(kCar)->activeAlarms.size(), LiveStates::kMaxAlarmsPerCar);
    QCOMPARE(live.find(kCar)->refusals.size(), std::size_t{1});
    live.apply(makeEvent("a0", api::Severity::alarm, false, m_clock.now()));
    live.apply(makeEvent("new", api::Severity::alarm, true, m_clock.now()));
    QCOMPARE(live.find(kCar)->activeAlarms.back(), std::string("new"));
  }

  void fieldsHaveALimitThatIsTold() {
    LiveStates live(m_names);
    SampleBatch batch;
    batch.beginRow(kCar, m_clock.now(), m_clock.now());
    for (std::size_t i = 0; i < LiveStates::kMaxMetricsPerCar + 10; ++i)
      batch.addMetric(*m_names.intern("m" + std::to_string(i)), 1);
    live.apply(batch);
    QCOMPARE(live.find(kCar)->metrics.size(), LiveStates::kMaxMetricsPerCar);
    QCOMPARE(live.find(kCar)->refusals.size(), std::size_t{1});
  }

  void aFieldThatIsRefusedAgainIsToldOnce() {
    LiveStates live(m_names);
    const api::Refusal speed{m_clock.now(), "speed", "too fast"};
    const api::Refusal early{m_clock.now(), "ts", "3650 days ago"};
    const api::Refusal late{m_clock.now(), "ts", "3651 days ago"};
    for (const auto& refusal : {speed, early, late}) live.addRefusals(kCar, {&refusal, 1});
    QCOMPARE(live.find(kCar)->refusals.size(), std::size_t{2});
    QCOMPARE(live.find(kCar)->refusals.front().reason, std::string("3651 days ago"));
    QCOMPARE(live.find(kCar)->refusals.back().field, std::string("speed"));
  }

  void refusalsAreNewestFirstAndBounded() {
    LiveStates live(m_names);
    live.addRefusals(kCar, {});
    QVERIFY(live.find(kCar) == nullptr);
    for (int i = 0; i < 30; ++i) {
      const api::Refusal refusal{m_clock.now(), "f" + std::to_string(i), "no"};
      live.addRefusals(kCar, {&refusal, 1});
    }
    QCOMPARE(live.find(kCar)->refusals.size(), api::CarState::kMaxRefusals);
    QCOMPARE(live.find(kCar)->refusals.front().field, std::string("f29"));
  }

  void tellsWhatChangedOnce() {
    LiveStates live(m_names);
    live.apply(sample(m_clock.now(), {{"speed", 40}}));
    live.apply(sample(m_clock.now(), {{"speed", 41}}));
    live.setConnected(kOther, false);
    QVERIFY(live.find(kOther) == nullptr);
    live.setConnected(kOther, true);
    auto changed = live.takeChanged();
    std::sort(changed.begin(), changed.end());
    QVERIFY(changed == std::vector<PrincipalNumber>({kCar, kOther}));
    QVERIFY(live.takeChanged().empty());
    live.setConnected(kOther, true);
    live.advance(m_clock.now());
    QVERIFY(live.takeChanged().empty());
    m_clock.advance(minutes(6));
    live.advance(m_clock.now());
    QVERIFY(live.takeChanged() == std::vector<PrincipalNumber>{kCar});
    live.apply(sample(m_clock.now(), {{"speed", 40}}));
    live.forget(kCar);
    QVERIFY(live.takeChanged().empty());
    QVERIFY(live.find(kCar) == nullptr);
    QCOMPARE(live.all().size(), std::size_t{1});
  }
};

QTEST_GUILESS_MAIN(TestLiveStates)
#include "tst_live_states.moc"
