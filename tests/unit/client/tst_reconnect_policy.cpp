#include "ui/client/reconnect_policy.h"

#include <QtTest>

using carport::Milliseconds;
using carport::ui::ReconnectPolicy;

class TestReconnectPolicy : public QObject {
  Q_OBJECT

 private slots:
  void waitsLongerEachTimeUpToALimit() {
    ReconnectPolicy::Limits limits;
    limits.jitter = 0;
    ReconnectPolicy policy(1, limits);
    QList<qint64> waits;
    for (int i = 0; i < 9; ++i) waits.append(policy.nextDelay().count());
    QCOMPARE(waits, QList<qint64>({500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000}));
    QCOMPARE(policy.attempts(), 9);
  }

  void spreadsWaitsWithinTheJitterAndNeverBeyondTheLimit() {
    ReconnectPolicy::Limits limits;
    bool differs = false;
    for (std::uint32_t seed = 1; seed < 200; ++seed) {
      ReconnectPolicy policy(seed, limits);
      const auto first = policy.nextDelay();
      QVERIFY(first >= Milliseconds(400) && first <= Milliseconds(600));
      differs |= first != Milliseconds(500);
      for (int i = 0; i < 30; ++i) QVERIFY(policy.nextDelay() <= limits.longest);
    }
    QVERIFY(differs);
  }

  void staysFiniteAfterManyAttempts() {
    ReconnectPolicy policy(7);
    for (int i = 0; i < 5000; ++i) {
      const auto delay = policy.nextDelay();
      QVERIFY(delay > Milliseconds(0) && delay <= Milliseconds(30'000));
    }
  }

  void startsAnewOnlyAfterAConnectionThatLasted() {
    ReconnectPolicy policy(3);
    for (int i = 0; i < 4; ++i) policy.nextDelay();
    policy.connectionEnded(Milliseconds(200));
    QCOMPARE(policy.attempts(), 4);
    policy.connectionEnded(Milliseconds(60'000));
    QCOMPARE(policy.attempts(), 0);
    policy.nextDelay();
    policy.reset();
    QCOMPARE(policy.attempts(), 0);
  }
};

QTEST_GUILESS_MAIN(TestReconnectPolicy)
#include "tst_reconnect_policy.moc"
