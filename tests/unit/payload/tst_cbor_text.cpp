#include "gateway/protocol/payload/cbor_text.h"
#include "gateway/protocol/payload/payload_errc.h"

#include <QtTest>

using namespace carport;
using namespace carport::payload;

namespace {

constexpr std::size_t kPlenty = 64 * 1024;

std::string bytesOf(const char* hex) {
  return QByteArray::fromHex(hex).toStdString();
}

/// The JSON text of CBOR given in hexadecimal; "!" and the sentence where there is none.
std::string textOf(const char* hex, std::size_t maxBytes = kPlenty) {
  const auto text = jsonFromCbor(bytesOf(hex), maxBytes);
  return text ? *text : "!" + text.error().message();
}

}  // namespace

/// CBOR as RFC 8949 has it, and the JSON that it stands for.
class TestCborText : public QObject {
  Q_OBJECT

 private slots:
  void examplesOfTheStandardReadAsTheyAreMeant_data();
  void examplesOfTheStandardReadAsTheyAreMeant();
  void whatIsNotWellFormedIsRefused_data();
  void whatIsNotWellFormedIsRefused();
  void keysHaveToBeText();
  void nestingHasALimit();
  void theTextHasALimit();
  void textIsEscapedAsJsonWantsIt();
  void aMapOfACarReadsAsItsJson();
};

void TestCborText::examplesOfTheStandardReadAsTheyAreMeant_data() {
  QTest::addColumn<QByteArray>("hex");
  QTest::addColumn<QByteArray>("json");
  // RFC 8949, appendix A.
  const std::pair<const char*, const char*> rows[] = {
      {"00", "0"},
      {"1818", "24"},
      {"1903e8", "1000"},
      {"1a000f4240", "1000000"},
      {"1bffffffffffffffff", "18446744073709551615"},
      {"20", "-1"},
      {"3903e7", "-1000"},
      {"3bfffffffffffffffe", "-18446744073709551615"},
      {"3bffffffffffffffff", "-18446744073709551616"},
      {"f90000", "0"},
      {"f98000", "-0"},
      {"f93c00", "1"},
      {"fb3ff199999999999a", "1.1"},
      {"f93e00", "1.5"},
      {"f97bff", "65504"},
      {"fa47c35000", "100000"},
      {"fa7f7fffff", "3.4028234663852886e+38"},
      {"fb7e37e43c8800759c", "1e+300"},
      {"f90001", "5.960464477539063e-08"},
      {"f90400", "6.103515625e-05"},
      {"fbc010666666666666", "-4.1"},
      {"f97c00", "null"},
      {"f97e00", "null"},
      {"f9fc00", "null"},
      {"fa7f800000", "null"},
      {"fb7ff8000000000000", "null"},
      {"f4", "false"},
      {"f5", "true"},
      {"f6", "null"},
      {"f7", "null"},
      {"f0", "null"},
      {"f8ff", "null"},
      {"c11a514b67b0", "1363896240"},
      {"c1fb41d452d9ec200000", "1363896240.5"},
      {"4401020304", "\"AQIDBA\""},
      {"40", "\"\""},
      {"60", "\"\""},
      {"6449455446", "\"IETF\""},
      {"62225c", "\"\\\"\\\\\""},
      {"62c3bc", "\"\xC3\xBC\""},
      {"80", "[]"},
      {"83010203", "[1,2,3]"},
      {"8301820203820405", "[1,[2,3],[4,5]]"},
      {"a0", "{}"},
      {"a26161016162820203", "{\"a\":1,\"b\":[2,3]}"},
      {"5f42010243030405ff", "\"AQIDBAU\""},
      {"7f657374726561646d696e67ff", "\"streaming\""},
      {"9fff", "[]"},
      {"9f018202039f0405ffff", "[1,[2,3],[4,5]]"},
      {"bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}"},
  };
  for (const auto& [hex, json] : rows) QTest::newRow(hex) << QByteArray(hex) << QByteArray(json);
}

