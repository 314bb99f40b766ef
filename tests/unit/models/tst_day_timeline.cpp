#include "ui/models/car_words.h"
#include "ui/models/day_timeline.h"

#include <QtTest>

#include <cmath>

using namespace carport;
using namespace carport::ui;
using std::chrono::minutes;

namespace {

const TimePoint kStart = fromMs(1'700'000'000'000);

api::HistoryPoint at(int minute, double kmh) {
  return {kStart + minutes(minute), kmh, kmh, kmh, kmh, 1};
}

}  // namespace

class TestDayTimeline : public QObject {
  Q_OBJECT

 private slots:
  void tellsDrivingIdlingParkedAndSilent() {
    std::vector<api::HistoryPoint> speed;
    for (int minute = 0; minute < 10; ++minute) speed.push_back(at(minute, 50));
    for (int minute = 10; minute < 20; ++minute) speed.push_back(at(minute, 0));
    // Nothing for an hour, then it stands.
    speed.push_back(at(80, 0));
    const DayTimeline line = DayTimeline::of(speed, Milliseconds(0), kStart + minutes(82));
    const std::vector<DaySpan>& spans = line.spans();
    QCOMPARE(spans.size(), std::size_t(5));
    QVERIFY((spans[0] == DaySpan{api::Activity::driving, {kStart, kStart + minutes(10)}}));
    QVERIFY((spans[1] == DaySpan{api::Activity::idling, {kStart + minutes(10), kStart + minutes(13)}}));
    QVERIFY((spans[2] == DaySpan{api::Activity::parked, {kStart + minutes(13), kStart + minutes(19)}}));
    QVERIFY((spans[3] == DaySpan{api::Activity::silent, {kStart + minutes(19), kStart + minutes(80)}}));
    QVERIFY((spans[4] == DaySpan{api::Activity::parked, {kStart + minutes(80), kStart + minutes(82)}}));
    const DayTotals totals = DayTimeline::totalsOf(spans);
    QVERIFY(totals.driving == minutes(10));
    QVERIFY(totals.silent == minutes(61));
    QCOMPARE(totals.drives, 1);
    QVERIFY(line.at(kStart + minutes(11))->activity == api::Activity::idling);
    QVERIFY(line.at(kStart - minutes(1)) == nullptr);
    const auto cut = line.within({kStart + minutes(5), kStart + minutes(11)});
    QCOMPARE(cut.size(), std::size_t(2));
    QVERIFY(cut[0].range.length() == minutes(5));
  }

  void bucketsHaveAWidth() {
    const std::vector<api::HistoryPoint> speed{at(0, 30), at(6, 30)};
    QCOMPARE(DayTimeline::of(speed, Milliseconds(minutes(1)), kStart + minutes(7)).spans().size(), std::size_t(1));
    // A single sample says nothing of the minutes after it when the next is late: silent, then driving.
    QCOMPARE(DayTimeline::of(speed, Milliseconds(0), kStart + minutes(7)).spans().size(), std::size_t(2));
    QVERIFY(DayTimeline::of({}, Milliseconds(0), kStart).spans().empty());
    QVERIFY(!DayTimeline::of({}, Milliseconds(0), kStart).since());
  }

  void knowsSinceWhenItStands() {
    std::vector<api::HistoryPoint> speed{at(0, 50)};
    for (int minute = 1; minute < 134; ++minute) speed.push_back(at(minute, 0));
    const DayTimeline line = DayTimeline::of(speed, Milliseconds(0), kStart + minutes(134));
    QVERIFY(line.since()->exactly == kStart + minutes(1));
    speed.erase(speed.begin());
    const auto unknown = DayTimeline::of(speed, Milliseconds(0), kStart + minutes(134)).since();
    QVERIFY(unknown && !unknown->exactly && unknown->known == kStart + minutes(1));
  }

  void sentencesSayWhatSinceWhenAndWhere() {
    const TimePoint now = kStart + minutes(134);
    api::CarPosition position;
    position.time = now;
    position.latitude = 43.7381;
    position.longitude = 7.4241;
    position.activity = api::Activity::parked;
    CarContext context;
    QCOMPARE(carSentence(position, context, now), QString("Parked at 43.738, 7.424"));
    context.since = {kStart + minutes(1), kStart};
    QCOMPARE(carSentence(position, context, now), QString("Parked 2 h 13 min at 43.738, 7.424"));
    context.place = "Rue Grimaldi";
    QCOMPARE(carSentence(position, context, now), QString("Parked 2 h 13 min at Rue Grimaldi"));
    context.since->exactly.reset();
    QCOMPARE(carSentence(position, context, now), QString("Parked more than 2 h 14 min at Rue Grimaldi"));
    context.since.reset();
    position.activity = api::Activity::driving;
    position.speed = 63;
    QCOMPARE(carSentence(position, context, now), QString("Driving, 63 km/h, at Rue Grimaldi"));
    position.activity = api::Activity::silent;
    position.time = now - minutes(12);
    QCOMPARE(carSentence(position, context, now), QString("Silent for 12 min, last at Rue Grimaldi"));
    context.offline = true;
    QCOMPARE(carSentence(position, context, now),
             QString("Last known, 12 min ago: Silent for 12 min, last at Rue Grimaldi"));
    QCOMPARE(carSentence({}, {}, now), QString("No message yet"));
    QCOMPARE(twoUnits(std::chrono::hours(76)), QString("3 d 4 h"));
    QCOMPARE(twoUnits(std::chrono::hours(5)), QString("5 h"));
  }
};

QTEST_GUILESS_MAIN(TestDayTimeline)
#include "tst_day_timeline.moc"
