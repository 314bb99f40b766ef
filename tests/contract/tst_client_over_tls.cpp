#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"
#include "tests/support/test_certificates.h"
#include "ui/client/client_errc.h"
#include "ui/client/gateway_client.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <optional>

using namespace carport;
using namespace carport::ui;
using carport::test::GatewayProcess;
using carport::test::TestAuthority;

/// The portal's client and a real gateway over TLS: whom the client trusts, and what it says where it does not.
class TestClientOverTls : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<GatewayProcess>(m_folder.filePath("data"));
    const auto made = test::carportd({"tls", "init", "--data", m_gateway->data()});
    QVERIFY2(made.ok(), made.story().constData());
    QVERIFY2(m_gateway->start("127.0.0.1:0", "127.0.0.1:0", {"--https", "127.0.0.1:0"}), m_gateway->log().constData());
    QVERIFY(!m_gateway->token().isEmpty());
  }
  void init() {
    GatewayClient::Settings settings;
    settings.reconnect.longest = Milliseconds(500);
    m_client = std::make_unique<GatewayClient>(settings);
  }
  void cleanup() { m_client.reset(); }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }

  void attachesWithTheOperatorsAuthority() {
    QVERIFY(trust(authority()));
    attach(url("https", m_gateway->port("https")));
    QTRY_VERIFY2(m_client->isConnected(), qPrintable(m_client->connectionSentence()));
    QSignalSpy changed(m_client.get(), &GatewayClient::carsChanged);
    const auto adding = m_client->addCar({.id = "van-1", .name = "Van 1", .secret = {}});
    QTRY_VERIFY(!changed.isEmpty());  // over the live feed
    QTRY_VERIFY(!m_client->latestStatus().version.empty());
  }

  void anUnknownAuthorityIsNotTrusted() {
    attach(url("https", m_gateway->port("https")));
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::failed);
    says({"signed by “Carport authority of ", "does not know", "authority.pem"});
  }

  void anotherAuthorityIsNotTrusted() {
    QVERIFY(trust(write("other.pem", TestAuthority("Somebody").pem())));
    attach(url("https", m_gateway->port("https")));
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::failed);
    says({"not by the authority in the chosen file"});
    // With the right one, the same client attaches.
    QVERIFY(trust(authority()));
    attach(url("https", m_gateway->port("https")));
    QTRY_VERIFY2(m_client->isConnected(), qPrintable(m_client->connectionSentence()));
  }

  void anotherNameIsNotTrusted() {
    const TestAuthority authority("Fleet authority");
    GatewayProcess other(m_folder.filePath("other"));
    authority.issue({{"fleet"}, "DNS:fleet.example,IP:192.0.2.7"})
        .writeTo(path("named.pem").toStdString(), path("named.key").toStdString());
    startWith(other, "named");
    QVERIFY(trust(write("fleet.pem", authority.pem())));
    attach(url("https", other.port("https")));
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::failed);
    says({"192.0.2.7, fleet.example", "not for localhost"});
  }

  void anEndedCertificateIsNotTrusted() {
    const TestAuthority authority("Fleet authority");
    GatewayProcess other(m_folder.filePath("ended"));
    authority.issueServer("localhost", -3600).writeTo(path("ended.pem").toStdString(), path("ended.key").toStdString());
    startWith(other, "ended");
    QVERIFY(trust(write("fleet.pem", authority.pem())));
    attach(url("https", other.port("https")));
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::failed);
    says({"ended on", "renew it"});
  }

  void aWrongSchemeIsNoMystery() {
    attach(url("https", m_gateway->http().section(':', -1)));
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::failed);
    says({"http://"});
    attach(url("http", m_gateway->port("https")));
    QTRY_VERIFY(m_client->connectionState() == ConnectionState::waiting ||
                m_client->connectionState() == ConnectionState::failed);
  }

  void aWrongPasswordIsToldOverTls() {
    QVERIFY(trust(authority()));
    m_client->connectWithPassword(url("https", m_gateway->port("https")), "nobody", "a wrong password");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::needsSignIn);
  }

  void filesThatAreNoneAreRefused() {
    QVERIFY(!trust(path("none.pem")));
    QVERIFY(!trust(write("nonsense.pem", "nonsense")));
    QVERIFY(!trust(m_folder.path()));
    QVERIFY(trust(QString()));
  }

  void aRenewedCertificateIsTakenWithoutAWord() {
    QVERIFY(trust(authority()));
    attach(url("https", m_gateway->port("https")));
    QTRY_VERIFY(m_client->isConnected());
    QVERIFY(test::carportd({"tls", "renew", "--data", m_gateway->data()}).ok());
    QVERIFY(m_gateway->waitForLog("New connections use the new TLS certificate", 20'000));
    QVERIFY(m_client->isConnected());
    attach(url("https", m_gateway->port("https")));
    QTRY_VERIFY2(m_client->isConnected(), qPrintable(m_client->connectionSentence()));
  }

 private:
  QString path(const QString& name) const { return m_folder.filePath(name); }
  QString authority() const { return m_gateway->data() + "/tls/authority.pem"; }
  QString write(const QString& name, const std::string& text) const {
    QFile file(path(name));
    if (file.open(QIODevice::WriteOnly | QIODevice::Truncate)) file.write(text.data(), qint64(text.size()));
    return path(name);
  }
  bool trust(const QString& file) const { return m_client->trustAuthority(file).has_value(); }
  void attach(const QUrl& where) const { m_client->connectWithToken(where, QString::fromUtf8(m_gateway->token())); }
  static QUrl url(const QString& scheme, const QString& port) {
    return QUrl(QString("%1://localhost:%2").arg(scheme, port));
  }
  void startWith(GatewayProcess& gateway, const QString& certificate) const {
    QVERIFY2(gateway.start("127.0.0.1:0", "127.0.0.1:0",
                           {"--https", "127.0.0.1:0", "--tls-cert", path(certificate + ".pem"), "--tls-key",
                            path(certificate + ".key")}),
             gateway.log().constData());
  }
  void says(const QStringList& parts) const {
    for (const QString& part : parts) {
      QVERIFY2(m_client->connectionSentence().contains(part), qPrintable(m_client->connectionSentence()));
    }
  }

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
};

QTEST_GUILESS_MAIN(TestClientOverTls)
#include "tst_client_over_tls.moc"