void TestCborText::examplesOfTheStandardReadAsTheyAreMeant() {
  QFETCH(QByteArray, hex);
  QFETCH(QByteArray, json);
  QCOMPARE(QByteArray::fromStdString(textOf(hex.constData())), json);
}

void TestCborText::whatIsNotWellFormedIsRefused_data() {
  QTest::addColumn<QByteArray>("hex");
  // RFC 8949, appendix F, and more.
  for (const char* hex : {"",
                          "18",
                          "19",
                          "1a00",
                          "1b00000000000000",
                          "38",
                          "58",
                          "5801",
                          "62",
                          "616100",
                          "81",
                          "810000",
                          "818181",
                          "a1",
                          "a16161",
                          "a2616100",
                          "c0",
                          "1c",
                          "1d",
                          "1e",
                          "fc",
                          "fd",
                          "fe",
                          "f800",
                          "f81f",
                          "ff",
                          "1f",
                          "3f",
                          "df",
                          "5f00ff",
                          "5f6100ff",
                          "7f4100ff",
                          "5f5f4100ffff",
                          "9f01",
                          "bf616101",
                          "bf6161ff",
                          "81ff",
                          "a1ff00",
                          "61ff",
                          "62c328",
                          "9bffffffffffffffff00",
                          "5bffffffffffffffff00"}) {
    QTest::newRow(*hex ? hex : "nothing") << QByteArray(hex);
  }
}

void TestCborText::whatIsNotWellFormedIsRefused() {
  QFETCH(QByteArray, hex);
  const auto text = jsonFromCbor(bytesOf(hex.constData()), kPlenty);
  QVERIFY(!text.has_value());
  QVERIFY2(text.error().is(PayloadErrc::badCbor) || text.error().is(PayloadErrc::wrongShape),
           text.error().message().c_str());
}

void TestCborText::keysHaveToBeText() {
  const auto text = jsonFromCbor(bytesOf("a10102"), kPlenty);
  QVERIFY(!text && text.error().is(PayloadErrc::wrongShape));
}

void TestCborText::nestingHasALimit() {
  const std::string deep(kMaxCborDepth, '\x81');
  QVERIFY(jsonFromCbor(deep + std::string(1, '\x00'), kPlenty).has_value());
  const auto tooDeep = jsonFromCbor(deep + "\x81" + std::string(1, '\x00'), kPlenty);
  QVERIFY(!tooDeep && tooDeep.error().is(PayloadErrc::wrongShape));
  const auto tags = jsonFromCbor(std::string(100'000, '\xC1') + std::string(1, '\x00'), kPlenty);
  QVERIFY(!tags && tags.error().is(PayloadErrc::wrongShape));
}

void TestCborText::theTextHasALimit() {
  QCOMPARE(textOf("83010203", 7), std::string("[1,2,3]"));
  const auto tooLong = jsonFromCbor(bytesOf("83010203"), 6);
  QVERIFY(!tooLong && tooLong.error().is(PayloadErrc::tooLarge));
  // Five bytes of text for each byte: what is small as CBOR may be large as JSON.
  const auto blown = jsonFromCbor("\x9F" + std::string(60'000, '\xF6') + "\xFF", kPlenty);
  QVERIFY(!blown && blown.error().is(PayloadErrc::tooLarge));
}

void TestCborText::textIsEscapedAsJsonWantsIt() {
  QCOMPARE(textOf("66610a01220062"), std::string("\"a\\u000a\\u0001\\\"\\u0000b\""));
}

void TestCborText::aMapOfACarReadsAsItsJson() {
  // {"ts": 1700000000, "speed": 50.5, "door": "open", "moving": true}
  QCOMPARE(textOf("a46274731a6553f100657370656564f9525064646f6f72646f70656e666d6f76696e67f5"),
           std::string(R"({"ts":1700000000,"speed":50.5,"door":"open","moving":true})"));
}

QTEST_GUILESS_MAIN(TestCborText)
#include "tst_cbor_text.moc"
