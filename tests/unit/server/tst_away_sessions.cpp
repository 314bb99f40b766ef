#include "gateway/server/mqtt/away_sessions.h"

#include <QtTest>

#include <array>

using namespace carport;

namespace {
struct Session {
  int number = 0;
};
SteadyPoint at(int second) {
  return SteadyPoint{} + std::chrono::seconds(second);
}
}  // namespace

/// Which session goes where too many clients are away.
class TestAwaySessions : public QObject {
  Q_OBJECT

 private slots:
  void theOldestGoesFirst() {
    AwaySessions<Session> away;
    for (int i = 0; i < 3; ++i) away.add("", at(i), &m_sessions[std::size_t(i)]);
    QCOMPARE(away.size(), std::size_t{3});
    QVERIFY(away.surplus("", 3, 1) == nullptr);
    QVERIFY(away.surplus("", 2, 1) == &m_sessions[0]);
    QVERIFY(away.contains("", at(0), &m_sessions[0]));
    QVERIFY(!away.contains("acme", at(0), &m_sessions[0]));
    QVERIFY(away.remove("", at(0), &m_sessions[0]));
    QVERIFY(!away.remove("", at(0), &m_sessions[0]));
    QCOMPARE(away.size(), std::size_t{2});
  }

  void whoHasMostGivesWay() {
    AwaySessions<Session> away;
    away.add("beta", at(0), &m_sessions[0]);  // the oldest of all, but beta's only one
    for (int i = 1; i < 5; ++i) away.add("acme", at(i), &m_sessions[std::size_t(i)]);
    QVERIFY(away.surplus("acme", 4, 9) == &m_sessions[1]);
    QVERIFY(away.surplus("beta", 4, 9) == &m_sessions[1]);
  }

  void noOrganisationHasMoreThanItsShare() {
    AwaySessions<Session> away;
    away.add("", at(0), &m_sessions[0]);
    for (int i = 1; i < 4; ++i) away.add("acme", at(i), &m_sessions[std::size_t(i)]);
    QVERIFY(away.surplus("acme", 9, 2) == &m_sessions[1]);
    QVERIFY(away.surplus("", 9, 0) == nullptr);  // the house has all that is left
    QVERIFY(away.surplus("beta", 9, 2) == nullptr);
  }

 private:
  std::array<Session, 5> m_sessions{};
};

QTEST_GUILESS_MAIN(TestAwaySessions)
#include "tst_away_sessions.moc"
