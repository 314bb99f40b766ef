#include "gateway/protocol/mqtt/topic_aliases.h"

#include <QtTest>

using namespace carport::mqtt;

class TestTopicAliases : public QObject {
  Q_OBJECT

 private slots:
  void receivedOnesCanBeSetAgain() {  // MQTT 5.0 §3.3.2.3.4
    ReceivedAliases aliases;
    QVERIFY(aliases.topic(1).empty());
    aliases.set(3, "c");
    QVERIFY(aliases.topic(3) == "c" && aliases.topic(1).empty() && aliases.topic(4).empty());
    aliases.set(1, "a");
    aliases.set(3, "other");
    QVERIFY(aliases.topic(1) == "a" && aliases.topic(3) == "other");
  }

  void assignedOnesGoToTheFirst() {
    AssignedAliases aliases(2);
    const auto first = aliases.find("a");
    QVERIFY(first.alias == 1 && first.isNew);
    QVERIFY(aliases.find("b").alias == 1);  // only proposed
    aliases.assign("a");
    QVERIFY(aliases.find("a").alias == 1 && !aliases.find("a").isNew);
    QVERIFY(aliases.find("b").alias == 2 && aliases.find("b").isNew);
    aliases.assign("b");
    QVERIFY(aliases.find("c").alias == 0);
    QVERIFY(aliases.find("b").alias == 2 && !aliases.find("b").isNew);
  }
};

QTEST_GUILESS_MAIN(TestTopicAliases)
#include "tst_topic_aliases.moc"
