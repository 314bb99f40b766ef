// What TLS every secure port speaks, and above all what it does not: seen with openssl's client, and, for what that
// cannot speak any more, with a client's first message made by hand.
#include "tests/support/integration_certificates.h"
#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtEndian>
#include <QtTest>

#include <algorithm>
#include <memory>
#include <vector>

using namespace carport::test;

namespace {

using Numbers = std::vector<quint16>;

/// The suites of TLS 1.2 that may be spoken (IANA's numbers): forward secrecy and authenticated encryption.
const Numbers kGood{0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9};
/// TLS_FALLBACK_SCSV (RFC 7507): no suite, and a refusal of its own.
constexpr quint16 kFallback = 0x5600;
constexpr quint8 kHandshakeRecord = 22;
constexpr quint8 kAlertRecord = 21;
constexpr quint8 kHandshakeFailure = 40;
constexpr quint8 kProtocolVersion = 70;

QByteArray u16(std::size_t value) {
  QByteArray bytes(2, '\0');
  qToBigEndian(quint16(value), bytes.data());
  return bytes;
}
QByteArray withLength(const QByteArray& bytes) {
  return u16(std::size_t(bytes.size())) + bytes;
}

/// A ClientHello (RFC 5246 §7.4.1.2) of this version with these suites, in as many records as it needs.
QByteArray clientHello(quint16 version, const Numbers& suites, bool withExtensions) {
  QByteArray list;
  for (const quint16 suite : suites) list += u16(suite);
  const QByteArray groups = u16(0x000A) + withLength(withLength(u16(0x001D) + u16(0x0017)));
  const QByteArray formats = u16(0x000B) + withLength(QByteArray("\x01\x00", 2));
  const QByteArray algorithms =
      u16(0x000D) + withLength(withLength(u16(0x0403) + u16(0x0804) + u16(0x0401) + u16(0x0503) + u16(0x0601)));
  QByteArray body = u16(version) + QByteArray(32, 'r') + QByteArray(1, '\0') + withLength(list) +
                    QByteArray("\x01\x00", 2);  // no session, no compression
  if (withExtensions) body += withLength(groups + formats + algorithms);
  QByteArray message = QByteArray("\x01\x00", 2) + withLength(body);  // its length has three bytes
  QByteArray records;
  constexpr int kMaxRecordBytes = 16'000;
  for (; !message.isEmpty(); message.remove(0, kMaxRecordBytes)) {
    records += QByteArray(1, char(kHandshakeRecord)) + u16(std::min<quint16>(version, 0x0301)) +
               withLength(message.left(kMaxRecordBytes));
  }
  return records;
}

/// What a server says first.
struct FirstWord {
  quint8 record = 0;  ///< its type; 0: nothing came
  quint8 alert = 0;   ///< which, where it is one
};

}  // namespace

