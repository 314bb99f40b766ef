#include "gateway/storage/car_index.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/varint.h"

#include <QtTest>

using namespace carport;

/// Where the cars' samples are in a block: written, read again, and refused where it makes no sense.
class TestCarIndex : public QObject {
  Q_OBJECT

  static constexpr TimePoint kFrom = fromMs(1'700'000'000'000);
  static std::span<const std::byte> bytesOf(const std::string& text) { return std::as_bytes(std::span(text)); }

 private slots:
  void comesBack() {
    EncodedBlock block;
    block.from = kFrom;
    block.cars = {{PrincipalNumber{3}, {0, 10}, kFrom, fromMs(toMs(kFrom) + 5)},
                  {PrincipalNumber{4'000'000'000}, {10, 7}, fromMs(toMs(kFrom) - 9), kFrom}};
    const std::string index = encodeCarIndex(block);
    const auto spans = decodeCarIndex(bytesOf(index), kFrom);
    QVERIFY(spans && spans->size() == 2);
    for (const CarSpan& span : block.cars) {
      const auto found = findInCarIndex(bytesOf(index), kFrom, span.car);
      QVERIFY(found && found->rows.first == span.rows.first && found->rows.count == span.rows.count);
      QVERIFY(found->from == span.from && found->to == span.to);
    }
    QVERIFY(!findInCarIndex(bytesOf(index), kFrom, PrincipalNumber{4}));
  }

  void damageIsTold_data() {
    QTest::addColumn<quint64>("step");
    QTest::addColumn<quint64>("rows");
    QTest::newRow("a car beyond the last") << quint64{UINT32_MAX} << quint64{1};
    QTest::newRow("back to an earlier car") << quint64{UINT64_MAX} << quint64{1};
    QTest::newRow("more rows than a block has") << quint64{1} << quint64{kMaxBlockRows};
    QTest::newRow("rows that wrap around") << quint64{1} << quint64{UINT64_MAX};
  }
  void damageIsTold() {
    QFETCH(quint64, step);
    QFETCH(quint64, rows);
    std::string index;
    for (const quint64 value : {quint64{5}, quint64{1}, quint64{0}, quint64{0}, step, rows, quint64{0}, quint64{0}}) {
      putVarint(index, value);
    }
    const auto spans = decodeCarIndex(bytesOf(index), kFrom);
    QVERIFY(!spans && spans.error().is(StorageErrc::corrupted));
    QVERIFY(findInCarIndex(bytesOf(index), kFrom, PrincipalNumber{5}));  // what stands before the damage is good
    QVERIFY(!decodeCarIndex(bytesOf(index.substr(0, index.size() - 1)), kFrom));
  }
};

QTEST_GUILESS_MAIN(TestCarIndex)
#include "tst_car_index.moc"
