#include "gateway/api/metric_names.h"

#include <QtTest>

#include <fmt/format.h>

using namespace carport;

/// Numbers of the names that cars use.
class TestMetricNames : public QObject {
  Q_OBJECT

 private slots:
  void aNameKeepsItsNumber() {
    MetricNames names;
    QCOMPARE(*names.intern("lat"), MetricNames::kLatitudeId);
    const auto soc = names.intern("soc", "acme");
    QVERIFY(soc.has_value());
    QCOMPARE(names.intern("soc"), soc);
    QCOMPARE(names.intern("soc", "beta"), soc);
    QCOMPARE(names.name(*soc), std::string_view("soc"));
    QVERIFY(!names.intern("") && !names.intern("a\nb") && !names.intern(std::string(65, 'a')));
  }

  void oneOrganisationDoesNotTakeAllNames() {
    MetricNames names;
    for (std::size_t i = 0; i < MetricNames::kMaxNamesOfOrganisation; ++i) {
      QVERIFY(!names.hasBroughtTooMany("acme"));
      QVERIFY(names.intern(fmt::format("acme {}", i), "acme").has_value());
    }
    QVERIFY(names.hasBroughtTooMany("acme"));
    QVERIFY(!names.intern("one more", "acme"));
    QVERIFY(names.intern("acme 7", "acme").has_value());  // those that are known stay
    QVERIFY(names.intern("one more", "beta").has_value());
    QVERIFY(names.intern("another", "").has_value());
    QVERIFY(names.intern("one more", "acme").has_value());  // somebody else's is free
  }

  void allTogetherHaveALimit() {
    MetricNames names;
    for (std::size_t i = 5; i < MetricNames::kMaxNames; ++i) QVERIFY(names.intern(fmt::format("n{}", i)).has_value());
    QVERIFY(!names.intern("one more"));
    QVERIFY(names.intern("n7").has_value());
  }
};

QTEST_GUILESS_MAIN(TestMetricNames)
#include "tst_metric_names.moc"
