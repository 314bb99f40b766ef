#include "gateway/domain/act.h"
#include "gateway/server/attempt_log.h"

#include <QtTest>

#include <fmt/format.h>

#include <algorithm>

using namespace carport;

namespace {
api::AuditEntry attempt(const std::string& organisation, int number, int second) {
  auto entry = refusalOf({organisation + ".anna", organisation, api::Door::api, fmt::format("10.0.0.{}", number % 250)},
                         "GET /cars/{id}", std::to_string(number), "no rule allows it");
  entry.time = fromMs(1000 * second);
  return entry;
}

std::ptrdiff_t countOf(const std::vector<api::AuditEntry>& entries, const std::string& organisation) {
  return std::count_if(entries.begin(), entries.end(),
                       [&](const api::AuditEntry& entry) { return entry.organisation == organisation; });
}
}  // namespace

/// Refused attempts on their way into the audit log.
class TestAttemptLog : public QObject {
  Q_OBJECT

 private slots:
  void oneOrganisationsFloodHidesNoOthersAttempts() {
    AttemptLogLimits limits;
    limits.burst = 10;
    AttemptLog log(limits);
    for (int i = 0; i < 1000; ++i) log.refused(attempt("acme", i, i), {});
    for (int i = 0; i < 3; ++i) log.refused(attempt("beta", i, 5000 + i), {});
    const auto written = log.take(SteadyPoint{} + std::chrono::seconds(1), fromMs(1));
    QCOMPARE(countOf(written, "beta"), std::ptrdiff_t{3});
    QCOMPARE(countOf(written, "acme"), std::ptrdiff_t{7});
    QCOMPARE(written.back().action, std::string(AttemptLog::kLeftOut));
    QCOMPARE(log.leftOut(), std::uint64_t{993});
    QVERIFY(std::is_sorted(written.begin(), written.end() - 1,
                           [](const auto& a, const auto& b) { return a.time < b.time; }));
  }

  void whatIsAlikeIsCounted() {
    AttemptLog log;
    for (int i = 0; i < 5; ++i) log.refused(attempt("acme", 1, i), {});
    auto hidden = attempt("acme", 1, 9);
    hidden.isHouses = true;  // another matter, though all that is told is the same
    log.refused(hidden, {});
    const auto written = log.take(SteadyPoint{} + std::chrono::seconds(1), fromMs(1));
    QCOMPARE(written.size(), std::size_t{2});
    QCOMPARE(written[0].count, std::int64_t{5});
    QVERIFY(written[1].isHouses);
  }
};

QTEST_GUILESS_MAIN(TestAttemptLog)
#include "tst_attempt_log.moc"
