#include "gateway/storage/block_codec.h"
#include "gateway/storage/car_index.h"
#include "gateway/storage/storage_errc.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QtTest>

#include <limits>
#include <random>

using namespace carport;
using namespace carport::test;

namespace {

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// Values that a careless codec would change.
double awkward(std::uint64_t bits) {
  switch (bits % 6) {
    case 0:
      return -0.0;
    case 1:
      return std::numeric_limits<double>::denorm_min();
    case 2:
      return std::bit_cast<double>(0x7ff8'0000'dead'beefULL);  // NaN with a payload
    case 3:
      return -std::numeric_limits<double>::infinity();
    case 4:
      return std::bit_cast<double>(bits);
    default:
      return static_cast<double>(bits % 1000) / 8;
  }
}

SampleBatch randomBatch(std::size_t rows, unsigned seed, MetricNames& names) {
  std::mt19937_64 random(seed);
  SampleBatch batch;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto time = static_cast<std::int64_t>(1'700'000'000'000 + random() % 5000);
    batch.beginRow(PrincipalNumber{static_cast<std::uint32_t>(1 + random() % 9)}, fromMs(time),
                   fromMs(time + std::int64_t(random() % 99) - 50));
    for (int m = 0; m < 6; ++m) {
      if (random() % 3 != 0) batch.addMetric(*names.intern("metric " + std::to_string(m)), awkward(random()));
    }
    if (random() % 2) batch.addAttribute(*names.intern("gear"), std::string(random() % 40, 'd'));
    if (random() % 5 == 0) batch.addAttribute(*names.intern("ignition"), random() % 2 == 0);
  }
  return batch;
}

}  // namespace

class TestBlockCodec : public QObject {
  Q_OBJECT

 private slots:
  void givesEveryBitBack_data() {
    QTest::addColumn<int>("rows");
    for (const int rows : {1, 2, 7, 8, 9, 100, 5000}) QTest::addRow("%d", rows) << rows;
  }
  void givesEveryBitBack() {
    QFETCH(int, rows);
    const auto batch = randomBatch(static_cast<std::size_t>(rows), static_cast<unsigned>(rows), m_names);
    const auto block = m_encoder.encode(batch, batch.rows(), m_names);
    QVERIFY(block.has_value());
    const auto decoder = BlockDecoder::open(bytes(block->data));
    QVERIFY(decoder.has_value());
    MetricNames otherProcess;
    SampleBatch back;
    QVERIFY(decoder->appendRows({0, decoder->rowCount()}, otherProcess, back).has_value());
    auto expected = plain(batch, m_names);
    sortAsStored(expected);
    QVERIFY(plain(back, otherProcess) == expected);
  }

  void keepsExtremeTimesAndRowsWithoutValues() {
    SampleBatch batch;
    for (const auto ms :
         {std::numeric_limits<std::int64_t>::min(), std::int64_t(0), std::numeric_limits<std::int64_t>::max()}) {
      batch.beginRow(PrincipalNumber{UINT32_MAX}, fromMs(ms), fromMs(-ms / 2));
    }
    const auto block = m_encoder.encode(batch, batch.rows(), m_names);
    const auto decoder = BlockDecoder::open(bytes(block->data));
    SampleBatch back;
    QVERIFY(decoder->appendRows({0, 3}, m_names, back).has_value());
    QVERIFY(plain(back, m_names) == plain(batch, m_names));
    const auto index = encodeCarIndex(*block);
    const auto span = findInCarIndex(bytes(index), block->from, PrincipalNumber{UINT32_MAX});
    QVERIFY(span && span->from == block->from && span->to == block->to && span->rows.count == 3);
  }

  void readsOneCarAndOneColumn() {
    const auto batch = randomBatch(500, 5, m_names);
    const auto block = m_encoder.encode(batch, batch.rows(), m_names);
    const auto index = encodeCarIndex(*block);
    const auto span = findInCarIndex(bytes(index), block->from, PrincipalNumber{4});
    QVERIFY(span.has_value());
    QVERIFY(!findInCarIndex(bytes(index), block->from, PrincipalNumber{77}));
    auto expected = plain(batch, m_names);
    sortAsStored(expected);
    std::erase_if(expected, [](const auto& sample) { return sample.car != 4; });
    const auto decoder = BlockDecoder::open(bytes(block->data));
    const auto times = decoder->times(span->rows);
    const auto values = decoder->metric("metric 3", span->rows);
    QCOMPARE(times->size(), expected.size());
    QCOMPARE(toMs(span->from), expected.front().time);
    QCOMPARE(toMs(span->to), expected.back().time);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      QCOMPARE(toMs((*times)[i]), expected[i].time);
      const auto found = expected[i].metrics.find("metric 3");
      QCOMPARE((*values)->has(i), found != expected[i].metrics.end());
      if ((*values)->has(i)) QCOMPARE(std::bit_cast<std::uint64_t>((*values)->values[i]), found->second);
    }
    QVERIFY(!decoder->metric("unknown", span->rows)->has_value());
    QVERIFY(!decoder->times({0, 501}).has_value());
  }

  void findsEveryChangedByte() {
    const auto batch = randomBatch(60, 3, m_names);
    const auto block = m_encoder.encode(batch, batch.rows(), m_names);
    for (std::size_t i = 0; i < block->data.size(); ++i) {
      std::string damaged = block->data;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
      QVERIFY2(!reads(damaged), qPrintable(QString::number(i)));
    }
    for (std::size_t size = 0; size < block->data.size(); ++size) QVERIFY(!reads(block->data.substr(0, size)));
  }

  void survivesNoise() {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
      std::string noise(random() % 300, '\0');
      for (char& c : noise) c = static_cast<char>(random());
      if (noise.size() > 6) noise.replace(0, 6, std::string("CPB1\1\0", 6));
      QVERIFY(!reads(noise));
      (void)decodeCarIndex(bytes(noise), fromMs(0));
    }
  }

  void aCarsRowsNeedOnlyItsOwnNames() {
    MetricNames all;
    SampleBatch batch;
    for (const std::uint32_t car : {1U, 2U}) {
      batch.beginRow(PrincipalNumber{car}, fromMs(1), fromMs(1));
      for (int i = 0; i < 10; ++i)
        batch.addMetric(*all.intern("car" + std::to_string(car) + "-" + std::to_string(i)), i);
    }
    const auto block = BlockEncoder().encode(batch, batch.rows(), all);
    QVERIFY(block.has_value());
    const auto decoder = BlockDecoder::open(std::as_bytes(std::span(block->data)));
    MetricNames few;
    for (std::size_t i = 0; i < MetricNames::kMaxNames - 5 - 10; ++i) few.intern("n" + std::to_string(i));
    SampleBatch second;
    QVERIFY(decoder->appendRows({1, 1}, few, second).has_value());
    QCOMPARE(second.rows()[0].metricCount, 10U);
    QVERIFY(!decoder->appendRows({0, 1}, few, second).has_value());  // there is no room left for the other car's
  }

 private:
  bool reads(const std::string& data) {
    const auto decoder = BlockDecoder::open(bytes(data));
    SampleBatch out;
    return decoder && decoder->appendRows({0, decoder->rowCount()}, m_names, out);
  }

  MetricNames m_names;
  BlockEncoder m_encoder;
};

QTEST_GUILESS_MAIN(TestBlockCodec)
#include "tst_block_codec.moc"
