#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
/// A sentence that a person can read: not empty, not a bare code, no stack of internals.
bool isSentence(const QByteArray& text) {
  return text.trimmed().size() > 20 && text.contains(' ') && !text.contains("terminate called");
}
}  // namespace

/// carportd's command lines, as scripts use them, beside a gateway that runs.
class TestCommandLines : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;
  QString data() const { return m_folder->filePath("data"); }

  ProgramResult serve(const QStringList& more = {}) {
    return carportd(QStringList{"serve", "--data", data(), "--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0"} + more);
  }
  void write(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
  }
  ProgramResult python(const QByteArray& script) { return runProgram("/usr/bin/python3", {"-"}, script); }

 private slots:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
  }

  void firstStartShowsAPasswordOnce() {
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    QVERIFY(gateway.log().contains("password"));
    QVERIFY(gateway.stop());
    GatewayProcess again(data());
    QVERIFY(again.start());
    QVERIFY2(!again.log().contains("one-time password"), again.log().constData());
    QVERIFY(again.stop());
  }

  void aRunningGatewaySeesWhatIsAdded() {
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    QVERIFY(gateway.addCar("beside", "password-of-beside"));
    QTRY_COMPARE_WITH_TIMEOUT(gateway.request("GET", "/api/v2/cars/beside").status, 200, 10'000);
    const auto list = carportd({"device", "list", "--data", data()});
    QVERIFY2(list.ok() && list.out.contains("beside"), list.story().constData());
    const auto twice = carportd({"device", "add", "beside", "--data", data(), "--password", "password-of-beside"});
    QVERIFY2(!twice.ok() && isSentence(twice.err), twice.story().constData());
    const auto made = carportd({"device", "add", "unnamed", "--data", data()});
    QVERIFY2(made.ok() && made.out.trimmed().size() >= 16, made.story().constData());
    const auto shortOne = carportd({"device", "add", "short", "--data", data(), "--password", "short"});
    QVERIFY2(!shortOne.ok() && isSentence(shortOne.err), shortOne.story().constData());
    QVERIFY(gateway.stop());
  }

  void usersAndTokensWorkAtOnce() {
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    const auto token = gateway.token();
    QVERIFY2(token.size() >= 20 && !token.contains(' ') && !token.contains('\n'), token.constData());
    QTRY_COMPARE_WITH_TIMEOUT(gateway.request("GET", "/api/v2/session").status, 200, 10'000);
    const auto viewer =
        carportd({"user", "add", "vera", "--role", "viewer", "--data", data(), "--password", "a-long-password"});
    QVERIFY2(viewer.ok(), viewer.story().constData());
    const auto wrongRole = carportd({"user", "add", "willy", "--role", "king", "--data", data()});
    QVERIFY2(!wrongRole.ok() && isSentence(wrongRole.err), wrongRole.story().constData());
    const auto nobody = carportd({"token", "create", "--user", "nobody", "--data", data()});
    QVERIFY2(!nobody.ok() && nobody.out.trimmed().isEmpty() && isSentence(nobody.err), nobody.story().constData());
    QVERIFY(gateway.stop());
  }

  void clientsAreLetGoAndTakenAgain() {
    const auto nobody = carportd({"drain", "--data", data()});
    QVERIFY2(nobody.exitCode == 1 && isSentence(nobody.err), nobody.story().constData());
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    QCOMPARE(gateway.request("GET", "/readyz").status, 200);
    QCOMPARE(carportd({"drain", "--data", data(), "--seconds", "3601"}).exitCode, 2);
    const auto wrong = carportd({"drain", "--data", data(), "--server", "no port"});
    QVERIFY2(wrong.exitCode == 1 && isSentence(wrong.err), wrong.story().constData());
    const auto drained = carportd({"drain", "--data", data(), "--seconds", "0", "--wait"});
    QVERIFY2(drained.ok() && isSentence(drained.err), drained.story().constData());
    QCOMPARE(gateway.request("GET", "/readyz").status, 503);
    const auto resumed = carportd({"resume", "--data", data()});
    QVERIFY2(resumed.ok(), resumed.story().constData());
    QCOMPARE(gateway.request("GET", "/readyz").status, 200);
    const auto tokens = carportd({"token", "list", "--data", data()});
    QVERIFY2(tokens.ok() && !tokens.out.contains("for a moment"), tokens.story().constData());
    const auto ended = carportd({"drain", "--data", data(), "--seconds", "0", "--then-end", "--wait"});
    QVERIFY2(ended.ok(), ended.story().constData());
    QTRY_VERIFY(!gateway.isRunning());
    QCOMPARE(gateway.exitCode(), 0);
    QVERIFY(!QFile::exists(data() + "/gateway.address"));
    QCOMPARE(carportd({"resume", "--data", data()}).exitCode, 1);
  }

  void importsThirtyThousandCars() {
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    QByteArray rows = "id,name,password\n";
    for (int i = 0; i < 30'000; ++i) rows += QString("fleet-%1,\"Car, no. %1\",password-of-fleet-%1\n").arg(i).toUtf8();
    write(m_folder->filePath("cars.csv"), rows);
    const auto imported = carportd({"import", m_folder->filePath("cars.csv"), "--data", data()});
    QVERIFY2(imported.ok(), imported.story().constData());
    QTRY_COMPARE_WITH_TIMEOUT(gateway.request("GET", "/api/v2/cars/fleet-29999").json["name"].toString(),
                              QString("Car, no. 29999"), 20'000);
    write(m_folder->filePath("broken.csv"), "id,name,password\nfine,Fine,password-of-fine\n,nobody,x\n");
    const auto broken = carportd({"import", m_folder->filePath("broken.csv"), "--data", data()});
    QVERIFY2(!broken.ok() && isSentence(broken.err), broken.story().constData());
    QVERIFY(gateway.stop());
  }

  void exportsBothFormatsAndRanges() {
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    QVERIFY(gateway.addCar("traveller", "password-of-traveller"));
    const auto sent =
        runProgram("mosquitto_pub",
                   {"-h", gateway.mqttHost(), "-p", gateway.mqttPort(), "-u", "traveller", "-P",
                    "password-of-traveller", "-q", "1", "-t", "cars/traveller/telemetry", "-l"},
                   "{\"ts\":1790000000000,\"speed\":1.5,\"mode\":\"D\"}\n{\"ts\":1790000001000,\"speed\":0.1}\n"
                   "{\"ts\":1790000002000,\"soc\":33}\n");
    QVERIFY2(sent.ok(), sent.story().constData());
    QTRY_COMPARE_WITH_TIMEOUT(gateway.exportLines("traveller").size(), 3, 10'000);
    const QStringList common{"export", "--data", data(), "--car", "traveller"};
    const auto csv = carportd(common + QStringList{"--format", "csv"});
    QCOMPARE(csv.out.count('\n'), 4);
    QVERIFY2(csv.out.startsWith("ts,"), csv.out.constData());
    QVERIFY2(csv.out.contains("1790000001000,0.1"), csv.out.constData());
    const auto range =
        carportd(common + QStringList{"--format", "jsonl", "--from", "1790000001000", "--to", "1790000001500"});
    QCOMPARE(range.out.count('\n'), 1);
    const auto iso = carportd(common + QStringList{"--format", "jsonl", "--from", "2026-09-21T14:13:22Z"});
    QCOMPARE(iso.out.count('\n'), 1);
    const auto unknown = carportd({"export", "--data", data(), "--car", "nobody", "--format", "csv"});
    QVERIFY2(!unknown.ok() && isSentence(unknown.err), unknown.story().constData());
    const auto noFormat = carportd(common + QStringList{"--format", "xml"});
    QCOMPARE(noFormat.exitCode, 2);
    QVERIFY(gateway.stop());
  }

  void configurationIsChecked() {
    write(m_folder->filePath("good.toml"), "mqtt = \"127.0.0.1:0\"\nhttp = \"127.0.0.1:0\"\n");
    const auto good = carportd({"config", "check", "--config", m_folder->filePath("good.toml")});
    QVERIFY2(good.ok(), good.story().constData());
    write(m_folder->filePath("bad.toml"), "mqtt = \"nonsense\"\nunknown_setting = 3\n");
    const auto bad = carportd({"config", "check", "--config", m_folder->filePath("bad.toml")});
    QVERIFY2(!bad.ok() && bad.err.contains("unknown_setting") && bad.err.contains("nonsense"), bad.story().constData());
    const auto missing = carportd({"config", "check", "--config", m_folder->filePath("nowhere.toml")});
    QVERIFY2(!missing.ok() && isSentence(missing.err), missing.story().constData());
  }

  void wrongCommandLinesSayWhatIsRight() {
    for (const QStringList& wrong :
         {QStringList{}, QStringList{"dance"}, QStringList{"serve", "--mqtt", "nonsense", "--data", data()},
          QStringList{"device", "add", "--data", data()}}) {
      const auto refused = carportd(wrong);
      QVERIFY2(refused.exitCode == 2 && isSentence(refused.err), refused.story().constData());
    }
  }

  void aSecondGatewayOnTheSameFolderIsRefused() {
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    const auto second = serve();
    QVERIFY2(!second.ok() && isSentence(second.err), second.story().constData());
    QVERIFY2(second.err.contains(data().toUtf8()), second.story().constData());
    QVERIFY(gateway.stop());
    GatewayProcess third(data());
    QVERIFY(third.start());
    QVERIFY(third.stop());
  }

  void aPortInUseIsNamed() {
    QTcpServer occupied;
    QVERIFY(occupied.listen(QHostAddress::LocalHost, 0));
    const QByteArray port = QByteArray::number(occupied.serverPort());
    const auto refused = carportd({"serve", "--data", data(), "--mqtt", "127.0.0.1:" + port, "--http", "127.0.0.1:0"});
    QVERIFY2(!refused.ok() && refused.err.contains(port), refused.story().constData());
  }

  void aFolderThatCannotBeIsNamed() {
    write(m_folder->filePath("file"), "not a folder");
    for (const QString& place :
         {m_folder->filePath("file"), m_folder->filePath("file/below"), QString("/proc/carport")}) {
      const auto refused = carportd({"serve", "--data", place, "--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0"});
      QVERIFY2(!refused.ok() && isSentence(refused.err) && refused.err.contains(place.toUtf8()),
               refused.story().constData());
    }
  }

  void damagedRegistryIsNamedAndLeftAlone() {
    {
      GatewayProcess gateway(data());
      QVERIFY(gateway.start());
      QVERIFY(gateway.stop());
    }
    const QString registry = data() + "/registry.db";
    QFile::remove(registry + "-wal");
    QFile::remove(registry + "-shm");
    const QByteArray rubbish(8192, 'x');
    write(registry, rubbish);
    const auto refused = serve();
    QVERIFY2(!refused.ok() && isSentence(refused.err) && refused.err.contains("registry.db"),
             refused.story().constData());
    QFile file(registry);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), rubbish);
  }

  void aNewerFolderIsRefusedAndLeftAlone() {
    {
      GatewayProcess gateway(data());
      QVERIFY(gateway.start());
      QVERIFY(gateway.stop());
    }
    const QByteArray open = "import sqlite3; db = sqlite3.connect('" + data().toUtf8() + "/registry.db'); ";
    QVERIFY(python(open + "db.execute('PRAGMA user_version = 9999'); db.commit()").ok());
    const auto refused = serve();
    QVERIFY2(!refused.ok() && refused.err.contains("newer"), refused.story().constData());
    QCOMPARE(python(open + "print(db.execute('PRAGMA user_version').fetchone()[0])").out.trimmed(), QByteArray("9999"));
  }
};

QTEST_GUILESS_MAIN(TestCommandLines)
#include "tst_command_lines.moc"
