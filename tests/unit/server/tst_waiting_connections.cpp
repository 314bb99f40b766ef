#include "gateway/server/mqtt/waiting_connections.h"

#include <QtTest>

#include <cstdint>
#include <string_view>
#include <vector>

using namespace carport;

/// Records of connections that wait for the disk: in which order they go, and which are forgotten.
class TestWaitingConnections : public QObject {
  Q_OBJECT

 private slots:
  void thoseOfOneOrganisationKeepTheirOrder() {
    WaitingConnections waiting;
    for (std::int64_t number = 1; number <= 5; ++number) QVERIFY(add(waiting, "north", number));
    QCOMPARE(waiting.size(), 5U);
    QCOMPARE(taken(waiting, 3), (Numbers{1, 2, 3}));
    QCOMPARE(taken(waiting, 3), (Numbers{4, 5}));
    QVERIFY(waiting.empty() && taken(waiting, 3).empty());
  }

  void oneThatHasManyDelaysNoOther() {
    WaitingConnections waiting;
    for (std::int64_t number = 100; number < 10'000; ++number) QVERIFY(add(waiting, "busy", number));
    QVERIFY(add(waiting, "quiet", 1) && add(waiting, "", 2) && add(waiting, "quiet", 3));
    const auto first = taken(waiting, 6);
    QCOMPARE(first, (Numbers{2, 100, 1, 101, 3, 102}));
  }

  void whoWasLeftOutIsNext() {
    WaitingConnections waiting;
    for (const auto* organisation : {"a", "b", "c", "d"}) {
      for (std::int64_t i = 0; i < 2; ++i) QVERIFY(add(waiting, organisation, organisation[0] * 10 + i));
    }
    QCOMPARE(taken(waiting, 2), (Numbers{'a' * 10, 'b' * 10}));
    QCOMPARE(taken(waiting, 3), (Numbers{'c' * 10, 'd' * 10, 'a' * 10 + 1}));
    QCOMPARE(taken(waiting, 9), (Numbers{'b' * 10 + 1, 'c' * 10 + 1, 'd' * 10 + 1}));
  }

  void whatIsTakenFillsUpWhatIsThere() {
    WaitingConnections waiting;
    QVERIFY(add(waiting, "north", 2) && add(waiting, "north", 3));
    std::vector<api::Connection> some(1);
    some[0].number = 1;
    waiting.take(2, some);
    QCOMPARE(numbersOf(some), (Numbers{1, 2}));
    QCOMPARE(waiting.size(), 1U);
  }

  void whereTooManyWaitWhoeverHasMostForgets() {
    WaitingConnections waiting(4);
    for (std::int64_t number = 10; number < 14; ++number) QVERIFY(add(waiting, "busy", number));
    QVERIFY(!add(waiting, "busy", 14));  // itself
    QVERIFY(!add(waiting, "quiet", 1));  // 13 of the busy one
    QVERIFY(!add(waiting, "quiet", 2));  // 12
    QCOMPARE(waiting.size(), 4U);
    QCOMPARE(taken(waiting, 9), (Numbers{10, 1, 11, 2}));
  }

 private:
  using Numbers = std::vector<std::int64_t>;

  static bool add(WaitingConnections& waiting, std::string_view organisation, std::int64_t number) {
    api::Connection record;
    record.number = number;
    return waiting.add(organisation, std::move(record));
  }
  static Numbers numbersOf(const std::vector<api::Connection>& records) {
    Numbers numbers;
    for (const auto& record : records) numbers.push_back(record.number);
    return numbers;
  }
  static Numbers taken(WaitingConnections& waiting, std::size_t most) {
    std::vector<api::Connection> records;
    waiting.take(most, records);
    return numbersOf(records);
  }
};

QTEST_APPLESS_MAIN(TestWaitingConnections)
#include "tst_waiting_connections.moc"
