#include "gateway/domain/retention.h"

#include <QtTest>

using namespace carport;

namespace {
api::RetentionPolicy policy(std::string name, std::optional<std::string> group, std::optional<std::uint32_t> raw,
                            std::optional<std::uint32_t> minutes = {}, std::optional<std::uint32_t> hours = {}) {
  api::RetentionPolicy made;
  made.name = std::move(name);
  made.group = std::move(group);
  made.rawDays = raw;
  made.minuteDays = minutes;
  made.hourDays = hours;
  return made;
}
}  // namespace

/// Which policy holds for which car, and what a policy may say.
class TestRetention : public QObject {
  Q_OBJECT

 private slots:
  void withoutPoliciesEverythingIsKept() {
    const RetentionPlan plan({}, {});
    QCOMPARE(plan.detailOf(PrincipalNumber{1}, 1'000'000), StoredDetail::raw);
    QCOMPARE(plan.leastGenerous(1'000'000), StoredDetail::raw);
  }

  void aDayGoesThroughTheStages() {
    const RetentionPlan plan({{policy("all", {}, 7, 30, 365)}, {}}, {});
    const PrincipalNumber car{1};
    QCOMPARE(plan.detailOf(car, 7), StoredDetail::raw);
    QCOMPARE(plan.detailOf(car, 8), StoredDetail::minutes);
    QCOMPARE(plan.detailOf(car, 30), StoredDetail::minutes);
    QCOMPARE(plan.detailOf(car, 31), StoredDetail::hours);
    QCOMPARE(plan.detailOf(car, 365), StoredDetail::hours);
    QCOMPARE(plan.detailOf(car, 366), StoredDetail::nothing);
    QCOMPARE(plan.mostGenerous(366), StoredDetail::nothing);
  }

  void theMostGenerousOfACarsGroupsHolds() {
    const api::Retention retention{
        {policy("others", {}, 90), policy("short", "taxis", 1, 1, 1), policy("long", "police", 30, 400)}, {}};
    const RetentionPlan plan(retention, {{PrincipalNumber{1}, {"taxis"}},
                                         {PrincipalNumber{2}, {"police", "taxis"}},
                                         {PrincipalNumber{3}, {"unnamed"}}});
    QCOMPARE(plan.detailOf(PrincipalNumber{1}, 2), StoredDetail::nothing);
    QCOMPARE(plan.detailOf(PrincipalNumber{2}, 2), StoredDetail::raw);
    QCOMPARE(plan.detailOf(PrincipalNumber{2}, 31), StoredDetail::minutes);
    QCOMPARE(plan.detailOf(PrincipalNumber{3}, 90), StoredDetail::raw);
    QCOMPARE(plan.detailOf(PrincipalNumber{4}, 91), StoredDetail::minutes);  // nobody knows it any more
    QCOMPARE(plan.mostGenerous(2), StoredDetail::raw);
    QCOMPARE(plan.leastGenerous(2), StoredDetail::nothing);
  }

  void mistakesAreNamed_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("raw");
    QTest::addColumn<int>("minutes");
    QTest::addColumn<bool>("fine");
    QTest::newRow("fine") << "taxis-30" << 30 << 30 << true;
    QTest::newRow("no name") << "" << 30 << 30 << false;
    QTest::newRow("a space") << "a b" << 30 << 30 << false;
    QTest::newRow("minutes before samples") << "x" << 30 << 29 << false;
    QTest::newRow("no days") << "x" << 0 << 30 << false;
    QTest::newRow("too many days") << "x" << 30 << 40'000 << false;
  }
  void mistakesAreNamed() {
    QFETCH(QString, name);
    QFETCH(int, raw);
    QFETCH(int, minutes);
    QFETCH(bool, fine);
    const auto one =
        policy(name.toStdString(), {}, static_cast<std::uint32_t>(raw), static_cast<std::uint32_t>(minutes));
    QCOMPARE(checkRetention({{one}, {}}).has_value(), fine);
    QVERIFY(!checkRetention({{one, one}, {}}).has_value());
  }

  void whatChangedIsSignedAndDescribed() {
    const api::Retention before = signedBy({{policy("a", {}, 1), policy("b", "g", 2)}, {}}, {}, "ann", fromMs(1));
    auto wanted = before;
    wanted.policies[1].rawDays = 3;
    wanted.diskBudgetBytes = 1 << 30;
    const auto after = signedBy(wanted, before, "bob", fromMs(2));
    QCOMPARE(after.policies[0].changedBy, std::string("ann"));
    QCOMPARE(after.policies[1].changedBy, std::string("bob"));
    QCOMPARE(toMs(after.policies[1].changedAt), 2);
    QCOMPARE(describeChanges(before, after).size(), 2U);
    QVERIFY(describeChanges(before, after)[0].find("“b”") != std::string::npos);
    QCOMPARE(describeChanges(before, {}).size(), 2U);
    QVERIFY(describeChanges(before, before).empty());
  }
};

QTEST_GUILESS_MAIN(TestRetention)
#include "tst_retention.moc"
