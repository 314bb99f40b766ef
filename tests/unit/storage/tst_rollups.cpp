#include "gateway/storage/compaction_rollups.h"
#include "gateway/storage/rollup_codec.h"
#include "gateway/storage/storage_errc.h"

#include <QtTest>

#include <cmath>
#include <random>

using namespace carport;

namespace {

constexpr TimePoint kHourStart = fromMs(1'700'000'400'000 / 3'600'000 * 3'600'000);

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// The same but for the sum, which may differ by the rounding of additions.
bool same(const Rollup& a, const Rollup& b) {
  return a.first == b.first && a.end == b.end && a.min == b.min && a.max == b.max && a.last == b.last &&
         a.count == b.count && std::abs(a.sum - b.sum) <= 1e-15 * std::abs(b.sum);
}

}  // namespace

class TestRollups : public QObject {
  Q_OBJECT

 private slots:
  void partsAddUp() {
    std::mt19937_64 random(2);
    for (int round = 0; round < 200; ++round) {
      RollupBuilder whole, parts;
      std::vector<RollupBuilder> some(5);
      for (int i = 0; i < 100; ++i) {
        const TimePoint time = kHourStart + Milliseconds(i * 37);
        const double value = static_cast<double>(random() % 2000) / 10;
        whole.add(time, value);
        some[random() % some.size()].add(time, value);
      }
      for (const auto& part : some) {
        if (!part.empty()) parts.add(part.get());
      }
      QVERIFY(same(parts.get(), whole.get()));
    }
    RollupBuilder one;
    QVERIFY(one.empty());
    one.add(kHourStart, 1);
    one.add(kHourStart, 2);  // the same time: the later one is the last
    QCOMPARE(one.get().last, 2.0);
  }

