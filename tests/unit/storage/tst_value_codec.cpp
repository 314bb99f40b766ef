#include "gateway/storage/integer_codec.h"
#include "gateway/storage/value_codec.h"

#include <QtTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

using namespace carport;

namespace {

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

bool sameBits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Whether the values come back bit for bit, all of them or only the first; `size` is what they take.
bool survives(const std::vector<double>& values, std::size_t* size = nullptr) {
  std::string out;
  encodeValues(values, out);
  if (size != nullptr) *size = out.size();
  ByteReader reader(bytes(out));
  std::vector<double> back;
  if (!decodeValues(reader, values.size(), back) || reader.left() != 0 || back.size() != values.size()) return false;
  ByteReader again(bytes(out));
  std::vector<double> first;
  const std::size_t wanted = values.size() / 3;
  if (!decodeValues(again, values.size(), first, wanted) || first.size() != wanted) return false;
  return std::equal(values.begin(), values.end(), back.begin(), sameBits) &&
         std::equal(first.begin(), first.end(), values.begin(), sameBits);
}

bool survives(const std::vector<std::int64_t>& values, std::size_t* size = nullptr) {
  std::string out;
  encodeIntegers(values, out);
  if (size != nullptr) *size = out.size();
  ByteReader reader(bytes(out));
  std::vector<std::int64_t> back;
  if (!decodeIntegers(reader, values.size(), back) || reader.left() != 0 || back != values) return false;
  ByteReader again(bytes(out));
  const std::size_t wanted = values.size() / 3;
  return decodeIntegers(again, values.size(), back, wanted) && back.size() == wanted &&
         std::equal(back.begin(), back.end(), values.begin());
}

}  // namespace

class TestValueCodec : public QObject {
  Q_OBJECT

 private slots:
  void findsTheDecimalsThatWereSent() {
    std::mt19937_64 random(3);
    for (int decimals = 0; decimals <= 9; ++decimals) {
      std::vector<double> values;
      double place = 47'559'612.0 / std::pow(10, 6);
      for (int i = 0; i < 500; ++i) {
        place += static_cast<double>(static_cast<int>(random() % 41) - 20) / std::pow(10, decimals);
        values.push_back(std::stod(QString::number(place, 'f', decimals).toStdString()));
      }
      const auto found = commonDecimals(values);
      QVERIFY(found.has_value());
      QVERIFY(*found <= decimals);
      std::size_t size = 0;
      QVERIFY(survives(values, &size));
      QVERIFY2(size < 500 + 30, QByteArray::number(qulonglong(size)));  // a byte a value, and a little
    }
  }

  void keepsEveryBitOfWhatIsNoDecimal() {
    using Limits = std::numeric_limits<double>;
    std::vector<double> odd{0.0,
                            -0.0,
                            1.0 / 3,
                            Limits::infinity(),
                            -Limits::infinity(),
                            Limits::max(),
                            Limits::min(),
                            Limits::denorm_min(),
                            Limits::quiet_NaN(),
                            0.1 + 0.2,
                            1e300,
                            -1e-300,
                            70368744177663.0,
                            70368744177665.0,
                            9007199254740993.0};
    QVERIFY(survives(odd));
    for (const double one : odd) QVERIFY(survives(std::vector<double>{one}));
    // A few of them among decimals are exceptions, not the end of the decimals.
    std::vector<double> mixed;
    for (int i = 0; i < 1000; ++i) mixed.push_back(i / 10.0);
    for (std::size_t i = 0; i < odd.size(); ++i) mixed[i * 61] = odd[i];
    std::size_t size = 0;
    QVERIFY(survives(mixed, &size));
    QVERIFY(size < 1400);
    QVERIFY(survives(std::vector<double>()));
  }

  void keepsRandomBits() {
    std::mt19937_64 random(5);
    for (int round = 0; round < 300; ++round) {
      std::vector<double> values;
      const auto count = random() % 300;
      const int kind = static_cast<int>(random() % 4);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bits = random();
        if (kind == 0) values.push_back(std::bit_cast<double>(bits));
        if (kind == 1) values.push_back(static_cast<double>(static_cast<std::int64_t>(bits) >> (bits % 64)) / 1000);
        if (kind == 2) values.push_back(static_cast<double>(static_cast<float>(bits % 100'000) / 7));
        if (kind == 3)
          values.push_back(bits % 9 == 0 ? std::bit_cast<double>(bits) : static_cast<double>(bits % 50) / 4);
      }
      QVERIFY(survives(values));
    }
  }

  void keepsIntegers() {
    std::mt19937_64 random(9);
    QVERIFY(survives(std::vector<std::int64_t>{INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MAX, INT64_MIN}));
    QVERIFY(survives(std::vector<std::int64_t>()));
    for (int round = 0; round < 300; ++round) {
      std::vector<std::int64_t> values;
      const auto count = random() % 200;
      const auto shift = random() % 64;
      std::int64_t value = static_cast<std::int64_t>(random());
      for (std::size_t i = 0; i < count; ++i) {
        value = round % 2 == 0 ? wrappingAdd(value, static_cast<std::int64_t>(random()) >> shift)
                               : static_cast<std::int64_t>(random()) >> shift;
        values.push_back(value);
      }
      QVERIFY(survives(values));
    }
  }

  void takesTheBestDifferences() {
    std::vector<std::int64_t> steady, constant, noise;
    std::mt19937_64 random(1);
    for (std::int64_t i = 0; i < 1000; ++i) {
      steady.push_back(1'700'000'000'000 + i * 1000);
      constant.push_back(123'456'789);
      noise.push_back(static_cast<std::int64_t>(random() % 30'000));
    }
    std::size_t size = 0;
    QVERIFY(survives(steady, &size) && size < 1020);
    QVERIFY(survives(constant, &size) && size < 1020);
    QVERIFY(survives(noise, &size) && size < 2020);  // two planes, no escapes
  }

  void damageIsFoundOrHarmless() {
    std::mt19937_64 random(17);
    std::vector<double> values;
    for (int i = 0; i < 200; ++i) values.push_back(i % 17 == 0 ? 1.0 / 3 : i / 100.0);
    std::string good;
    encodeValues(values, good);
    for (int round = 0; round < 2000; ++round) {
      std::string bad = good.substr(0, random() % (good.size() + 1));
      for (int i = 0; i < 3 && !bad.empty(); ++i) bad[random() % bad.size()] = static_cast<char>(random());
      ByteReader reader(bytes(bad));
      std::vector<double> back;
      if (decodeValues(reader, values.size(), back)) QCOMPARE(back.size(), values.size());
    }
    ByteReader none(bytes(good));
    std::vector<double> back;
    QVERIFY(!decodeValues(none, std::size_t{1} << 60, back));
  }

  void roundsOnlyToWhatWasDeclared() {
    QCOMPARE(roundedTo(12.3456789, 0.01), 12.35);
    QCOMPARE(roundedTo(-12.3456789, 0.5), -12.5);
    QCOMPARE(roundedTo(1234.4, 10), 1230.0);
    QCOMPARE(roundedTo(7, 0.25), 7.0);
    QVERIFY(std::isnan(roundedTo(std::nan(""), 0.1)));
    QCOMPARE(roundedTo(1e300, 0.1), 1e300);
    QVERIFY(asDecimal(roundedTo(3.14159, 0.001), 3).has_value());
  }
};

QTEST_GUILESS_MAIN(TestValueCodec)
#include "tst_value_codec.moc"
