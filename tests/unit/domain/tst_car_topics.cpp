#include "gateway/domain/car_topics.h"

#include <QtTest>

using namespace carport;

class TestCarTopics : public QObject {
  Q_OBJECT

 private slots:
  void tellsWhatATopicMeans_data() {
    QTest::addColumn<QString>("topic");
    QTest::addColumn<int>("kind");  // -1: none of a car's
    QTest::addColumn<QString>("car");
    QTest::addColumn<QString>("command");
    const auto row = [](const char* topic, int kind, const char* car, const char* command = "") {
      QTest::newRow(topic) << QString(topic) << kind << QString(car) << QString(command);
    };
    row("cars/car-7/telemetry", int(CarTopicKind::telemetry), "car-7");
    row("cars/7/event", int(CarTopicKind::event), "7");
    row("cars/7/command", int(CarTopicKind::command), "7");
    row("cars/7/command/01H/reply", int(CarTopicKind::commandReply), "7", "01H");
    row("cars/7/command/01H", int(CarTopicKind::other), "7");
    row("cars/7/command//reply", int(CarTopicKind::other), "7");
    row("cars/7/command/reply", int(CarTopicKind::other), "7");
    row("cars/7/command/a/b/reply", int(CarTopicKind::other), "7");
    row("cars/7/telemetry/", int(CarTopicKind::other), "7");
    row("cars/7/Telemetry", int(CarTopicKind::other), "7");
    row("cars/7/", int(CarTopicKind::other), "7");
    row("cars/7", -1, "");
    row("cars/", -1, "");
    row("cars//telemetry", -1, "");
    row("cars/.hidden/telemetry", -1, "");
    row("cars/a b/telemetry", -1, "");
    row("Cars/7/telemetry", -1, "");
    row("/cars/7/telemetry", -1, "");
    row("", -1, "");
  }
  void tellsWhatATopicMeans() {
    QFETCH(QString, topic);
    QFETCH(int, kind);
    const std::string text = topic.toStdString();
    const auto parsed = CarTopic::parse(text);
    QCOMPARE(parsed ? int(parsed->kind) : -1, kind);
    if (!parsed) return;
    QTEST(QString::fromStdString(std::string(parsed->car)), "car");
    QTEST(QString::fromStdString(std::string(parsed->commandId)), "command");
  }

  void makesWhatItReads() {
    const std::string telemetry = telemetryTopic("car-7"), command = commandTopic("car-7");
    QCOMPARE(telemetry, std::string("cars/car-7/telemetry"));
    QVERIFY(CarTopic::parse(telemetry)->kind == CarTopicKind::telemetry);
    QVERIFY(CarTopic::parse(command)->kind == CarTopicKind::command);
  }
};

QTEST_GUILESS_MAIN(TestCarTopics)
#include "tst_car_topics.moc"
