#include "app/carportd/export_writer.h"
#include "gateway/domain/administration.h"
#include "gateway/domain/first_start.h"
#include "gateway/storage/data_folder.h"
#include "tests/unit/carportd/run_carportd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;

namespace {

/// The data folder as a test looks into it.
struct Opened {
  MetricNames names;
  SystemClock clock;
  std::optional<DataFolder> folder;

  explicit Opened(const std::string& path) {
    auto opened = DataFolder::open(path, StorageContext{names, clock, Log::toMemory()});
    if (opened) folder.emplace(std::move(*opened));
  }
  RegistrySnapshot registry() const { return (*folder->openRegistry())->load().value(); }
};

const PrincipalRecord* findIn(const RegistrySnapshot& snapshot, std::string_view id) {
  for (const PrincipalRecord& record : snapshot.principals) {
    if (record.principal.id == id) return &record;
  }
  return nullptr;
}

}  // namespace

class TestCarportdCommands : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;

 private:
  std::string data() const { return m_folder->filePath("data").toStdString(); }
  std::string write(const char* name, const std::string& text) {
    const std::string file = m_folder->filePath(name).toStdString();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }
  void init() { m_folder = std::make_unique<QTemporaryDir>(); }

  void usageMistakesEndWithTwo_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("nothing") << QStringList{};
    QTest::newRow("unknown") << QStringList{"fly"};
    QTest::newRow("no id") << QStringList{"device", "add"};
    QTest::newRow("bad id") << QStringList{"device", "add", "a b", "--data", "DATA"};
    QTest::newRow("short secret") << QStringList{"device", "add", "a", "--password", "short", "--data", "DATA"};
    QTest::newRow("no role") << QStringList{"user", "add", "a", "--data", "DATA"};
    QTest::newRow("bad role") << QStringList{"user", "add", "a", "--role", "king", "--data", "DATA"};
    QTest::newRow("bad format") << QStringList{"export", "--car", "a", "--format", "xml", "--data", "DATA"};
    QTest::newRow("bad time") << QStringList{"export", "--car", "a", "--from", "yesterday", "--data", "DATA"};
    QTest::newRow("bad address") << QStringList{"serve", "--mqtt", "here", "--data", "DATA"};
  }
  void usageMistakesEndWithTwo() {
    QFETCH(QStringList, arguments);
    std::vector<std::string> words;
    for (const QString& word : arguments) words.push_back(word == "DATA" ? data() : word.toStdString());
    const Ran ran = run(words);
    QCOMPARE(ran.code, int(kExitUsage));
    QVERIFY(ran.out.empty() && !ran.err.empty());
  }

  void helpAndVersionAreNoMistakes() {
    QCOMPARE(run({"--help"}).code, 0);
    QVERIFY(run({"--version"}).out.starts_with("carportd "));
    QVERIFY(run({"serve", "--help"}).out.find("--mqtt") != std::string::npos);
  }

  void devicesAreAddedListedChangedRemoved() {
    const Ran made = run({"device", "add", "car-1", "--data", data(), "--name", "Anna's"});
    QCOMPARE(made.code, 0);
    QCOMPARE(made.out.size(), std::size_t{33});  // the secret, alone
    QCOMPARE(run({"device", "add", "car-2", "--data", data(), "--password", "0123456789abcdef"}).out, std::string());
    QCOMPARE(run({"device", "add", "car-3", "--data", data(), "--password", "-"}, "fedcba9876543210\r\n").code, 0);
    const Ran again = run({"device", "add", "car-1", "--data", data()});
    QCOMPARE(again.code, int(kExitFailure));
    QCOMPARE(run({"device", "list", "--data", data()}).out,
             std::string("car-1\tAnna's\tactive\ncar-2\t\tactive\ncar-3\t\tactive\n"));

    Opened opened(data());
    QVERIFY(opened.folder.has_value());
    RegistrySnapshot snapshot = opened.registry();
    const SecretKey& key = opened.folder->secretKey();
    QVERIFY(verifyDeviceSecret(made.out.substr(0, 32), *findIn(snapshot, "car-1")->secret, key));
    QVERIFY(verifyDeviceSecret("0123456789abcdef", *findIn(snapshot, "car-2")->secret, key));
    QVERIFY(verifyDeviceSecret("fedcba9876543210", *findIn(snapshot, "car-3")->secret, key));
    const Ran renewed = run({"device", "secret", "car-2", "--data", data()});
    QCOMPARE(renewed.code, 0);
    QCOMPARE(run({"device", "remove", "car-3", "--data", data()}).code, 0);
    QCOMPARE(run({"device", "remove", "car-3", "--data", data()}).code, int(kExitFailure));
    snapshot = opened.registry();
    QVERIFY(verifyDeviceSecret(renewed.out.substr(0, 32), *findIn(snapshot, "car-2")->secret, key));
    QVERIFY(findIn(snapshot, "car-3") == nullptr);
  }

  void usersAndTokens() {
    QCOMPARE(run({"user", "add", "anna", "--role", "operator", "--data", data(), "--password", "long enough"}).code, 0);
    const Ran made = run({"user", "add", "root", "--role", "admin", "--data", data()});
    QCOMPARE(made.out.size(), std::size_t{20});
    const Ran token = run({"token", "create", "--user", "anna", "--data", data()});
    QCOMPARE(token.code, 0);
    QVERIFY(token.out.starts_with("cp_") && token.err.empty());
    QCOMPARE(run({"token", "create", "--user", "nobody", "--data", data()}).code, int(kExitFailure));
    const RegistrySnapshot snapshot = Opened(data()).registry();
    QVERIFY(verifyPassword("long enough", findIn(snapshot, "anna")->passwordHash));
    QVERIFY(!findIn(snapshot, "anna")->mustChangePassword && findIn(snapshot, "root")->mustChangePassword);
    QCOMPARE(snapshot.tokens.size(), std::size_t{1});
    QVERIFY(snapshot.tokens[0].hash == hashToken(token.out.substr(0, token.out.size() - 1)));
    QVERIFY(snapshot.tokens[0].info.owner == findIn(snapshot, "anna")->principal.number);
    QCOMPARE(run({"user", "list", "--data", data()}).out,
             std::string("anna\toperator\t\tactive\nroot\tadmin\t\tactive\n"));
  }

  void anAdministratorFromTheCommandLineMayAdministerAgain() {
    const std::vector<std::string> add{"user", "add", "anna", "--role", "admin", "--data", data()};
    QVERIFY(run(add).err.find("before all other rules") == std::string::npos);  // nothing was wrong
    {
      const Opened opened(data());  // its clock is the store's
      const auto store = opened.folder->openRegistry();
      const auto before = (*store)->load();
      for (const api::Rule& rule : before->rules) QVERIFY((*store)->removeRule(rule.number).has_value());
      api::Rule deny;
      deny.priority = 10;
      QVERIFY((*store)->addRule(deny).has_value());
    }
    QVERIFY(!administratorsCanAdminister(Opened(data()).registry(), SystemClock().now()));
    QCOMPARE(run({"user", "add", "bert", "--role", "viewer", "--data", data()}).code, 0);
    QCOMPARE(Opened(data()).registry().rules.size(), std::size_t{1});
    const Ran ran = run({"user", "add", "carl", "--role", "admin", "--data", data()});
    QCOMPARE(ran.code, 0);
    QVERIFY(ran.err.find("before all other rules") != std::string::npos);
    QVERIFY(administratorsCanAdminister(Opened(data()).registry(), SystemClock().now()));
    QCOMPARE(Opened(data()).registry().rules.size(), std::size_t{2});
  }

  void importsAllOrNothing() {
    const std::string bad = write("bad.csv", "id,name,password\ncar-1,One,0123456789abcdef\ncar 2,Two,\n");
    Ran ran = run({"import", bad, "--data", data()});
    QCOMPARE(ran.code, int(kExitFailure));
    QVERIFY(ran.err.find("line 3") != std::string::npos);
    QVERIFY(Opened(data()).registry().principals.empty());

    const std::string good = write("good.csv", "id,name,password\r\ncar-1,One,0123456789abcdef\r\ncar-2,Two,\r\n");
    const std::string secrets = m_folder->filePath("secrets.csv").toStdString();
    ran = run({"import", good, "--data", data(), "--secrets", secrets});
    QCOMPARE(ran.code, 0);
    QVERIFY(ran.out.empty());
    using std::filesystem::perms;
    const auto rights = std::filesystem::status(secrets).permissions();
    QVERIFY((rights & (perms::group_all | perms::others_all)) == perms::none);
    std::ifstream file(secrets);
    std::string header, line;
    std::getline(file, header);
    std::getline(file, line);
    QCOMPARE(header, std::string("id,password"));
    const RegistrySnapshot snapshot = Opened(data()).registry();
    QVERIFY(verifyDeviceSecret(line.substr(6), *findIn(snapshot, "car-2")->secret, Opened(data()).folder->secretKey()));
    QCOMPARE(run({"import", good, "--data", data(), "--secrets", secrets}).code,
             0);  // again: secrets stay, none is made
    QVERIFY(*findIn(snapshot, "car-2")->secret == *findIn(Opened(data()).registry(), "car-2")->secret);
    QCOMPARE(run({"import", m_folder->filePath("none.csv").toStdString(), "--data", data()}).code, int(kExitFailure));
  }

  void importsThirtyThousandCars() {
    std::string text = "id,name,password\n";
    for (int i = 0; i < 30'000; ++i)
      text += "car-" + std::to_string(i) + ",Car " + std::to_string(i) + ",secret-of-car-" +
              std::to_string(100'000 + i) + "\n";
    QCOMPARE(run({"import", write("many.csv", text), "--data", data()}).code, 0);
    QCOMPARE(Opened(data()).registry().principals.size(), std::size_t{30'000});
  }

  void missingFoldersAreNotMadeByReading() {
    QCOMPARE(run({"device", "list", "--data", data()}).code, int(kExitFailure));
    QVERIFY(!QFileInfo::exists(QString::fromStdString(data())));
  }

  void exportsWhatIsStored() {
    QCOMPARE(run({"device", "add", "car-1", "--data", data()}).code, 0);
    Opened opened(data());
    const PrincipalNumber car = findIn(opened.registry(), "car-1")->principal.number;
    {
      auto samples = std::make_shared<SampleBatch>();
      const TimePoint start = opened.clock.now();
      samples->beginRow(car, fromMs(toMs(start) / 1000 * 1000), start);
      samples->addMetric(*opened.names.intern("soc"), 87.54);
      samples->addMetric(MetricNames::kSpeedId, 0.1);
      samples->addMetric(MetricNames::kLatitudeId, 33.986225);
      samples->addAttribute(*opened.names.intern("mode"), std::string("N, \"eco\""));
      samples->beginRow(car, fromMs(toMs(start) / 1000 * 1000 + 1000), start);
      samples->addMetric(*opened.names.intern("Zebra"), -1e300);
      samples->addAttribute(*opened.names.intern("locked"), true);
      auto writer = opened.folder->startWriter();
      QVERIFY(writer.has_value());
      std::promise<bool> stored;
      QVERIFY((*writer)->appendSamples(samples, [&](const Result<void>& done) { stored.set_value(done.has_value()); }));
      QVERIFY(stored.get_future().get());
    }
    const Ran csv = run({"export", "--data", data(), "--car", "car-1", "--format", "csv"});
    QCOMPARE(csv.code, 0);
    const QStringList lines = QString::fromStdString(csv.out).split('\n');
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines[0], QString("ts,lat,speed,Zebra,locked,mode,soc"));
    QVERIFY2(lines[1].endsWith(",33.986225,0.1,,,\"N, \"\"eco\"\"\",87.54"), qPrintable(lines[1]));
    QVERIFY2(lines[2].endsWith(",,,-1e+300,true,,"), qPrintable(lines[2]));
    const Ran json = run({"export", "--data", data(), "--car", "car-1", "--format", "jsonl", "--to",
                          lines[2].split(',')[0].toStdString()});
    QCOMPARE(json.out, "{\"ts\":" + lines[1].split(',')[0].toStdString() +
                           ",\"lat\":33.986225,\"speed\":0.1,\"mode\":\"N, \\\"eco\\\"\",\"soc\":87.54}\n");
    QCOMPARE(run({"export", "--data", data(), "--car", "car-1", "--to", "0"}).out, std::string("ts\n"));
    QCOMPARE(run({"export", "--data", data(), "--car", "car-9"}).code, int(kExitFailure));
    QCOMPARE(run({"export", "--data", data(), "--count", "speed"}).out, std::string("1\n"));
    QCOMPARE(run({"export", "--data", data(), "--count", "Zebra", "--car", "car-1"}).out, std::string("1\n"));
    QCOMPARE(run({"export", "--data", data(), "--count", "speed", "--to", "2001-01-01T00:00:00Z"}).out,
             std::string("0\n"));
    QCOMPARE(run({"export", "--data", data(), "--count", "unheard of"}).out, std::string("0\n"));
    QCOMPARE(run({"export", "--data", data()}).code, int(kExitUsage));
  }

  void anExportThatIsNotCompleteSaysSo() {
    QCOMPARE(run({"device", "add", "car-1", "--data", data()}).code, 0);
    Opened opened(data());
    auto samples = std::make_shared<SampleBatch>();
    samples->beginRow(findIn(opened.registry(), "car-1")->principal.number, fromMs(1000), fromMs(1000));
    samples->addMetric(MetricNames::kSpeedId, 12);
    auto writer = opened.folder->startWriter();
    std::promise<bool> stored;
    QVERIFY((*writer)->appendSamples(samples, [&](const Result<void>& done) { stored.set_value(done.has_value()); }));
    QVERIFY(stored.get_future().get());
    write("data/telemetry/2001-01-01.db", std::string(8192, 'x'));
    for (const char* format : {"csv", "jsonl"}) {
      const Ran ran = run({"export", "--data", data(), "--car", "car-1", "--format", format});
      QCOMPARE(ran.code, int(kExitFailure));
      QVERIFY(ran.out.find("12") != std::string::npos);
      QVERIFY(ran.err.find("not complete; 1 sample") != std::string::npos);
      QVERIFY(ran.err.find("2001-01-01") != std::string::npos);
    }
    const auto reader = opened.folder->openReader();
    const auto ask = [&](std::int64_t day) {
      const TimePoint from = fromMs(day * 86'400'000);
      return (*reader)->history({PrincipalNumber{1}, {"speed"}, from, from + std::chrono::hours(24), 10});
    };
    const auto lost = ask(11'323);  // 2001-01-01
    QVERIFY(!lost && lost.error().kind() == ErrorKind::corrupted);
    QVERIFY((*writer)->status().trouble.find("2001-01-01") != std::string::npos);
    QCOMPARE(ask(0)->series[0].points.size(), std::size_t{1});
  }

  void firstStartMakesOneAdministrator() {
    Opened opened(data());
    const auto store = opened.folder->openRegistry();
    const auto first = ensureAdministrator(**store);
    QVERIFY(first.has_value() && first->has_value());
    QCOMPARE((*first)->id, std::string("admin"));
    const RegistrySnapshot snapshot = opened.registry();
    const PrincipalRecord* admin = findIn(snapshot, "admin");
    QVERIFY(admin != nullptr && admin->mustChangePassword && verifyPassword((*first)->password, admin->passwordHash));
    QVERIFY(!snapshot.rules.empty());
    const auto second = ensureAdministrator(**store);
    QVERIFY(second.has_value() && !second->has_value());
  }

  void firstStartTakesAnotherNameWhereAdminIsTaken() {
    QCOMPARE(run({"user", "add", "admin", "--role", "viewer", "--data", data(), "--password", "long enough"}).code, 0);
    const auto first = ensureAdministrator(**Opened(data()).folder->openRegistry());
    QCOMPARE((*first)->id, std::string("admin-2"));
  }

  void configCheckSaysOkOrWhatIsWrong() {
    QCOMPARE(run({"config", "check", "--config", write("good.toml", "mqtt = \"127.0.0.1:0\"\n")}).out,
             std::string("ok\n"));
    const Ran bad = run({"config", "check", "--config", write("bad.toml", "\nmqqt = \"127.0.0.1:0\"\n")});
    QCOMPARE(bad.code, int(kExitFailure));
    QVERIFY(bad.out.empty());
    QVERIFY(bad.err.find("bad.toml, line 2, mqqt") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestCarportdCommands)
#include "tst_carportd_commands.moc"
