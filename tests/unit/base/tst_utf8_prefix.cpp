#include "gateway/base/utf8_prefix.h"

#include <QtTest>

using namespace carport;

class TestUtf8Prefix : public QObject {
  Q_OBJECT

 private slots:
  void cutsBetweenCharacters_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("maxBytes");
    QTest::addColumn<QByteArray>("prefix");
    const auto row = [](const char* name, const char* text, int maxBytes, const char* prefix) {
      QTest::newRow(name) << QByteArray(text) << maxBytes << QByteArray(prefix);
    };
    row("nothing", "", 3, "");
    row("shorter", "ab", 3, "ab");
    row("as long as may be", "abc", 3, "abc");
    row("longer", "abcd", 3, "abc");
    row("through two bytes", "abß", 3, "ab");
    row("behind two bytes", "aßc", 3, "aß");
    row("through three bytes", "a…b", 3, "a");
    row("through four bytes", "🚗", 3, "");
    row("whole", "🚗", 4, "🚗");
    row("no room", "abc", 0, "");
    row("no character begins", "\x80\x80\x80\x80", 3, "");
  }
  void cutsBetweenCharacters() {
    QFETCH(QByteArray, text);
    QFETCH(int, maxBytes);
    QFETCH(QByteArray, prefix);
    QCOMPARE(std::string(utf8Prefix(text.toStdString(), static_cast<std::size_t>(maxBytes))), prefix.toStdString());
  }
};

QTEST_GUILESS_MAIN(TestUtf8Prefix)
#include "tst_utf8_prefix.moc"
