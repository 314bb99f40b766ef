#include "gateway/base/result.h"
#include "gateway/domain/car_import.h"
#include "gateway/domain/csv_reader.h"
#include "gateway/domain/utf8.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace carport;

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows readAll(std::string_view text) {
  CsvReader reader(text);
  Rows rows;
  while (const auto record = reader.next())
    rows.push_back(record->mistake.empty() ? record->fields : std::vector{record->mistake});
  return rows;
}

CarImport import(std::string_view text) {
  return readCarImport(text, makeSecretKey(), {});
}

}  // namespace

class TestCarImport : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }

  void readsCsvAsTheStandardSays() {
    QVERIFY(readAll("") == Rows{});
    QVERIFY(readAll("\n\r\n") == Rows{});
    QVERIFY(readAll("a,b\nc,d\n") == (Rows{{"a", "b"}, {"c", "d"}}));
    QVERIFY(readAll("a,b\r\n\r\nc,d") == (Rows{{"a", "b"}, {"c", "d"}}));
    QVERIFY(readAll("\xEF\xBB\xBF"
                    "a,\nb,") == (Rows{{"a", ""}, {"b", ""}}));
    QVERIFY(readAll("\"a,\"\"x\"\"\",\"b\r\nc\"\n") == (Rows{{"a,\"x\"", "b\r\nc"}}));
    QVERIFY(readAll("\"\",x\n,\n") == (Rows{{"", "x"}, {"", ""}}));
    QCOMPARE(readAll("\"open\nx").size(), std::size_t{1});
    QVERIFY(readAll("a\"b,c\n")[0][0].starts_with("Quotes"));
    QVERIFY(readAll("\"a\"b,c\n")[0][0].starts_with("Quotes"));
    QVERIFY(readAll("\"\"b,c\nd,e\n")[1] == (std::vector<std::string>{"d", "e"}));
  }

  void linesAreCountedThroughQuotedBreaks() {
    CsvReader reader("h\n\n\"a\r\nb\"\nc\n");
    QCOMPARE(reader.next()->line, std::size_t{1});
    QCOMPARE(reader.next()->line, std::size_t{3});
    QCOMPARE(reader.next()->line, std::size_t{5});
    QVERIFY(!reader.next());
  }

  void checksOtherListsAlike() {
    const std::vector<CarToImport> cars{{1, "car-1", "One", "a-password-long-enough"},
                                        {2, "car-1", "", ""},
                                        {3, "bad id", "", ""},
                                        {4, "car-4", "\xFF", ""},
                                        {5, "car-5", "", ""}};
    const auto checked = checkCarImport(cars, makeSecretKey(), {});
    QCOMPARE(checked.mistakes.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) QCOMPARE(checked.mistakes[i].line, i + 2);
    QCOMPARE(checked.cars.size(), std::size_t{2});
    QCOMPARE(checked.made.size(), std::size_t{1});
    QCOMPARE(checked.made[0].id, std::string("car-5"));
  }

  void writtenFieldsReadBack() {
    for (const std::string text : {"", "plain", "a,b", "say \"x\"", "two\nlines", "cr\rlf\r\n", "ä"}) {
      const std::string line = csvField(text) + ",end\n";
      QVERIFY(readAll(line) == (Rows{{text, "end"}}));
    }
  }

  void importsInAnyOrderOfColumns() {
    const auto list = import("\xEF\xBB\xBFpassword,id,name\r\n0123456789abcdef,car-1,\"Müller, Anna\"\r\n,car-2,\r\n");
    QVERIFY(list.mistakes.empty());
    QCOMPARE(list.cars.size(), std::size_t{2});
    QCOMPARE(list.cars[0].principal.name, std::string("Müller, Anna"));
    QVERIFY(list.cars[0].principal.type == api::PrincipalType::device);
    QVERIFY(list.cars[0].secret && list.cars[1].secret);
    QCOMPARE(list.made.size(), std::size_t{1});
    QCOMPARE(list.made[0].id, std::string("car-2"));
    QCOMPARE(list.made[0].secret.size(), std::size_t{32});
  }

  void secretsVerify() {
    const SecretKey key = makeSecretKey();
    const auto list = readCarImport("id,password\na,0123456789abcdef\nb,\n", key, {});
    QVERIFY(verifyDeviceSecret("0123456789abcdef", *list.cars[0].secret, key));
    QVERIFY(verifyDeviceSecret(list.made[0].secret, *list.cars[1].secret, key));
  }

  void knownCarsKeepTheirSecret() {
    const auto list = readCarImport("id,password\na,\nb,\nc,0123456789abcdef\n", makeSecretKey(),
                                    [](std::string_view id) { return id != "b"; });
    QVERIFY(!list.cars[0].secret);
    QVERIFY(list.cars[1].secret && list.cars[2].secret);
    QCOMPARE(list.made.size(), std::size_t{1});
  }

  void namesEveryBadLine_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray("") << 1 << "empty";
    QTest::newRow("no id") << QByteArray("name\nx\n") << 1 << "id,name,password";
    QTest::newRow("unknown column") << QByteArray("id,colour\n") << 1 << "colour";
    QTest::newRow("column twice") << QByteArray("id,id\n") << 1 << "twice";
    QTest::newRow("too few fields") << QByteArray("id,name\na\n") << 2 << "1 fields";
    QTest::newRow("too many fields") << QByteArray("id\na,b\n") << 2 << "2 fields";
    QTest::newRow("bad id") << QByteArray("id\nok\na b\n") << 3 << "a b";
    QTest::newRow("id not UTF-8") << QByteArray("id\n\xFF\n") << 2 << "id";
    QTest::newRow("name not UTF-8") << QByteArray("id,name\na,\xFF\n") << 2 << "UTF-8";
    QTest::newRow("name too long") << QByteArray("id,name\na,") + QByteArray(201, 'x') << 2 << "longer";
    QTest::newRow("short password") << QByteArray("id,password\na,short\n") << 2 << "16";
    QTest::newRow("double") << QByteArray("id\na\nb\na\n") << 4 << "line 2";
    QTest::newRow("open quote") << QByteArray("id\n\"a\n") << 2 << "closed";
  }
  void namesEveryBadLine() {
    QFETCH(QByteArray, text);
    const auto list = import(text.toStdString());
    QCOMPARE(list.mistakes.size(), std::size_t{1});
    QTEST(int(list.mistakes[0].line), "line");
    QFETCH(QString, says);
    QVERIFY2(QString::fromStdString(list.mistakes[0].reason).contains(says), list.mistakes[0].reason.c_str());
  }

  void mistakesAreBounded() {
    std::string text = "id\n";
    for (int i = 0; i < 500; ++i) text += "bad id\n";
    QCOMPARE(import(text).mistakes.size(), kMaxImportMistakes + 1);
  }

  void utf8IsChecked() {
    for (const char* good : {"", "a", "ä", "€", "😀", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) QVERIFY(isUtf8(good));
    for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                            "\xF4\x90\x80\x80", "\xF5", "a\xC3", "\xE2\x82"}) {
      QVERIFY(!isUtf8(bad));
    }
  }
};

QTEST_GUILESS_MAIN(TestCarImport)
#include "tst_car_import.moc"
