#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
const QString kFolder = QStringLiteral(CARPORT_INTEGRATION_DIR);
}

/// MQTT 5.0 with clients that others wrote: they run through what the standard offers and say what they found.
class TestForeignMqtt5 : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;
  QString m_token;

  QStringList arguments(const QString& script) const {
    return {script, m_gateway->mqttHost(), m_gateway->mqttPort(), "test-administrator", m_token};
  }

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<GatewayProcess>(m_folder.filePath("data"));
    QVERIFY(m_gateway->start());
    m_token = m_gateway->token();
    QVERIFY(!m_token.isEmpty());
  }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }

  void paho() {
    if (!runProgram("/usr/bin/python3", {"-c", "import paho.mqtt.client"}).ok()) {
      QSKIP("python3-paho-mqtt is not installed");
    }
    const auto tried = runProgram("/usr/bin/python3", arguments(kFolder + "/paho_mqtt5.py"));
    QVERIFY2(tried.ok(), tried.story().constData());
    QCOMPARE(tried.out.count("ok "), 10);
  }

  void npm() {
    if (!QFileInfo::exists(kFolder + "/npm/node_modules/mqtt")) {
      QSKIP("npm's mqtt is not installed: run npm ci in tests/integration/npm");
    }
    const auto tried = runProgram("node", arguments(kFolder + "/npm/mqtt5.js"));
    QVERIFY2(tried.ok(), tried.story().constData());
    QCOMPARE(tried.out.count("ok "), 9);
  }
};

QTEST_GUILESS_MAIN(TestForeignMqtt5)
#include "tst_foreign_mqtt5.moc"
