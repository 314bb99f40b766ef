#include "gateway/simulator/simulated_car.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <map>
#include <string>

using namespace carport;
using namespace carport::sim;
using nlohmann::json;

namespace {
constexpr std::int64_t kStart = 1'700'000'000'000;

const StreetMap& town() {
  static const StreetMap map = StreetMap::generate({});
  return map;
}

/// Decimals of a value as the text has it.
int decimalsOf(const std::string& text, const std::string& key) {
  const std::size_t begin = text.find("\"" + key + "\":") + key.size() + 3;
  const std::size_t end = text.find_first_of(",}", begin);
  const std::size_t point = text.find('.', begin);
  return point > end ? 0 : static_cast<int>(end - point - 1);
}

std::string command(const std::string& id, const std::string& name) {
  return json{{"id", id}, {"name", name}, {"arguments", json::object()}}.dump();
}
}  // namespace

class TestSimulatedCar : public QObject {
  Q_OBJECT

 private slots:
  void tellsNineValuesInAboutTwoHundredBytes() {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      SimulatedCar car(town(), {.seed = seed});
      const CarMessage message = car.takeTelemetry(fromMs(kStart), Microseconds(0));
      const json parsed = json::parse(message.payload);
      QCOMPARE(parsed.at("ts").get<std::int64_t>(), kStart);
      int metrics = 0;
      for (const auto& [key, value] : parsed.items()) metrics += value.is_number() && key != "ts";
      QCOMPARE(metrics, 9);
      QVERIFY(parsed.at("ignition").is_boolean());
      QVERIFY2(message.payload.size() > 150 && message.payload.size() < 250, message.payload.c_str());
      QCOMPARE(decimalsOf(message.payload, "lat"), 6);
      QCOMPARE(decimalsOf(message.payload, "lon"), 6);
      QCOMPARE(decimalsOf(message.payload, "speed"), 1);
      QCOMPARE(std::string(message.topicEnd), std::string("telemetry"));
    }
  }

  void theSameSeedTellsTheSame() {
    SimulatedCar one(town(), {.seed = 11});
    SimulatedCar same(town(), {.seed = 11});
    for (int i = 0; i < 200; ++i) {
      const TimePoint now = fromMs(kStart + i * 1000);
      const Microseconds since(i * 1'000'000);
      QCOMPARE(one.takeTelemetry(now, since).payload, same.takeTelemetry(now, since).payload);
    }
  }

  void noTwoMessagesHaveOneTime() {
    SimulatedCar car(town(), {.seed = 1, .interval = Microseconds(0)});
    std::int64_t last = 0;
    for (int i = 0; i < 100; ++i) {
      const CarMessage message = car.takeTelemetry(fromMs(kStart), Microseconds(i));
      QVERIFY(message.ts > last);
      last = message.ts;
    }
  }

  void lateMessagesAreLeftOutNotMadeUpFor() {
    SimulatedCar car(town(), {.seed = 1, .interval = Microseconds(1'000'000), .phase = Microseconds(250'000)});
    QCOMPARE(car.nextDue()->count(), 250'000);
    car.takeTelemetry(fromMs(kStart), Microseconds(251'000));
    QCOMPARE(car.nextDue()->count(), 1'250'000);
    QCOMPARE(car.skipped(), 0U);
    car.takeTelemetry(fromMs(kStart), Microseconds(11'300'000));  // ten seconds without a connection
    QCOMPARE(car.nextDue()->count(), 12'250'000);
    QCOMPARE(car.skipped(), 10U);
  }

  void valuesStayPlausibleOverADay() {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      SimulatedCar car(town(), {.seed = seed});
      double odometer = car.readout().odometerKm;
      for (int minute = 0; minute < 24 * 60; ++minute) {
        car.advanceTo(fromMs(kStart + minute * 60'000));
        const CarReadout now = car.readout();
        QVERIFY(now.energyPercent >= 2 && now.energyPercent <= 100);
        QVERIFY(now.motorCelsius > 10 && now.motorCelsius < 110);
        QVERIFY(now.batteryVolts > (car.isElectric() ? 300 : 11) && now.batteryVolts < (car.isElectric() ? 430 : 15.5));
        QVERIFY(now.odometerKm >= odometer);
        QVERIFY(std::abs(now.altitudeMetres) < 1000);
        odometer = now.odometerKm;
      }
    }
  }

  void lowEnergyRaisesOneAlarmAndClearsIt() {
    int raised = 0;
    int cleared = 0;
    int harsh = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      SimulatedCar car(town(), {.seed = seed});
      std::map<std::string, bool> active;
      for (int i = 0; i < 12 * 360; ++i) {
        car.takeTelemetry(fromMs(kStart + i * 10'000), Microseconds(0));
        for (const CarMessage& event : car.takeEvents()) {
          const json parsed = json::parse(event.payload);
          const auto name = parsed.at("name").get<std::string>();
          harsh += name == "harsh braking";
          if (parsed.at("severity") != "alarm") continue;
          const bool now = parsed.at("active").get<bool>();
          QVERIFY2(active[name] != now, "an alarm is told only when it changes");
          active[name] = now;
          ++(now ? raised : cleared);
        }
      }
    }
    QVERIFY(raised > 0);
    QVERIFY(cleared > 0);
    QVERIFY(harsh > 0);
  }

  void carriesOutCommandsAfterAWhile() {
    SimulatedCar car(town(), {.seed = 4});
    const TimePoint now = fromMs(kStart);
    car.receiveCommand(command("C1", "lock"), now);
    QVERIFY(car.hasPendingReplies());
    QVERIFY(car.takeReplies(now).empty());
    QVERIFY(!car.desk().body().locked);
    const auto replies = car.takeReplies(now + std::chrono::seconds(2));
    QCOMPARE(replies.size(), std::size_t{1});
    QCOMPARE(replies[0].topicEnd, std::string("command/C1/reply"));
    QCOMPARE(json::parse(replies[0].payload).at("status"), "done");
    const json telemetry = json::parse(car.takeTelemetry(now + std::chrono::seconds(3), Microseconds(0)).payload);
    QCOMPARE(telemetry.at("locked").get<bool>(), true);
    QVERIFY(!car.hasPendingReplies());
  }

  void honkingIsHeardForAWhile() {
    SimulatedCar car(town(), {.seed = 4});
    const TimePoint now = fromMs(kStart);
    QVERIFY(!json::parse(car.takeTelemetry(now, Microseconds(0)).payload).contains("horn"));
    car.receiveCommand(command("C2", "honk"), now);
    car.takeReplies(now + std::chrono::seconds(2));
    const auto hornAt = [&](std::chrono::seconds after) {
      return json::parse(car.takeTelemetry(now + after, Microseconds(0)).payload).at("horn").get<bool>();
    };
    QVERIFY(hornAt(std::chrono::seconds(3)));
    QVERIFY(!hornAt(std::chrono::seconds(20)));
  }

  void saysWhyACommandFails() {
    SimulatedCar car(town(), {.seed = 4});
    const TimePoint now = fromMs(kStart);
    car.receiveCommand("{\"id\":\"C3\",\"name\":\"not UTF-8 \xff\"}", now);
    car.receiveCommand(R"({"id":"C4","name":"make tea"})", now);
    car.receiveCommand(R"({"id":"C4","name":"make tea"})", now);  // delivered again
    const auto replies = car.takeReplies(now + std::chrono::seconds(2));
    QCOMPARE(replies.size(), std::size_t{1});
    const json reply = json::parse(replies[0].payload);
    QCOMPARE(reply.at("status"), "failed");
    QVERIFY(reply.at("message").get<std::string>().find("make tea") != std::string::npos);
  }

  void unreadableCommandsAreIgnored_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("lock");
    QTest::newRow("array") << QByteArray("[1]");
    QTest::newRow("no id") << QByteArray(R"({"name":"lock"})");
    QTest::newRow("id that is a topic") << QByteArray(R"({"id":"a/b","name":"lock"})");
    QTest::newRow("long id") << QByteArray(R"({"name":"lock","id":")") + QByteArray(500, 'x') + "\"}";
  }
  void unreadableCommandsAreIgnored() {
    QFETCH(QByteArray, payload);
    CommandDesk desk(1);
    desk.receive(payload.toStdString(), fromMs(kStart));
    QVERIFY(!desk.hasPending());
    QCOMPARE(desk.unreadable(), 1U);
  }

  void tooManyCommandsAreRefusedAndForgotten() {
    CommandDesk desk(1);
    for (int i = 0; i < 100; ++i) desk.receive(command("C" + std::to_string(i), "lock"), fromMs(kStart));
    const auto replies = desk.takeReplies(fromMs(kStart + 5000), false);
    QCOMPARE(replies.size(), CommandDesk::kMaxPending + 1);
    QCOMPARE(json::parse(replies.back().payload).at("status"), "failed");
    QCOMPARE(json::parse(replies.front().payload).at("status"), "done");
    QVERIFY(!desk.hasPending());
  }

  void aMovingCarCannotBeImmobilised() {
    CommandDesk desk(1);
    desk.receive(command("M", "immobilise"), fromMs(kStart));
    QCOMPARE(json::parse(desk.takeReplies(fromMs(kStart + 5000), true).at(0).payload).at("status"), "failed");
    QVERIFY(!desk.body().immobilised);
    desk.receive(command("S", "immobilise"), fromMs(kStart));
    QCOMPARE(json::parse(desk.takeReplies(fromMs(kStart + 5000), false).at(0).payload).at("status"), "done");
    QVERIFY(desk.body().immobilised);
  }
};

QTEST_GUILESS_MAIN(TestSimulatedCar)
#include "tst_simulated_car.moc"
