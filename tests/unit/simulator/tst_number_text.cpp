#include "gateway/simulator/number_text.h"

#include <QtTest>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

using namespace carport::sim;

namespace {
std::string fixed(double value, int decimals) {
  std::string out;
  appendFixed(out, value, decimals);
  return out;
}
}  // namespace

class TestNumberText : public QObject {
  Q_OBJECT

 private slots:
  void integersOfEverySize() {
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min()}) {
      std::string out = "x";
      appendInteger(out, value);
      QCOMPARE(out, "x" + std::to_string(value));
    }
  }

  void zeroHasNoSignAndAllItsDecimals() {
    QCOMPARE(fixed(0, 1), std::string("0.0"));
    QCOMPARE(fixed(-0.04, 1), std::string("0.0"));
    QCOMPARE(fixed(-0.06, 1), std::string("-0.1"));
    QCOMPARE(fixed(0.000001, 6), std::string("0.000001"));
    QCOMPARE(fixed(7, 0), std::string("7"));
    QCOMPARE(fixed(0.2, 0), std::string("0"));
    QCOMPARE(fixed(99.96, 1), std::string("100.0"));
  }

  void agreesWithAGeneralFormatterToHalfAUnit() {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> values(-90'000, 90'000);
    for (int i = 0; i < 20'000; ++i) {
      const double value = values(random);
      const int decimals = i % 7;
      const double unit = std::pow(10.0, -decimals);
      const double read = std::stod(fixed(value, decimals));
      QVERIFY2(std::abs(read - value) <= 0.500001 * unit, fmt::format("{} in {}", value, decimals).c_str());
      QCOMPARE(fixed(read, decimals), fmt::format("{:.{}f}", read == 0 ? 0.0 : read, decimals));
    }
  }

  void whatIsTooLargeToScaleIsStillRight() {
    QCOMPARE(fixed(1e16, 1), fmt::format("{:.1f}", 1e16));
    QCOMPARE(fixed(-1e300, 2), fmt::format("{:.2f}", -1e300));
  }
};

QTEST_GUILESS_MAIN(TestNumberText)
#include "tst_number_text.moc"