  void sumsHardlyDependOnTheOrder() {
    PreciseSum forward, backward;
    std::vector<double> values;
    std::mt19937_64 random(4);
    for (int i = 0; i < 10'000; ++i)
      values.push_back(std::ldexp(static_cast<double>(random() % 1000), int(random() % 40)));
    for (const double value : values) forward.add(value);
    for (auto value = values.rbegin(); value != values.rend(); ++value) backward.add(*value);
    QVERIFY(std::abs(forward.value() - backward.value()) <= 4e-16 * forward.value());
  }

  void floorsToWholeUnits() {
    QCOMPARE(floorTo(fromMs(61'000), kMinute), fromMs(60'000));
    QCOMPARE(floorTo(fromMs(-1), kMinute), fromMs(-60'000));
    QCOMPARE(floorTo(fromMs(-60'000), kMinute), fromMs(-60'000));
    QCOMPARE(floorTo(fromMs(0), kHour), fromMs(0));
    QCOMPARE(floorTo(fromMs(INT64_MIN), kHour), fromMs(INT64_MIN));
  }

  void hoursComeBack() {
    std::mt19937_64 random(6);
    for (int round = 0; round < 100; ++round) {
      std::vector<CarRollup> rollups;
      std::uint32_t car = 0;
      for (std::size_t i = 0; i < random() % 50; ++i) {
        RollupBuilder builder;
        for (int n = 0; n < 1 + int(random() % 300); ++n) {
          const double value = round % 3 == 0 ? static_cast<double>(random() % 100'000) / 7
                                              : static_cast<double>(random() % 100'000) / 100;
          builder.add(kHourStart + Milliseconds(random() % 3'600'000), value);
        }
        rollups.push_back({PrincipalNumber{car += 1 + static_cast<std::uint32_t>(random() % 9)}, builder.get()});
      }
      const auto stored = encodeHourRollups(rollups, kHourStart);
      const auto back = decodeHourRollups(bytes(stored), kHourStart);
      QVERIFY(back.has_value());
      QCOMPARE(back->size(), rollups.size());
      for (std::size_t i = 0; i < rollups.size(); ++i) {
        QCOMPARE(back->at(i).car, rollups[i].car);
        QVERIFY(same(back->at(i).rollup, rollups[i].rollup));
      }
    }
  }

  void minutesEqualTheSamples() {
    std::mt19937_64 random(8);
    // Two cars with many samples, one with few, in one hour.
    std::vector<CarSpan> cars;
    std::vector<std::int64_t> times;
    for (const auto& [car, count] : std::vector<std::pair<std::uint32_t, std::uint32_t>>{{3, 900}, {5, 40}, {8, 400}}) {
      const auto first = static_cast<std::uint32_t>(times.size());
      std::vector<std::int64_t> own;
      for (std::uint32_t i = 0; i < count; ++i)
        own.push_back(toMs(kHourStart) + static_cast<std::int64_t>(random() % 3'600'000));
      std::sort(own.begin(), own.end());
      times.insert(times.end(), own.begin(), own.end());
      cars.push_back({PrincipalNumber{car}, {first, count}, fromMs(own.front()), fromMs(own.back())});
    }
    std::vector<double> speed, rare;
    std::vector<std::uint8_t> present;
    for (std::size_t i = 0; i < times.size(); ++i) {
      speed.push_back(static_cast<double>(random() % 1000) / 10);
      rare.push_back(static_cast<double>(random() % 1000));
      present.push_back(random() % 50 == 0 ? 1 : 0);
    }
    SegmentRollups rollups(cars, times, kHourStart);
    std::vector<CarRollup> speedHours, rareHours;
    rollups.add("speed", speed, {}, speedHours);
    rollups.add("rare", rare, present, rareHours);
    QCOMPARE(speedHours.size(), 3U);
    const auto opened = MinuteRollups::open(bytes(rollups.finish()), kHourStart);
    QVERIFY(opened.has_value());
    QCOMPARE(opened->rangeOf(PrincipalNumber{5}).first, opened->rangeOf(PrincipalNumber{5}).second);
    QVERIFY(opened->metric("unknown")->empty());
    for (const CarSpan& span : {cars[0], cars[2]}) {
      const auto [first, end] = opened->rangeOf(span.car);
      QVERIFY(end - first > 50 && end - first <= 60);
      compare(*opened->metric("speed"), first, end, span, times, speed, {});
      compare(*opened->metric("rare"), first, end, span, times, rare, present);
    }
  }

  void damageIsFound() {
    const std::vector<CarRollup> rollups{{PrincipalNumber{1}, {kHourStart, kHourStart, 1, 2, 3, 2, 2}}};
    const auto good = encodeHourRollups(rollups, kHourStart);
    for (std::size_t i = 0; i < good.size(); ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 4);
      const auto back = decodeHourRollups(bytes(bad), kHourStart);
      QVERIFY(!back && back.error().is(StorageErrc::corrupted));
    }
    QVERIFY(!decodeHourRollups(bytes(good.substr(0, 7)), kHourStart));
    QVERIFY(!MinuteRollups::open(bytes(good.substr(0, good.size() - 1)), kHourStart));
  }

 private:
  static void compare(const std::vector<Rollup>& rollups, std::size_t first, std::size_t end, const CarSpan& span,
                      const std::vector<std::int64_t>& times, const std::vector<double>& values,
                      const std::vector<std::uint8_t>& present) {
    std::map<TimePoint, RollupBuilder> expected;
    for (std::uint32_t row = span.rows.first; row < span.rows.first + span.rows.count; ++row) {
      if (present.empty() || present[row] != 0)
        expected[floorTo(fromMs(times[row]), kMinute)].add(fromMs(times[row]), values[row]);
    }
    std::size_t found = 0;
    for (std::size_t i = first; i < end; ++i) {
      if (rollups[i].count == 0) continue;
      ++found;
      QVERIFY(same(rollups[i], expected.at(floorTo(rollups[i].first, kMinute)).get()));
    }
    QCOMPARE(found, expected.size());
  }
};

QTEST_GUILESS_MAIN(TestRollups)
#include "tst_rollups.moc"
