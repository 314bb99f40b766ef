#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
const QString kNpm = QStringLiteral(CARPORT_INTEGRATION_DIR "/npm");
}

/// The npm package `nitrogen` as it is, against a gateway of its own.
class TestNitrogenClient : public QObject {
  Q_OBJECT

 public:
  /// Qt Test ends a function after five minutes unless told otherwise; one here takes six.
  static void initMain() { qputenv("QTEST_FUNCTION_TIMEOUT", "600000"); }

 private:
  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;

  ProgramResult run(const QStringList& parts, int timeoutMs) {
    QStringList arguments{kNpm + "/nitrogen_client.js",
                          m_gateway->http().section(':', 0, -2),
                          m_gateway->http().section(':', -1),
                          m_gateway->mqttHost(),
                          m_gateway->mqttPort(),
                          QString::fromUtf8(m_gateway->token())};
    return runProgram("node", arguments + parts, {}, timeoutMs);
  }

 private slots:
  void initTestCase() {
    if (!QFileInfo::exists(kNpm + "/node_modules/nitrogen")) QSKIP("npm's nitrogen is not installed: run npm ci there");
    m_gateway = std::make_unique<GatewayProcess>(m_folder.filePath("data"));
    QVERIFY(m_gateway->start("127.0.0.1:0", "127.0.0.1:0", {"--nitrogen-sign-up"}));
  }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }

  void everyPart() {
    const auto result = run({}, 120'000);
    QVERIFY2(result.ok(), result.story().constData());
  }

  void itsOwnTests() {
    const QStringList arguments{kNpm + "/own_tests.js", m_gateway->http().section(':', 0, -2),
                                m_gateway->http().section(':', -1)};
    const auto result = runProgram("node", arguments, {}, 120'000);
    QVERIFY2(result.ok(), result.story().constData());
  }

  void everythingIsThereAfterARestart() {
    QVERIFY(m_gateway->stop());
    QVERIFY(m_gateway->start("127.0.0.1:0", "127.0.0.1:0", {"--nitrogen-sign-up"}));
    const auto result = run({"afterRestart"}, 60'000);
    QVERIFY2(result.ok(), result.story().constData());
  }

  void staysForSixMinutes() {
    if (!qEnvironmentVariableIsSet("CARPORT_SOAK")) QSKIP("takes six minutes: set CARPORT_SOAK=1");
    const auto result = run({"soak"}, 7 * 60'000);
    QVERIFY2(result.ok(), result.story().constData());
  }

  void signUpIsClosedUnlessOpened() {
    GatewayProcess closed(m_folder.filePath("closed"));
    QVERIFY(closed.start());
    const auto answer =
        closed.request("POST", "/api/v1/principals",
                       R"({"type":"user","name":"A","email":"a@example.org","password":"password-of-a"})");
    // The test's own token is of the other API, and nobody here.
    QCOMPARE(answer.status, 403);
    QVERIFY(closed.stop());
  }
};

QTEST_GUILESS_MAIN(TestNitrogenClient)
#include "tst_nitrogen_client.moc"
