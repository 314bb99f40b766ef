#include "gateway/transport/certificate_keeper.h"
#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/transport_errc.h"
#include "tests/support/test_certificates.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace carport;
using namespace carport::test;

/// What certificates and keys are taken, what is said about the others, and how they are replaced.
class TestTlsContext : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_clock.setNow(SystemClock().now());
    m_folder = std::make_unique<QTemporaryDir>();
    m_files = {path("server.pem"), path("server.key"), {}, ClientCertificates::none};
    m_authority.issueServer("localhost").writeTo(m_files.certificate, m_files.key);
  }

  void loads() {
    const auto loaded = TlsContext::load(m_files);
    QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message().c_str());
    const auto left = (*loaded)->validUntil() - SystemClock().now();
    QVERIFY(left > std::chrono::hours(59 * 24) && left <= std::chrono::hours(60 * 24));
  }

  void takesTheEarliestEndOfTheChain() {
    const auto server = m_authority.issueServer("localhost");
    write("server.pem", server.certificate + m_authority.pem());
    write("server.key", server.key);
    const auto loaded = TlsContext::load(m_files);
    QVERIFY((*loaded)->validUntil() - SystemClock().now() < std::chrono::hours(11 * 24));
  }

  void saysWhatIsWrong_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("text");  // "-": it is not there
    QTest::addColumn<int>("errc");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const char* file, const QString& text, TransportErrc errc, const char* says) {
      QTest::newRow(name) << file << text << int(errc) << says;
    };
    using enum TransportErrc;
    row("no certificate", "server.pem", "-", badCertificate, "cannot be read");
    row("no key", "server.key", "-", badKey, "cannot be read");
    row("no authority", "ca.pem", "-", badClientCa, "cannot be read");
    row("nonsense for a certificate", "server.pem", "hello", badCertificate, "no certificate in PEM");
    row("nonsense for a key", "server.key", "hello", badKey, "no private key");
    row("nonsense for an authority", "ca.pem", "hello", badClientCa, "no certificate in PEM");
    row("another's key", "server.key", QString::fromStdString(TestAuthority::pemOf(TestAuthority::newKey().get())),
        badKey, "is not the one of the certificate");
    row("half a certificate", "server.pem",
        QString::fromStdString(TestAuthority("x").pem()) + "-----BEGIN CERTIFICATE-----\nMIIB", badCertificate,
        "no certificate in PEM");
    row("too long", "server.pem", QString(2'000'000, 'x'), badCertificate, "larger than 1 MiB");
  }
  void saysWhatIsWrong() {
    QFETCH(QString, file);
    QFETCH(QString, text);
    QFETCH(int, errc);
    QFETCH(QString, sentence);
    m_files.clientCa = path("ca.pem");
    m_files.clientCertificates = ClientCertificates::optional;
    write("ca.pem", m_authority.pem());
    if (text == "-") {
      std::filesystem::remove(path(file.toStdString()));
    } else {
      write(file.toStdString(), text.toStdString());
    }
    const auto loaded = TlsContext::load(m_files);
    QVERIFY(!loaded);
    const auto said = QString::fromStdString(loaded.error().message());
    QCOMPARE(loaded.error().value(), errc);
    QVERIFY2(said.contains(sentence) && said.contains(file), qPrintable(said));
  }

  void aKeyWithAPassphraseIsNoUse() {
    const auto key = TestAuthority::newKey();
    const BioPtr bio(BIO_new(BIO_s_mem()));
    const std::string secret = "secret";
    PEM_write_bio_PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(),
                             reinterpret_cast<const unsigned char*>(secret.data()), int(secret.size()), nullptr,
                             nullptr);
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &bytes);
    write("server.key", {bytes, static_cast<std::size_t>(size)});
    const auto loaded = TlsContext::load(m_files);
    QVERIFY(!loaded && loaded.error().is(TransportErrc::badKey));
    QVERIFY(loaded.error().message().find("passphrase") != std::string::npos);
  }

  void aKeyThatOthersMayReadIsRefused() {
#ifdef _WIN32
    QSKIP("permissions are lists here");
#endif
    using std::filesystem::perms;
    std::filesystem::permissions(m_files.key, perms::owner_read | perms::group_read);
    QVERIFY(TlsContext::load(m_files).has_value());
    std::filesystem::permissions(m_files.key, perms::owner_read | perms::others_read);
    const auto loaded = TlsContext::load(m_files);
    QVERIFY(!loaded && loaded.error().is(TransportErrc::exposedKey));
    QVERIFY(loaded.error().message().find("chmod 600") != std::string::npos);
  }

  void namesAreRead_data() {
    QTest::addColumn<QStringList>("commonNames");
    QTest::addColumn<QString>("alternativeNames");
    QTest::addColumn<QString>("name");
    QTest::newRow("common name") << QStringList{"car-1"} << ""
                                 << "car-1";
    QTest::newRow("URI") << QStringList{"A car"} << "URI:carport:car-2"
                         << "car-2";
    QTest::newRow("DNS") << QStringList{"A car"} << "DNS:carport:car-3"
                         << "car-3";
    QTest::newRow("other alternative names") << QStringList{"car-1"} << "DNS:a.example,URI:https://b.example"
                                             << "car-1";
    QTest::newRow("none") << QStringList{} << ""
                          << "";
    QTest::newRow("two common names") << QStringList{"car-1", "car-2"} << ""
                                      << "";
    QTest::newRow("two alternative names") << QStringList{"car-1"} << "URI:carport:car-2,URI:carport:car-3"
                                           << "";
    QTest::newRow("not in ASCII") << QStringList{"Wägen"} << ""
                                  << "Wägen";
  }
  void namesAreRead() {
    QFETCH(QStringList, commonNames);
    QFETCH(QString, alternativeNames);
    QFETCH(QString, name);
    CertificateWish wish;
    for (const auto& each : commonNames) wish.commonNames.push_back(each.toStdString());
    wish.alternativeNames = alternativeNames.toStdString();
    const auto issued = m_authority.issue(wish);
    const BioPtr bio(BIO_new_mem_buf(issued.certificate.data(), int(issued.certificate.size())));
    const X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    const auto peer = describe(*certificate);
    QCOMPARE(QString::fromStdString(peer.name), name);
    QVERIFY(peer.validUntil > SystemClock().now());
  }

  void aNewCertificateIsTakenOnceItStaysTheSame() {
    const auto keeper = open();
    QVERIFY(keeper != nullptr);
    const auto first = keeper->context();
    QVERIFY(keeper->look() == nullptr);
    renew("renewed");
    QVERIFY(keeper->look() == nullptr);  // somebody may still be writing
    const auto second = keeper->look();
    QVERIFY(second != nullptr && second != first && keeper->context() == second);
    QVERIFY(keeper->look() == nullptr);
    QVERIFY(logged("New connections use the new TLS certificate"));
  }

  void aBadNewCertificateChangesNothing() {
    const auto keeper = open();
    const auto first = keeper->context();
    write("server.pem", "broken");
    QVERIFY(keeper->look() == nullptr && keeper->look() == nullptr && keeper->look() == nullptr);
    QVERIFY(keeper->context() == first);
    QCOMPARE(countLogged("the one before stays"), 1);  // not at every look
    m_authority.issueServer("late", -10).writeTo(m_files.certificate, m_files.key);
    QVERIFY(keeper->reload() == nullptr);
    QVERIFY(logged("it has ended already"));
    renew("good");
    QVERIFY(keeper->reload() != nullptr);
  }

  void endsAreWarnedOfADay() {
    m_authority.issueServer("soon", 5 * 86'400 + 3600).writeTo(m_files.certificate, m_files.key);
    const auto keeper = open();
    QCOMPARE(countLogged("ends in 5 days"), 1);
    QVERIFY(keeper->look() == nullptr);
    QCOMPARE(countLogged("ends in 5 days"), 1);
    m_clock.advance(CertificateKeeper::kWarnEvery);
    keeper->look();
    QCOMPARE(countLogged("ends in 4 days"), 1);
    m_clock.advance(std::chrono::hours(24 * 7));
    keeper->look();
    QCOMPARE(countLogged("clients refuse it"), 1);
  }

 private:
  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(m_folder->path().toStdString()) / name;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    using std::filesystem::perms;
    std::filesystem::permissions(path(name), perms::owner_read | perms::owner_write);
  }
  /// A change that also a coarse clock of the file system sees.
  void renew(const std::string& name) const {
    m_authority.issueServer(name).writeTo(m_files.certificate, m_files.key);
    const auto later = std::filesystem::last_write_time(m_files.certificate) + std::chrono::seconds(5);
    std::filesystem::last_write_time(m_files.certificate, later);
  }
  std::unique_ptr<CertificateKeeper> open() {
    m_recent = std::make_shared<RecentLog>();
    auto opened = CertificateKeeper::open(m_files, m_clock, Log::toMemory(m_recent));
    return opened ? std::move(*opened) : nullptr;
  }
  int countLogged(std::string_view text) const {
    int count = 0;
    for (const auto& entry : m_recent->newest(RecentLog::kMaxEntries)) {
      count += entry.text.find(text) != std::string::npos ? 1 : 0;
    }
    return count;
  }
  bool logged(std::string_view text) const {
    return countLogged(text) > 0;
  }

  TestAuthority m_authority{"Test authority"};
  std::unique_ptr<QTemporaryDir> m_folder;
  TlsFiles m_files;
  ManualClock m_clock;
  std::shared_ptr<RecentLog> m_recent;
};

QTEST_GUILESS_MAIN(TestTlsContext)
#include "tst_tls_context.moc"
