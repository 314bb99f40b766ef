#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/protocol/mqtt/topic.h"

#include <QtTest>

using namespace carport::mqtt;

class TestTopic : public QObject {
  Q_OBJECT

 private slots:
  void acceptsNames() {
    for (const char* name : {"a", "/", "a/b", "/a", "a/", "a//b", "$SYS/x", "cars/WDB 1/telemetry", "Füße/é"}) {
      QVERIFY2(checkTopicName(name).has_value(), name);
    }
    QVERIFY(checkTopicName(std::string(kMaxStringBytes, 'a')).has_value());
    QVERIFY(checkTopicName(std::string(kMaxTopicLevels - 1, '/')).has_value());
  }

  void refusesNames_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("[MQTT-4.7.3-1] empty") << QByteArray();
    QTest::newRow("[MQTT-4.7.3-2] U+0000") << QByteArray("a\0b", 3);
    QTest::newRow("[MQTT-1.5.3-1] not UTF-8") << QByteArray("a\xFF");
    QTest::newRow("[MQTT-3.3.2-2] +") << QByteArray("a/+/b");
    QTest::newRow("[MQTT-3.3.2-2] #") << QByteArray("a/#");
    QTest::newRow("[MQTT-3.3.2-2] + inside a level") << QByteArray("a+b");
    QTest::newRow("[MQTT-4.7.3-3] too long") << QByteArray(int(kMaxStringBytes) + 1, 'a');
    QTest::newRow("too many levels") << QByteArray(int(kMaxTopicLevels), '/');
  }
  void refusesNames() {
    QFETCH(QByteArray, name);
    const auto checked = checkTopicName(name.toStdString());
    QVERIFY(!checked);
    QVERIFY(checked.error().is(MqttErrc::badTopic));
    QVERIFY(checked.error().message().starts_with("The topic name"));
  }

  void acceptsFilters() {
    for (const char* filter : {"a", "+", "#", "/", "/#", "+/#", "a/+/b", "a/#", "+/+", "/+", "$SYS/#", "a//+"}) {
      QVERIFY2(checkTopicFilter(filter).has_value(), filter);
    }
  }

  void refusesFilters_data() {
    QTest::addColumn<QByteArray>("filter");
    QTest::newRow("[MQTT-4.7.3-1] empty") << QByteArray();
    QTest::newRow("[MQTT-4.7.3-2] U+0000") << QByteArray("#\0", 2);
    QTest::newRow("[MQTT-4.7.1-2] # not last") << QByteArray("a/#/b");
    QTest::newRow("[MQTT-4.7.1-2] # not alone") << QByteArray("a/b#");
    QTest::newRow("[MQTT-4.7.1-2] ##") << QByteArray("##");
    QTest::newRow("[MQTT-4.7.1-3] + not alone") << QByteArray("a/b+/c");
    QTest::newRow("[MQTT-4.7.1-3] ++") << QByteArray("++");
    QTest::newRow("+#") << QByteArray("+#");
    QTest::newRow("too many levels") << QByteArray(int(kMaxTopicLevels), '/');
  }
  void refusesFilters() {
    QFETCH(QByteArray, filter);
    const auto checked = checkTopicFilter(filter.toStdString());
    QVERIFY(!checked);
    QVERIFY(checked.error().is(MqttErrc::badTopicFilter));
  }

  void matches_data() {
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char* filter, const char* topic, bool expected) {
      QTest::addRow("%s %s %s", filter, expected ? "matches" : "does not match", topic)
          << QByteArray(filter) << QByteArray(topic) << expected;
    };
    // The standard's own examples, §4.7.1 to §4.7.3.
    row("sport/tennis/player1/#", "sport/tennis/player1", true);
    row("sport/tennis/player1/#", "sport/tennis/player1/ranking", true);
    row("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true);
    row("sport/#", "sport", true);
    row("#", "sport/tennis", true);
    row("sport/tennis/+", "sport/tennis/player1", true);
    row("sport/tennis/+", "sport/tennis/player1/ranking", false);
    row("sport/+", "sport", false);
    row("sport/+", "sport/", true);
    row("+/+", "/finance", true);
    row("/+", "/finance", true);
    row("+", "/finance", false);
    row("#", "$SYS/monitor/Clients", false);
    row("+/monitor/Clients", "$SYS/monitor/Clients", false);
    row("$SYS/#", "$SYS/monitor/Clients", true);
    row("$SYS/monitor/+", "$SYS/monitor/Clients", true);
    row("ACCOUNTS", "Accounts", false);
    row("/finance", "finance", false);
    row("a/$b", "a/$b", true);
    row("a/+", "a/$b", true);
    row("a", "a/b", false);
    row("a/b", "a", false);
    row("a/b/#", "a", false);
    row("a//b", "a/+/b", false);
    row("a/+/b", "a//b", true);
  }
  void matches() {
    QFETCH(QByteArray, filter);
    QFETCH(QByteArray, topic);
    QTEST(carport::mqtt::matches(filter.toStdString(), topic.toStdString()), "expected");
  }

  void readsSharedFilters() {
    const auto shared = parseSharedFilter("$share/readers/cars/+/telemetry");
    QVERIFY(shared && *shared);
    QVERIFY((*shared)->group == "readers");
    QVERIFY((*shared)->filter == "cars/+/telemetry");
    const auto ordinary = parseSharedFilter("cars/#");
    QVERIFY(ordinary && !*ordinary);
    for (const char* bad : {"$share/", "$share/g", "$share/g/", "$share//a", "$share/+/a", "$share/g/a#"}) {
      const auto parsed = parseSharedFilter(bad);
      QVERIFY2(!parsed && parsed.error().is(MqttErrc::badTopicFilter), bad);
    }
  }

  void cutsLevels() {
    TopicLevels levels("/a//");
    for (const char* expected : {"", "a", "", ""}) QVERIFY(levels.next() == std::string_view(expected));
    QVERIFY(levels.atEnd());
    QVERIFY(!levels.next());
  }
};

QTEST_GUILESS_MAIN(TestTopic)
#include "tst_topic.moc"
