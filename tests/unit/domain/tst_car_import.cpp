#include "gateway/base/result.h"
#include "gateway/domain/car_import.h"
#include "gateway/domain/csv_reader.h"
#include "gateway/domain/utf8.h"

#include <QtTest>

#include <map>
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

const SecretKey& key() {
  static const SecretKey made = makeSecretKey();
  return made;
}

CarImport import(std::string_view text) {
  return readCarImport(text, ImportContext{key()});
}

/// As if these were there: a car with a name, a group and an attribute, two groups, a user.
class KnownFleet {
 public:
  KnownFleet() {
    PrincipalRecord car;
    car.principal.number = PrincipalNumber{1};
    car.principal.id = "car-1";
    car.principal.name = "One";
    car.principal.type = api::PrincipalType::device;
    car.principal.groups = {"north"};
    car.principal.attributes.set("depot", "Ghent");
    car.secret = hashDeviceSecret("the secret of car one", key()).value();
    m_records["car-1"] = car;
    add("north", api::PrincipalType::group);
    add("south", api::PrincipalType::group);
    add("acme.all", api::PrincipalType::group);
    m_records["acme.all"].principal.setOrganisation("acme");
    add("anna", api::PrincipalType::user);
  }
  ImportContext context() const {
    ImportContext context{key()};
    context.find = [this](std::string_view id) {
      const auto found = m_records.find(std::string(id));
      return found == m_records.end() ? std::nullopt : std::optional(found->second);
    };
    context.organisationOf = [](std::string_view id) { return id.starts_with("acme.") ? "acme" : ""; };
    return context;
  }

