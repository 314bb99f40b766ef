#include "gateway/server/mqtt/ack_queue.h"
#include "gateway/server/mqtt/fifo_vector.h"
#include "gateway/server/mqtt/received_ids.h"
#include "gateway/server/mqtt/shared_group.h"

#include <QtTest>

#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace carport;
using mqtt::Qos;
using mqtt::ReasonCode;

/// The small parts that sessions and connections keep their books with.
class TestMqttQueues : public QObject {
  Q_OBJECT

 private slots:
  void queuesInOrderWhateverIsTakenOut() {
    FifoVector<int> queue;
    int next = 0;
    int expected = 0;
    for (int round = 0; round < 200; ++round) {
      for (int i = 0; i < 7; ++i) queue.push_back(next++);
      for (int i = 0; i < 5; ++i) {
        QCOMPARE(queue.front(), expected++);
        queue.pop_front();
      }
    }
    QCOMPARE(queue.size(), std::size_t{400});
    QCOMPARE(queue.eraseIf([](int number) { return number % 2 == 0; }), std::size_t{200});
    queue.erase(queue.begin() + 1);
    QCOMPARE(queue[0], expected % 2 == 0 ? expected + 1 : expected);
    QCOMPARE(queue.size(), std::size_t{199});
    queue.clear();
    QVERIFY(queue.empty());
  }

  void keepsNothingOfWhatWasTakenOut() {
    FifoVector<std::shared_ptr<int>> queue;
    const auto item = std::make_shared<int>(1);
    for (int i = 0; i < 3; ++i) queue.push_back(item);
    queue.pop_front();
    QCOMPARE(item.use_count(), 3L);
    queue.clear();
    QCOMPARE(item.use_count(), 1L);
  }

  void acknowledgesInOrder() {
    AckQueue acks;
    std::vector<std::string> told;
    const auto release = [&] {
      acks.release([&](const AckQueue::Entry& ack, std::string_view text) {
        told.push_back(std::to_string(ack.packetId) + (ack.failed ? " failed " : " ") + std::string(text));
      });
    };
    const auto first = acks.add(1, Qos::atLeastOnce, 2);
    const auto second = acks.add(2, Qos::exactlyOnce, 1);
    const auto third = acks.add(3, Qos::atLeastOnce, 1);
    acks.judge(second, {ReasonCode::quotaExceeded, "too much"});
    acks.complete(second);
    acks.fail(third);
    acks.complete(first);
    release();
    QVERIFY(told.empty());
    acks.complete(first);
    acks.complete(first);  // once too often
    release();
    QCOMPARE(told, (std::vector<std::string>{"1 ", "2 too much", "3 failed "}));
    acks.complete(first);  // long gone
    QCOMPARE(acks.size(), std::size_t{0});
  }

  void remembersReceivedIdsUntilTheyAreReleased() {
    ReceivedIds ids;
    int settled = 0;
    ids.begin(5);
    ids.begin(3);
    ids.onSettled = [&] { ++settled; };
    QVERIFY(!ids.isSettled());
    QVERIFY(!ids.release(5));  // not on disk yet
    ids.stored(5);
    QCOMPARE(settled, 0);
    ids.failed(3);
    QCOMPARE(settled, 1);
    QVERIFY(ids.isSettled());
    QCOMPARE(ids.unreleased(), std::vector<mqtt::PacketId>{5});
    QVERIFY(ids.release(5));
    QVERIFY(!ids.release(5));
    QVERIFY(ids.unreleased().empty());
  }

  void sharesInProportionToTheMembersOfEachThread() {
    SharedGroup group("", "workers", "work/#", 3);
    QVERIFY(!group.nextShard());
    QVERIFY(!group.shardAfter(0));
    group.joined(0);
    for (int i = 0; i < 3; ++i) group.joined(2);
    std::map<std::size_t, int> turns;
    for (int i = 0; i < 400; ++i) ++turns[*group.nextShard()];
    QCOMPARE(turns[0], 100);
    QCOMPARE(turns[2], 300);
    QCOMPARE(*group.shardAfter(0), std::size_t{2});
    QCOMPARE(*group.shardAfter(2), std::size_t{0});
    QCOMPARE(group.shardsWithMembers(), std::size_t{2});
    group.left(0);
    QCOMPARE(*group.shardAfter(2), std::size_t{2});
  }
};

QTEST_GUILESS_MAIN(TestMqttQueues)
#include "tst_mqtt_queues.moc"
