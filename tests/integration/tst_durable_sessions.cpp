#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QHash>
#include <QMap>
#include <QProcess>
#include <QRandomGenerator>
#include <QSet>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace carport::test;

namespace {

constexpr int kKills = 6;
/// Between two kills: everybody is back, and hundreds of messages are under way.
constexpr int kLeastRunMs = 1600;
constexpr int kMostMoreMs = 900;

/// What durable_clients.py tells.
struct Story {
  QMap<QString, QSet<int>> published;     ///< by topic
  QMap<QString, QSet<int>> acknowledged;  ///< by topic
  QMap<QString, QList<int>> received;     ///< by client and topic, in order
  int lostSessions = 0;
  int keptSessions = 0;
  bool isWhole = false;
};

Story read(const QByteArray& output) {
  Story story;
  for (const QByteArray& line : output.split('\n')) {
    const QStringList words = QString::fromUtf8(line.trimmed()).split(' ');
    if (words[0] == "published") story.published[words[1]].insert(words[2].toInt());
    if (words[0] == "acknowledged") story.acknowledged[words[1]].insert(words[2].toInt());
    if (words[0] == "received") story.received[words[1] + " " + words[2]].append(words[3].toInt());
    if (words[0] == "present") ++(words[2] == "YES" ? story.keptSessions : story.lostSessions);
    if (words[0] == "done") story.isWhole = true;
  }
  return story;
}

}  // namespace

/// Sessions outlive a gateway that is killed: their subscriptions, what waits for them, and QoS 2 stays exactly once.
class TestDurableSessions : public QObject {
  Q_OBJECT

 private slots:
  void nothingIsLostOrInvented() {
    if (!runProgram("/usr/bin/python3", {"-c", "import paho.mqtt.client"}).ok()) {
      QSKIP("python3-paho-mqtt is not installed");
    }
    GatewayProcess gateway(m_folder.filePath("data"));
    QVERIFY(gateway.start());
    const QString mqtt = gateway.mqtt();
    const QByteArray token = gateway.token();
    QProcess clients;
    clients.setProcessChannelMode(QProcess::MergedChannels);
    clients.start("/usr/bin/python3", {CARPORT_INTEGRATION_DIR "/durable_clients.py", gateway.mqttHost(),
                                       gateway.mqttPort(), "test-administrator", token});
    QByteArray output;
    QTRY_VERIFY_WITH_TIMEOUT((output += clients.readAll()).contains("running"), 30'000);

    const quint32 seed = QRandomGenerator::global()->generate();
    QRandomGenerator random(seed);
    for (int kill = 0; kill < kKills; ++kill) {
      QTest::qWait(kLeastRunMs + static_cast<int>(random.bounded(kMostMoreMs)));
      // The last one is no kill: what is on disk after an orderly end must be as good.
      if (kill + 1 < kKills) {
        gateway.killNow();
      } else {
        QVERIFY(gateway.stop());
      }
      QVERIFY2(gateway.start(mqtt), gateway.log().constData());
    }
    QTest::qWait(1500);
    clients.write("stop\n");
    const bool isOver = hasEnded(clients, 90'000);
    output += clients.readAll();
    QVERIFY2(isOver, output.right(2000).constData());
    const Story story = read(output);
    QVERIFY2(story.isWhole, output.right(2000).constData());
    qInfo("seed %u: %d sessions kept", seed, story.keptSessions);
    check(story);
    QVERIFY(gateway.stop());
  }

 private:
  static void check(const Story& story) {
    QCOMPARE(story.lostSessions, 0);
    QVERIFY2(story.keptSessions >= 3 * kKills, QByteArray::number(story.keptSessions).constData());
    int sent = 0;
    for (const auto& numbers : story.acknowledged) sent += static_cast<int>(numbers.size());
    QVERIFY2(sent > 1000, QByteArray::number(sent).constData());
    for (const QString topic : {"work/a/q1", "work/b/q1", "work/a/q2", "work/b/q2"}) {
      arrived(story, "sub-least", topic, false);
      arrived(story, "sub-both", topic, topic.endsWith("q2"));
      if (topic.endsWith("q2")) arrived(story, "sub-once", topic, true);
    }
    arrived(story, "sleeper", "sleep/q1", false);
    arrived(story, "sleeper", "sleep/q2", true);
  }

  static void arrived(const Story& story, const QString& client, const QString& topic, bool exactlyOnce) {
    const QList<int>& received = story.received[client + " " + topic];
    const QSet<int> distinct(received.begin(), received.end());
    const auto what = [&](const char* text, const QSet<int>& numbers) {
      QList<int> list(numbers.begin(), numbers.end());
      std::sort(list.begin(), list.end());
      QByteArray sentence = (client + " " + topic + ": " + text).toUtf8();
      for (const int number : list.mid(0, 20)) sentence += " " + QByteArray::number(number);
      return sentence;
    };
    const QSet<int> lost = story.acknowledged[topic] - distinct;
    QVERIFY2(lost.isEmpty(), what("lost", lost).constData());
    const QSet<int> invented = distinct - story.published[topic];
    QVERIFY2(invented.isEmpty(), what("invented", invented).constData());
    QSet<int> seen, twice, late;
    int newest = 0;
    for (const int number : received) {
      if (seen.contains(number)) {
        twice.insert(number);
      } else if (number < newest) {
        late.insert(number);
      }
      seen.insert(number);
      newest = std::max(newest, number);
    }
    // In the order of publishing, apart from what comes again (MQTT 5.0 §4.6).
    QVERIFY2(late.isEmpty(), what("out of order", late).constData());
    if (exactlyOnce) QVERIFY2(twice.isEmpty(), what("twice", twice).constData());
  }

  QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestDurableSessions)
#include "tst_durable_sessions.moc"
