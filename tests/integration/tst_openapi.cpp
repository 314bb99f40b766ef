#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>

using namespace carport::test;

namespace {
const QString kNpm = QStringLiteral(CARPORT_INTEGRATION_DIR "/npm");
}

/// The OpenAPI document before a validator that others wrote, and what a running gateway answers before the document.
class TestOpenApi : public QObject {
  Q_OBJECT

 private slots:
  void theDocumentIsValidAndTheAnswersAreAsItSays() {
    if (!QFileInfo::exists(kNpm + "/node_modules/@seriousme/openapi-schema-validator")) {
      QSKIP("npm's openapi-schema-validator is not installed: run npm ci in tests/integration/npm");
    }
    QTemporaryDir folder;
    GatewayProcess gateway(folder.filePath("data"));
    QVERIFY(gateway.start());
    const QString token = QString::fromUtf8(gateway.token());
    QVERIFY(!token.isEmpty());
    const auto result = runProgram("node", {kNpm + "/openapi.mjs", "http://" + gateway.http(), token});
    QVERIFY2(result.ok(), result.story());
    QVERIFY(gateway.stop());
  }
};

QTEST_GUILESS_MAIN(TestOpenApi)
#include "tst_openapi.moc"