class TestTlsPolicy : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  const OpensslCertificates m_certificates{m_folder.path()};
  std::unique_ptr<GatewayProcess> m_gateway;

  QString path(const QString& name) const { return m_folder.filePath(name); }
  /// A root, an authority below it, and a server's certificate of that one; server.pem has what a client lacks.
  bool makeChain() const {
    if (!m_certificates.makeAuthority("root") || !m_certificates.makeAuthority("middle", "root") ||
        !m_certificates.make({"leaf", "leaf", "subjectAltName=DNS:localhost,IP:127.0.0.1", "middle"})) {
      return false;
    }
    QFile leaf(path("leaf.pem")), middle(path("middle.pem"));
    return leaf.open(QIODevice::ReadOnly) && middle.open(QIODevice::ReadOnly) &&
           m_certificates.write("server.pem", leaf.readAll() + middle.readAll());
  }
  ProgramResult sClient(const QString& port, const QStringList& more, const QByteArray& input = "Q\n") const {
    return runTlsClient(m_gateway->port(port), path("root.pem"), more, input);
  }
  FirstWord answerTo(const QString& port, const QByteArray& hello) const {
    QTcpSocket socket;
    socket.connectToHost("127.0.0.1", m_gateway->port(port).toUShort());
    if (!socket.waitForConnected()) return {};
    socket.write(hello);
    QByteArray heard;
    constexpr int kAlertBytes = 7;  // header, level, description
    while (heard.size() < kAlertBytes && (socket.bytesAvailable() > 0 || socket.waitForReadyRead(10'000))) {
      heard += socket.readAll();
    }
    if (heard.size() < kAlertBytes) return {};
    const auto record = quint8(heard[0]);
    return {record, record == kAlertRecord ? quint8(heard[6]) : quint8(0)};
  }
  void addPorts() const {
    QTest::addColumn<QString>("port");
    for (const char* port : {"mqtts", "wss", "https"}) QTest::newRow(port) << port;
  }

 private slots:
  void initTestCase() {
    if (QStandardPaths::findExecutable("openssl").isEmpty()) QSKIP("openssl is not installed");
    QVERIFY(makeChain());
    m_gateway = std::make_unique<GatewayProcess>(path("data"));
    QVERIFY(m_gateway->start("127.0.0.1:0", "127.0.0.1:0",
                             {"--mqtts", "127.0.0.1:0", "--wss", "127.0.0.1:0", "--https", "127.0.0.1:0", "--tls-cert",
                              path("server.pem"), "--tls-key", path("leaf.key")}));
    for (const char* name : {"mqtts", "wss", "https"}) QVERIFY2(!m_gateway->port(name).isEmpty(), name);
  }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }

  void speaksItsTwoVersions_data() { addPorts(); }
  void speaksItsTwoVersions() {
    QFETCH(QString, port);
    for (const char* version : {"-tls1_2", "-tls1_3"}) {
      const auto fine = sClient(port, {version});
      QVERIFY2(fine.ok() && fine.out.contains("Verify return code: 0 (ok)"), fine.story().constData());
      QVERIFY2(fine.out.contains("Compression: NONE"), fine.story().constData());
    }
  }

  void speaksNoOlderVersion_data() { addPorts(); }
  void speaksNoOlderVersion() {
    QFETCH(QString, port);
    // The same message in TLS 1.2 is taken, so it is the version that is refused.
    QCOMPARE(int(answerTo(port, clientHello(0x0303, kGood, true)).record), int(kHandshakeRecord));
    for (const quint16 version : Numbers{0x0300, 0x0301, 0x0302}) {
      const auto answer = answerTo(port, clientHello(version, {0xC013, 0xC009, 0x002F, 0x000A}, version > 0x0300));
      QCOMPARE(int(answer.record), int(kAlertRecord));
      // What SSL 3 offers is not looked at at all.
      QCOMPARE(int(answer.alert), int(version == 0x0300 ? kHandshakeFailure : kProtocolVersion));
    }
    // SSL 2's first message has another form altogether.
    const QByteArray ssl2 =
        QByteArray::fromHex("802e0100020015000000100100800200800300800400800500800600400700c0") + QByteArray(16, 'c');
    QVERIFY(answerTo(port, ssl2).record != kHandshakeRecord);
    QVERIFY(!sClient(port, {"-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"}).ok());
    QVERIFY(!sClient(port, {"-tls1", "-cipher", "DEFAULT@SECLEVEL=0"}).ok());
  }

  void speaksNoWeakSuite_data() {
    QTest::addColumn<QString>("port");
    QTest::addColumn<QString>("kind");
    const std::vector<std::pair<const char*, Numbers>> kinds = weakSuites();
    for (const char* port : {"mqtts", "wss", "https"}) {
      for (const auto& [kind, suites] : kinds) {
        QTest::newRow(qPrintable(QString("%1: %2").arg(port, kind))) << port << QString(kind);
      }
    }
  }
  void speaksNoWeakSuite() {
    QFETCH(QString, port);
    QFETCH(QString, kind);
    for (const auto& [name, suites] : weakSuites()) {
      if (name != kind) continue;
      const auto answer = answerTo(port, clientHello(0x0303, suites, true));
      QCOMPARE(int(answer.record), int(kAlertRecord));
      QCOMPARE(int(answer.alert), int(kHandshakeFailure));
    }
  }

  void speaksNothingButTheGoodSuites_data() { addPorts(); }
  /// Every number that a suite could have, whatever it means, or will mean.
  void speaksNothingButTheGoodSuites() {
    QFETCH(QString, port);
    constexpr std::size_t kInOneMessage = 4096;
    Numbers some;
    for (quint32 suite = 0; suite <= 0xFFFF; ++suite) {
      const bool isGood = std::find(kGood.begin(), kGood.end(), suite) != kGood.end();
      if (!isGood && suite != kFallback) some.push_back(quint16(suite));
      if (some.size() < kInOneMessage && suite != 0xFFFF) continue;
      const auto answer = answerTo(port, clientHello(0x0303, some, true));
      QVERIFY2(answer.record == kAlertRecord, qPrintable(QString("one of those up to %1").arg(suite, 4, 16)));
      QCOMPARE(int(answer.alert), int(kHandshakeFailure));
      some.clear();
    }
    for (const quint16 suite :
         Numbers{0xC02B, 0xC02C, 0xCCA9}) {  // those that fit a certificate with an elliptic curve
      QCOMPARE(int(answerTo(port, clientHello(0x0303, {suite}, true)).record), int(kHandshakeRecord));
    }
  }

  void keepsSecretsForward_data() { addPorts(); }
  /// A key that gets lost opens nothing that was recorded before: keys come from an exchange of their own, each time.
  void keepsSecretsForward() {
    QFETCH(QString, port);
    for (const char* version : {"-tls1_2", "-tls1_3"}) {
      const auto fine = sClient(port, {version});
      QVERIFY2(fine.out.contains("Server Temp Key: X25519") || fine.out.contains("Server Temp Key: ECDH"),
               fine.story().constData());
    }
  }

  void resumesSessions_data() {
    QTest::addColumn<QString>("port");
    QTest::addColumn<QString>("version");
    for (const char* port : {"mqtts", "wss", "https"}) {
      for (const char* version : {"-tls1_2", "-tls1_3"}) {
        QTest::newRow(qPrintable(QString(port) + version)) << port << version;
      }
    }
  }
  void resumesSessions() {
    QFETCH(QString, port);
    QFETCH(QString, version);
    QFile::remove(path("session.pem"));
    // In 1.3 the ticket comes after the handshake: it is waited for.
    QProcess first;
    first.start("openssl", {"s_client", "-connect", "localhost:" + m_gateway->port(port), version, "-sess_out",
                            path("session.pem")});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(path("session.pem")).size() > 0, 10'000);
    first.closeWriteChannel();
    QVERIFY(hasEnded(first, 10'000));
    const auto second = sClient(port, {version, "-sess_in", path("session.pem")});
    QVERIFY2(second.out.contains("Reused, "), second.story().constData());
    if (version == "-tls1_3") return;  // there the new ticket, which says it, may come after the end
    const auto lifetime = QRegularExpression("ticket lifetime hint: (\\d+)").match(QString::fromLatin1(second.out));
    QVERIFY2(lifetime.hasMatch() && lifetime.captured(1).toInt() <= 7200, second.story().constData());
  }

  void sendsItsChainWhole_data() { addPorts(); }
  void sendsItsChainWhole() {
    QFETCH(QString, port);
    const auto shown = sClient(port, {"-showcerts"});  // who knows the root alone can check it
    QVERIFY2(shown.out.contains("Verify return code: 0 (ok)"), shown.story().constData());
    QCOMPARE(shown.out.count("-----BEGIN CERTIFICATE-----"), 2);
  }

  void doesNotNegotiateAgain_data() { addPorts(); }
  void doesNotNegotiateAgain() {
    QFETCH(QString, port);
    const auto again = sClient(port, {"-tls1_2"}, "R\n");
    QVERIFY2((again.out + again.err).contains("no renegotiation"), again.story().constData());
    QVERIFY2(again.out.contains("Secure Renegotiation IS supported"), again.story().constData());  // RFC 5746
  }

 private:
  static std::vector<std::pair<const char*, Numbers>> weakSuites() {
    return {{"no encryption", {0x0001, 0x0002, 0x003B, 0xC006, 0xC010, 0xC0B4}},
            {"export", {0x0003, 0x0006, 0x0008, 0x000B, 0x0011, 0x0014, 0x0017, 0x0019}},
            {"DES", {0x0009, 0x0012, 0x0015, 0x001A}},
            {"3DES", {0x000A, 0x0013, 0x0016, 0x001B, 0xC008, 0xC012}},
            {"RC4", {0x0004, 0x0005, 0x0018, 0xC007, 0xC011, 0xC016}},
            {"RC2, IDEA, SEED", {0x0006, 0x0007, 0x0096, 0x0099, 0x009A}},
            {"nobody named", {0x0034, 0x003A, 0x006C, 0x006D, 0x00A6, 0x00A7, 0xC018, 0xC019}},
            {"RSA key exchange", {0x002F, 0x0035, 0x003C, 0x003D, 0x009C, 0x009D, 0xC09C, 0xC09D}},
            {"CBC", {0xC009, 0xC00A, 0xC013, 0xC014, 0xC023, 0xC024, 0xC027, 0xC028}},
            {"finite fields", {0x0033, 0x0039, 0x0067, 0x006B, 0x009E, 0x009F, 0xCCAA}},
            {"fixed ECDH", {0xC004, 0xC005, 0xC00E, 0xC00F, 0xC02D, 0xC02E, 0xC031, 0xC032}},
            {"shared secrets", {0x008C, 0x008D, 0x00A8, 0x00A9, 0xC035, 0xC036, 0xCCAB, 0xD001}},
            {"SRP, Kerberos", {0xC01A, 0xC01D, 0xC020, 0x001E, 0x001F}},
            {"Camellia, ARIA", {0x0041, 0x0084, 0xC072, 0xC073, 0xC05C, 0xC05D}},
            {"short tags", {0xC0A0, 0xC0A1, 0xC0AE, 0xC0AF}}};
  }
};

QTEST_GUILESS_MAIN(TestTlsPolicy)
#include "tst_tls_policy.moc"
