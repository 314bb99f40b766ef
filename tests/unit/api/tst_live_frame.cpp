#include "gateway/api/api_errc.h"
#include "gateway/api/live_frame.h"

#include <QtTest>

#include <cmath>
#include <span>

using namespace carport;
using namespace carport::api;

namespace {

Result<std::vector<CarPosition>> decode(const std::string& frame) {
  return decodeLiveFrame(std::as_bytes(std::span(frame)));
}

std::vector<CarPosition> someCars(std::size_t count) {
  std::vector<CarPosition> cars(count);
  for (std::size_t i = 0; i < count; ++i) {
    cars[i].car = PrincipalNumber{static_cast<std::uint32_t>(i + 1)};
    cars[i].time = fromMs(1'700'000'000'000 + static_cast<std::int64_t>(i));
    cars[i].latitude = -48.5 + static_cast<double>(i);
    cars[i].longitude = 11.25;
    cars[i].speed = 50.5F;
    cars[i].heading = 359.5F;
    cars[i].activity = static_cast<Activity>(i % 6);
    cars[i].connected = i % 2 == 0;
  }
  return cars;
}

}  // namespace

class TestLiveFrame : public QObject {
  Q_OBJECT

 private slots:
  void comesBackAsItWas() {
    const auto cars = someCars(13);
    const std::string frame = encodeLiveFrame(cars);
    QCOMPARE(frame.size(), kLiveFrameHeaderBytes + 13 * kLiveFrameBytesPerCar);
    const auto back = decode(frame);
    QVERIFY(back.has_value());
    QCOMPARE(back->size(), cars.size());
    for (std::size_t i = 0; i < cars.size(); ++i) {
      const CarPosition& read = (*back)[i];
      QVERIFY(read.car == cars[i].car && read.time == cars[i].time && read.activity == cars[i].activity);
      QVERIFY(read.latitude == cars[i].latitude && read.longitude == cars[i].longitude);
      QVERIFY(read.speed == cars[i].speed && read.heading == cars[i].heading && read.connected == cars[i].connected);
    }
  }

  void isLittleEndianAsDocumented() {
    CarPosition car;
    car.car = PrincipalNumber{0x01020304};
    car.time = fromMs(0x1122334455);
    car.activity = Activity::alarm;
    car.connected = true;
    const std::string frame = encodeLiveFrame(std::span(&car, 1));
    QCOMPARE(frame.substr(0, 8), std::string("CPL1\1\0\0\0", 8));
    QCOMPARE(frame.substr(8, 8), std::string("\x55\x44\x33\x22\x11\0\0\0", 8));
    QCOMPARE(frame.substr(32, 4), std::string("\4\3\2\1", 4));
    QCOMPARE(frame.back(), static_cast<char>(0x85));
    QVERIFY(!decode(frame)->front().hasFix());
    QVERIFY(std::isnan(decode(frame)->front().speed));
  }

  void nothingAndTheMostFit() {
    QCOMPARE(decode(encodeLiveFrame({}))->size(), std::size_t(0));
    const auto cars = someCars(kMaxLiveFrameCars + 1);
    QCOMPARE(decode(encodeLiveFrame(cars))->size(), kMaxLiveFrameCars);
  }

  void everyTruncationIsRefused() {
    const std::string frame = encodeLiveFrame(someCars(3));
    for (std::size_t size = 0; size < frame.size(); ++size) {
      const auto read = decode(frame.substr(0, size));
      QVERIFY(!read.has_value() && read.error().is(ApiErrc::badFrame));
    }
    QVERIFY(!decode(frame + "x").has_value());
  }

  void damageIsRefusedOrHarmless() {
    const std::string frame = encodeLiveFrame(someCars(3));
    for (std::size_t i = 0; i < kLiveFrameHeaderBytes; ++i) {
      std::string bad = frame;
      bad[i] = static_cast<char>(bad[i] ^ 0x40);
      QVERIFY(!decode(bad).has_value());
    }
    std::string huge("CPL1\xff\xff\xff\xff", 8);
    QVERIFY(!decode(huge).has_value());
    std::string newer = frame;
    newer.back() = 0x7f;  // an activity that does not exist yet
    QVERIFY(decode(newer)->back().activity == Activity::unknown);
  }
};

QTEST_GUILESS_MAIN(TestLiveFrame)
#include "tst_live_frame.moc"
