#include "gateway/server/http/basic_credentials.h"

#include <QtTest>

using namespace carport;

/// The header field of RFC 7617.
class TestBasicCredentials : public QObject {
  Q_OBJECT

 private:
  static std::string field(const QByteArray& text) { return "Basic " + text.toBase64().toStdString(); }

 private slots:
  void theExamplesOfTheStandardAreRead() {
    const auto aladdin = BasicCredentials::parse("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    QVERIFY(aladdin.has_value());
    QCOMPARE(aladdin->id, std::string("Aladdin"));
    QCOMPARE(aladdin->secret, std::string("open sesame"));
    const auto pound = BasicCredentials::parse("bAsIc dGVzdDoxMjPCow==");
    QVERIFY(pound && pound->id == "test" && pound->secret == "123\xC2\xA3");
  }

  void theFirstColonParts() {
    const auto parted = BasicCredentials::parse(field("car:a:b:"));
    QVERIFY(parted && parted->id == "car" && parted->secret == "a:b:");
    QVERIFY(BasicCredentials::parse(field("car:"))->secret.empty());
  }

  void whatIsNoneIsRefused() {
    for (const auto& bad :
         {std::string(), std::string("Basic"), std::string("Basic "), std::string("Bearer QTpC"),
          std::string("Basic QTpC="), std::string("Basic QTpC QTpC"), std::string("Basic QTp"),
          std::string("Basic  QTpC"), std::string("Basic Q!pC"), std::string("BasicQTpC"), field("no colon"),
          field(":secret"), field(QByteArray("a\0b:c", 5)), field("a:b\n"), field("a:b\x7F"), field("a:\xFF"),
          std::string("Basic QR=="), std::string("Basic d8O\xB0Z2VsY2hlbjpzY2hsw7xzc2Vs")}) {
      QVERIFY2(!BasicCredentials::parse(bad).has_value(), bad.c_str());
    }
  }

  void theLengthHasALimit() {
    const int most = static_cast<int>(BasicCredentials::kMaxBytes);
    QVERIFY(BasicCredentials::parse(field("a:" + QByteArray(most - 2, 'x'))).has_value());
    QVERIFY(!BasicCredentials::parse(field("a:" + QByteArray(most - 1, 'x'))).has_value());
    QVERIFY(!BasicCredentials::parse("Basic " + std::string(1'000'000, 'A')).has_value());
  }
};

QTEST_GUILESS_MAIN(TestBasicCredentials)
#include "tst_basic_credentials.moc"
