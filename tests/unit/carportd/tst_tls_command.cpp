#include "app/carportd/host_names.h"
#include "app/carportd/tls_folder.h"
#include "gateway/domain/credentials.h"
#include "gateway/transport/certificate_summary.h"
#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/pem_files.h"
#include "gateway/transport/tls_context.h"
#include "tests/support/test_certificates.h"
#include "tests/unit/carportd/run_carportd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;
namespace fs = std::filesystem;

namespace {

fs::perms modeOf(const fs::path& file) {
  return fs::status(file).permissions();
}

}  // namespace

/// `carportd tls`: the gateway's own authority and what it signs.
class TestTlsCommand : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;
  fs::path path(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }
  TlsFolder tls() const { return TlsFolder(path("data")); }
  Ran on(const std::vector<std::string>& arguments) const { return runOn(path("data").string(), arguments); }
  std::vector<std::string> serverNames() const { return summarise(tls().serverCertificate())->names; }

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }
  void init() { m_folder = std::make_unique<QTemporaryDir>(); }

  void thisHostHasNames() {
    const auto names = namesOfThisHost();
    QVERIFY(names.size() >= 3);
    QCOMPARE(names.front(), std::string("localhost"));
    for (const auto& name : names) QCOMPARE(std::count(names.begin(), names.end(), name), 1);
  }

  void initMakesWhatServingNeeds() {
    const Ran made = on({"tls", "init", "--name", "fleet.example", "--name", "192.0.2.7"});
    QVERIFY2(made.code == 0, made.err.c_str());
    QVERIFY(has(made.out, "server-names\tlocalhost ") && has(made.out, "fleet.example 192.0.2.7"));
    QVERIFY(has(made.out, "authority-sha256\t"));
    QVERIFY(TlsContext::load({tls().serverCertificate(), tls().serverKey(), tls().authorityCertificate()}).has_value());
    const auto names = serverNames();
    for (const char* name : {"localhost", "127.0.0.1", "::1", "fleet.example", "192.0.2.7"}) {
      QVERIFY2(std::find(names.begin(), names.end(), name) != names.end(), name);
    }
    const auto left = summarise(tls().serverCertificate())->validUntil - SystemClock().now();
    QVERIFY(left > std::chrono::days(396) && left <= std::chrono::days(397));
  }

  void keysAreTheirOwnersAlone() {
#ifdef _WIN32
    QSKIP("permissions are lists here");
#endif
    QCOMPARE(on({"tls", "init"}).code, 0);
    constexpr auto kOwners = fs::perms::owner_read | fs::perms::owner_write;
    QVERIFY(modeOf(tls().authorityKey()) == kOwners && modeOf(tls().serverKey()) == kOwners);
    QVERIFY(modeOf(tls().path()) == fs::perms::owner_all);
    QCOMPARE(int(std::distance(fs::directory_iterator(tls().path()), fs::directory_iterator())), 4);
  }

  void nothingIsOverwritten() {
    QCOMPARE(on({"tls", "init"}).code, 0);
    const auto before = summarise(tls().authorityCertificate())->fingerprint;
    const Ran again = on({"tls", "init"});
    QCOMPARE(again.code, 1);
    QVERIFY2(has(again.err, "not overwritten") && has(again.err, "tls renew"), again.err.c_str());
    QCOMPARE(summarise(tls().authorityCertificate())->fingerprint, before);
  }

  void aNameThatCannotBeMakesNothing() {
    const Ran refused = on({"tls", "init", "--name", "two words"});
    QCOMPARE(refused.code, 1);
    QVERIFY2(has(refused.err, "“two words” is neither"), refused.err.c_str());
    QVERIFY(!fs::exists(tls().path()));
    QCOMPARE(on({"tls", "init", "--days", "0"}).code, 2);
    QCOMPARE(on({"tls", "init", "--days", "3651"}).code, 2);
  }

  void renewKeepsTheAuthorityAndTheNames() {
    QCOMPARE(on({"tls", "renew"}).code, 1);
    QCOMPARE(on({"tls", "init", "--name", "fleet.example", "--days", "10"}).code, 0);
    const auto names = serverNames();
    const auto authority = summarise(tls().authorityCertificate())->fingerprint;
    const auto server = *summarise(tls().serverCertificate());
    const Ran renewed = on({"tls", "renew", "--name", "another.example"});
    QVERIFY2(renewed.code == 0, renewed.err.c_str());
    QCOMPARE(summarise(tls().authorityCertificate())->fingerprint, authority);
    const auto after = *summarise(tls().serverCertificate());
    QVERIFY(after.fingerprint != server.fingerprint && after.validUntil > server.validUntil);
    auto wanted = names;
    wanted.push_back("another.example");
    QCOMPARE(after.names, wanted);
    QVERIFY(TlsContext::load({tls().serverCertificate(), tls().serverKey(), {}}).has_value());
    QCOMPARE(int(std::distance(fs::directory_iterator(tls().path()), fs::directory_iterator())), 4);
  }

  void whatIsInTheWayStays() {
    fs::create_directories(path("data") / "tls.new");
    std::ofstream(path("data") / "tls.new" / "mine") << "mine";
    const Ran refused = on({"tls", "init"});
    QVERIFY2(refused.code == 1 && has(refused.err, "tls.new is there already"), refused.err.c_str());
    QVERIFY(fs::exists(path("data") / "tls.new" / "mine") && !fs::exists(tls().path()));
    fs::remove_all(path("data") / "tls.new");
    QCOMPARE(on({"tls", "init"}).code, 0);
    fs::create_directory(tls().path() / "new");
    for (int i = 0; i < 2; ++i) {
      const Ran waiting = on({"tls", "renew"});
      QVERIFY2(waiting.code == 1 && has(waiting.err, "remove it"), waiting.err.c_str());
    }
    fs::remove(tls().path() / "new");
    QCOMPARE(on({"tls", "renew"}).code, 0);
  }

  void showSaysWhatThereIs() {
    QCOMPARE(on({"tls", "show"}).code, 1);
    QCOMPARE(on({"tls", "init"}).code, 0);
    const Ran shown = on({"tls", "show"});
    QCOMPARE(shown.code, 0);
    for (const char* word : {"authority\t", "authority-name\tCarport authority of ", "authority-until\t",
                             "server-names\tlocalhost", "server-until\t", "server-sha256\t"}) {
      QVERIFY2(has(shown.out, word), word);
    }
    QVERIFY(!has(shown.out, "PRIVATE"));
  }

  void clientsAreSignedByTheOwnAuthority() {
    QCOMPARE(on({"device", "add", "car-1", "--password", "0123456789abcdef"}).code, 0);
    const Ran early = on({"tls", "sign-client", "car-1", "--out", path("").string()});
    QVERIFY2(early.code == 1 && has(early.err, "carportd tls init"), early.err.c_str());
    QCOMPARE(on({"tls", "init"}).code, 0);
    const Ran nobody = on({"tls", "sign-client", "car-2", "--out", path("").string()});
    QVERIFY2(nobody.code == 1 && has(nobody.err, "“car-2”"), nobody.err.c_str());
    QVERIFY(!fs::exists(path("car-2.key")));

    const Ran made = on({"tls", "sign-client", "car-1", "--days", "30", "--out", path("").string()});
    QVERIFY2(made.code == 0, made.err.c_str());
    QVERIFY(has(made.out, "certificate\t") && has(made.out, "car-1.key") && has(made.out, "until\t"));
    const auto all = readCertificates(path("car-1.pem"), TransportErrc::badCertificate, "it");
    QCOMPARE(describe(*all->front()).name, std::string("car-1"));
    QVERIFY(readPrivateKey(path("car-1.key"), TransportErrc::badKey, "it").has_value());  // nobody else may read it
    const auto inFolder = std::distance(fs::directory_iterator(path("")), fs::directory_iterator());
    QCOMPARE(int(inFolder), 3);  // the data folder and these two: nothing is left of how the key was made
    QCOMPARE(summarise(path("car-1.pem"))->names, std::vector<std::string>{"carport:car-1"});
    QVERIFY(has(on({"audit", "--action", "tls.signClient"}).out, "\tcar-1\t"));
    QVERIFY(has(on({"audit", "--action", "tls.init"}).out, "sha256"));

    const Ran again = on({"tls", "sign-client", "car-1", "--out", path("").string()});
    QVERIFY2(again.code == 1 && has(again.err, "not overwritten"), again.err.c_str());
  }

  void aKeyMayStayWhereItIs() {
    QCOMPARE(on({"device", "add", "car-1", "--password", "0123456789abcdef"}).code, 0);
    QCOMPARE(on({"tls", "init"}).code, 0);
    std::ofstream(path("bad.csr")) << "nonsense";
    const Ran bad =
        on({"tls", "sign-client", "car-1", "--request", path("bad.csr").string(), "--out", path("").string()});
    QVERIFY2(bad.code == 1 && has(bad.err, "no request for a certificate"), bad.err.c_str());
    QVERIFY(!fs::exists(path("car-1.pem")));
    QCOMPARE(on({"tls", "sign-client", "car-1", "--request", path("none.csr").string()}).code, 1);

    const KeyPtr key = TestAuthority::newKey();
    std::ofstream(path("car-1.csr")) << TestAuthority::requestFor(key.get(), key.get());
    const Ran made =
        on({"tls", "sign-client", "car-1", "--request", path("car-1.csr").string(), "--out", path("").string()});
    QVERIFY2(made.code == 0, made.err.c_str());
    const auto all = readCertificates(path("car-1.pem"), TransportErrc::badCertificate, "it");
    QCOMPARE(X509_check_private_key(all->front().get(), key.get()), 1);
    QCOMPARE(describe(*all->front()).name, std::string("car-1"));
    QVERIFY(!fs::exists(path("car-1.key")));
  }
};

QTEST_GUILESS_MAIN(TestTlsCommand)
#include "tst_tls_command.moc"
