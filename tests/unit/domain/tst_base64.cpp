#include "gateway/domain/base64.h"

#include <QtTest>

#include <string>

using namespace carport;

/// RFC 4648: what is encoded comes back, and nothing else is taken for it.
class TestBase64 : public QObject {
  Q_OBJECT

 private slots:
  void encodingIsUndone() {
    for (const std::string& text :
         {std::string(), std::string("a"), std::string("\0\xFF~?", 4), std::string(100, 'x')}) {
      QCOMPARE(fromBase64Url(toBase64Url(text)).value_or("none"), text);
    }
    QCOMPARE(toBase64Url(std::string("\xFB\xFF", 2)), std::string("-_8"));
    QCOMPARE(fromBase64("Zm9vYmE=").value_or("none"), std::string("fooba"));
  }

  void onlyTheWholeTextCounts_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("only padding") << QByteArray("====");
    QTest::newRow("bytes beyond ASCII, which libsodium takes for digits") << QByteArray("L\xB1\xB1\xB1");
    QTest::newRow("a blank behind it") << QByteArray("Zm9v ");
    QTest::newRow("bits left over") << QByteArray("Zm9");
    QTest::newRow("a digit alone") << QByteArray("Z");
  }
  void onlyTheWholeTextCounts() {
    QFETCH(QByteArray, text);
    QVERIFY(!fromBase64Url(text.toStdString()).has_value());
    QVERIFY(!fromBase64(text.toStdString()).has_value());
  }

  void eachFormRefusesTheOthersDigits() {
    QVERIFY(!fromBase64("-_8=").has_value());
    QVERIFY(!fromBase64Url("+/8").has_value());
    QVERIFY(!fromBase64Url("Zm9vYmE=").has_value());
  }
};

QTEST_GUILESS_MAIN(TestBase64)
#include "tst_base64.moc"