 private:
  void add(const std::string& id, api::PrincipalType type) {
    PrincipalRecord record;
    record.principal.number = PrincipalNumber{static_cast<std::uint32_t>(m_records.size() + 1)};
    record.principal.id = id;
    record.principal.type = type;
    m_records[id] = record;
  }
  std::map<std::string, PrincipalRecord> m_records;
};

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
    const std::vector<CarToImport> cars{{1, "car-1", "One", "a-password-long-enough", {}, {}},
                                        {2, "car-1", "", "", {}, {}},
                                        {3, "bad id", "", "", {}, {}},
                                        {4, "car-4", "\xFF", "", {}, {}},
                                        {5, "car-5", "", "", {}, {}}};
    const auto checked = checkCarImport(cars, ImportContext{key()});
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
    const auto list = import("id,password\na,0123456789abcdef\nb,\n");
    QVERIFY(verifyDeviceSecret("0123456789abcdef", *list.cars[0].secret, key()));
    QVERIFY(verifyDeviceSecret(list.made[0].secret, *list.cars[1].secret, key()));
  }

  void knownCarsKeepTheirSecret() {
    const KnownFleet fleet;
    const auto kept = readCarImport("id,name,password\ncar-1,Uno,\nb,,\n", fleet.context());
    QCOMPARE(kept.cars.size(), std::size_t{2});
    QVERIFY(!kept.cars[0].secret && kept.cars[1].secret);
    QCOMPARE(kept.made.size(), std::size_t{1});
    // The same secret again is no change, another one is.
    const auto same = readCarImport("id,secret\ncar-1,the secret of car one\n", fleet.context());
    QCOMPARE(same.unchanged, std::size_t{1});
    QVERIFY(same.cars.empty());
    const auto other = readCarImport("id,secret\ncar-1,another secret it is\n", fleet.context());
    QCOMPARE(other.updated, std::size_t{1});
    QVERIFY(verifyDeviceSecret("another secret it is", *other.cars[0].secret, key()));
  }

  void saysWhatEachLineChanges() {
    const KnownFleet fleet;
    auto context = fleet.context();
    context.isDryRun = true;
    const auto list = readCarImport(
        "id,name,groups,attributes\n"
        "car-1,One,north,depot=Ghent\n"
        "car-2,Two,south; north,colour=blue;depot=Lyon\n"
        "anna,,,\n"
        "car-3,,east,\n",
        context);
    QCOMPARE(list.unchanged, std::size_t{1});
    QCOMPARE(list.created, std::size_t{1});
    QCOMPARE(list.refused, std::size_t{2});
    QCOMPARE(list.mistakes[0].line, std::size_t{4});
    QVERIFY(list.mistakes[0].reason.find("user") != std::string::npos);
    QCOMPARE(list.mistakes[1].line, std::size_t{5});
    QVERIFY(list.mistakes[1].reason.find("east") != std::string::npos);
    QCOMPARE(list.changes.size(), std::size_t{1});
    const auto& change = list.changes[0];
    QVERIFY(change.isNew && change.id == "car-2" && change.line == 3);
    QCOMPARE(change.fields.size(), std::size_t{4});
    QCOMPARE(change.fields[1].after, std::string("north;south"));
    QCOMPARE(change.fields[2].after, std::string("colour=blue;depot=Lyon"));
    QVERIFY(list.made.empty());
  }

  void whatIsNotGivenStays() {
    const KnownFleet fleet;
    const auto list =
        readCarImportJson(R"({"cars":[{"id":"car-1","groups":["south"]},{"id":"car-1"}]})", fleet.context());
    QCOMPARE(list.updated, std::size_t{1});
    QCOMPARE(list.mistakes.size(), std::size_t{1});  // twice in one list
    const auto& car = list.cars[0].principal;
    QCOMPARE(car.name, std::string("One"));
    QCOMPARE(car.groups, (std::vector<std::string>{"south"}));
    QCOMPARE(*car.attributes.find("depot"), std::string("Ghent"));
    QCOMPARE(list.changes[0].fields[0].before, std::string("north"));
    const auto emptied = readCarImportJson(R"({"cars":[{"id":"car-1","groups":[],"attributes":{}}]})", fleet.context());
    QVERIFY(emptied.cars[0].principal.groups.empty() && emptied.cars[0].principal.attributes.empty());
  }

  void jsonIsCheckedCarByCar() {
    const KnownFleet fleet;
    const auto list = readCarImportJson(
        R"({"cars":[{"id":"a","attributes":{"b c":"x"}},7,{"id":"d","nmae":"x"},{"id":"e","attributes":{"f":1}},{"id":"g"}]})",
        fleet.context());
    QCOMPARE(list.refused, std::size_t{4});
    QCOMPARE(list.created, std::size_t{1});
    for (std::size_t i = 0; i < 4; ++i) QCOMPARE(list.mistakes[i].line, i + 1);
    for (const char* bad : {"", "[]", "{}", R"({"cars":7})", R"({"cars":[],"more":1})"}) {
      QCOMPARE(readCarImportJson(bad, fleet.context()).refused, std::size_t{1});
    }
  }

  void anOrganisationStaysWithinItself() {
    const KnownFleet fleet;
    auto context = fleet.context();
    context.organisation = "acme";
    const auto list = readCarImport("id,groups\nacme.van-1,acme.all\ncar-1,\nacme.van-2,north\nbeta.x,\n", context);
    QCOMPARE(list.created, std::size_t{1});
    QVERIFY(list.cars[0].principal.organisation() == "acme");
    QCOMPARE(list.refused, std::size_t{3});
    // Whether it is there or not, what is outside is refused in the same words.
    auto there = list.mistakes[0].reason, notThere = list.mistakes[2].reason;
    QCOMPARE(there.replace(there.find("car-1"), 5, "?"), notThere.replace(notThere.find("beta.x"), 6, "?"));
    auto houses = fleet.context();
    houses.mayAdminister = [](const api::Principal& car) { return car.organisation().empty(); };
    const auto house = readCarImport("id\nacme.van-1\nvan-1\n", houses);
    QCOMPARE(house.refused, std::size_t{1});
    QCOMPARE(house.mistakes[0].line, std::size_t{2});
  }

  void whatIsToldIsBounded() {
    std::string text = "id\n";
    for (int i = 0; i < 2000; ++i) text += "car-" + std::to_string(10'000 + i) + "\n";
    const auto list = import(text);
    QCOMPARE(list.created, std::size_t{2000});
    QCOMPARE(list.changes.size(), kMaxImportChanges);
    const auto longOne = import("id,attributes\na,b=" + std::string(200, 'x') + ";c=" + std::string(200, 'y') + "\n");
    QVERIFY(longOne.changes[0].fields[0].after.size() <= kMaxChangeTextBytes + 3);
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
    QCOMPARE(import(text).mistakes.size(), kMaxImportMistakes);
    QCOMPARE(import(text).refused, std::size_t{500});
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
