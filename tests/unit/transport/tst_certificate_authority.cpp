#include "gateway/transport/certificate_authority.h"
#include "gateway/transport/certificate_summary.h"
#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/pem_files.h"
#include "gateway/transport/tls_context.h"
#include "tests/support/test_certificates.h"

#include <QTemporaryDir>
#include <QtTest>

#include <openssl/rsa.h>
#include <openssl/ui.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

using namespace carport;

namespace {

constexpr std::chrono::days kYear{365};

X509Ptr parsed(const std::string& pem) {
  auto all = parseCertificates(pem);
  return all.empty() ? nullptr : std::move(all.front());
}

/// Whether a peer that knows this authority alone takes the certificate for this purpose.
bool holds(const std::string& pem, const std::string& authority, int purpose) {
  const X509Ptr certificate = parsed(pem);
  const X509Ptr root = parsed(authority);
  const std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>> check(X509_STORE_CTX_new());
  X509_STORE_add_cert(store.get(), root.get());
  X509_STORE_set_flags(store.get(), X509_V_FLAG_X509_STRICT);
  X509_STORE_CTX_init(check.get(), store.get(), certificate.get(), nullptr);
  X509_STORE_CTX_set_purpose(check.get(), purpose);
  return X509_verify_cert(check.get()) == 1;
}

std::string requestFor(EVP_PKEY* key) {
  return test::TestAuthority::requestFor(key, key);
}

}  // namespace

class TestCertificateAuthority : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    const auto made = CertificateAuthority::make("An authority", CertificateAuthority::kMaxLife);
    QVERIFY(made.has_value());
    m_files = *made;
    auto authority = CertificateAuthority::of(m_files);
    QVERIFY(authority.has_value());
    m_authority = std::make_unique<CertificateAuthority>(std::move(*authority));
  }

  void serversAreServersAlone() {
    const auto issued = m_authority->issueServer({"fleet.example", "*.fleet.example", "192.0.2.7", "::1"}, kYear);
    QVERIFY(issued.has_value());
    QVERIFY(holds(issued->certificate, m_files.certificate, X509_PURPOSE_SSL_SERVER));
    QVERIFY(!holds(issued->certificate, m_files.certificate, X509_PURPOSE_SSL_CLIENT));
    const X509Ptr certificate = parsed(issued->certificate);
    QCOMPARE(X509_check_host(certificate.get(), "fleet.example", 0, 0, nullptr), 1);
    QCOMPARE(X509_check_host(certificate.get(), "a.fleet.example", 0, 0, nullptr), 1);
    QCOMPARE(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr), 0);
    QCOMPARE(X509_check_ip_asc(certificate.get(), "192.0.2.7", 0), 1);
    QCOMPARE(X509_check_ip_asc(certificate.get(), "::1", 0), 1);
    QCOMPARE(X509_check_ip_asc(certificate.get(), "192.0.2.8", 0), 0);
    QCOMPARE(X509_check_ca(certificate.get()), 0);
  }

  void clientsAreClientsAloneAndNamedById() {
    const auto issued = m_authority->issueClient("acme.van-12", kYear);
    QVERIFY(issued.has_value());
    QVERIFY(holds(issued->certificate, m_files.certificate, X509_PURPOSE_SSL_CLIENT));
    QVERIFY(!holds(issued->certificate, m_files.certificate, X509_PURPOSE_SSL_SERVER));
    const auto peer = describe(*parsed(issued->certificate));
    QCOMPARE(peer.name, std::string("acme.van-12"));
    const auto left = peer.validUntil - SystemClock().now();
    QVERIFY(left > kYear - std::chrono::hours(1) && left <= kYear);
  }

  void longIdsAreNamedToo() {
    const std::string id(64, 'x');
    QCOMPARE(describe(*parsed(m_authority->issueClient(id, kYear)->certificate)).name, id);
    const std::string longer(200, 'y');  // no common name has room for it
    QCOMPARE(describe(*parsed(m_authority->issueClient(longer, kYear)->certificate)).name, longer);
  }

  void noTwoHaveTheSameNumber() {
    const X509Ptr first = parsed(m_authority->issueClient("car-1", kYear)->certificate);
    const X509Ptr second = parsed(m_authority->issueClient("car-1", kYear)->certificate);
    QVERIFY(ASN1_INTEGER_cmp(X509_get0_serialNumber(first.get()), X509_get0_serialNumber(second.get())) != 0);
  }

  void nothingOutlivesTheAuthority() {
    const auto young = CertificateAuthority::make("For ten days", std::chrono::days(10));
    const auto authority = CertificateAuthority::of(*young);
    QVERIFY(authority.has_value());
    const auto issued = authority->issueClient("car-1", kYear);
    QVERIFY(describe(*parsed(issued->certificate)).validUntil <= authority->validUntil());
  }

  void whatCannotBeIsRefused() {
    QVERIFY(!m_authority->issueServer({}, kYear));
    QVERIFY(!m_authority->issueServer({"fleet.example"}, std::chrono::days(0)));
    QVERIFY(!m_authority->issueServer({"fleet.example"}, CertificateAuthority::kMaxLife + std::chrono::days(1)));
    QVERIFY(!m_authority->issueServer(std::vector<std::string>(CertificateAuthority::kMaxNames + 1, "a"), kYear));
    for (const char* name : {"", "two words", "a,DNS:b", "-a", "a..b", ".a", "ä.example", "a*b", "https://a", ":",
                             " 192.0.2.7", "+192.0.2.7"}) {
      QVERIFY2(!isServerName(name), name);
      const auto refused = m_authority->issueServer({"fleet.example", name}, kYear);
      QVERIFY2(!refused && refused.error().message().find(name) != std::string::npos, name);
    }
    QVERIFY(!CertificateAuthority::make("", kYear) && !CertificateAuthority::make(std::string(65, 'x'), kYear));
    QVERIFY(!CertificateAuthority::of({"nonsense", "nonsense"}));
  }

  void keysOfOthersAreSigned() {
    const KeyPtr key(EVP_EC_gen("P-256"));
    const auto issued = m_authority->signClientRequest("car-1", requestFor(key.get()), kYear);
    QVERIFY(issued.has_value() && issued->key.empty());
    const X509Ptr certificate = parsed(issued->certificate);
    QCOMPARE(X509_check_private_key(certificate.get(), key.get()), 1);
    QCOMPARE(describe(*certificate).name, std::string("car-1"));
    QVERIFY(holds(issued->certificate, m_files.certificate, X509_PURPOSE_SSL_CLIENT));
  }

  void requestsThatProveNothingAreRefused() {
    const KeyPtr key(EVP_EC_gen("P-256"));
    const std::string request = requestFor(key.get());
    QVERIFY(!m_authority->signClientRequest("car-1", "", kYear));
    QVERIFY(!m_authority->signClientRequest("car-1", m_files.certificate, kYear));
    QVERIFY(!m_authority->signClientRequest("car-1", request.substr(0, request.size() / 2), kYear));
    const KeyPtr own(EVP_EC_gen("P-256"));  // somebody else's key, signed with one's own
    QVERIFY(!m_authority->signClientRequest("car-1", test::TestAuthority::requestFor(key.get(), own.get()), kYear));
    const KeyPtr weak(EVP_RSA_gen(1024));
    const auto refused = m_authority->signClientRequest("car-1", requestFor(weak.get()), kYear);
    QVERIFY(!refused && refused.error().message().find("too weak") != std::string::npos);
  }

  void nobodyIsAskedForAPassphrase() {
    static bool isAsked = false;  // OpenSSL's way to a person, which knows nothing of whoever set it up
    UI_METHOD* asking = UI_create_method("a person");
    UI_method_set_opener(asking, [](UI*) {
      isAsked = true;
      return 0;
    });
    const UI_METHOD* usual = UI_get_default_method();
    UI_set_default_method(asking);
    const auto locked = [](std::string pem) {
      const std::string header = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n";
      return pem.insert(pem.find('\n') + 1, header);
    };
    const KeyPtr key(EVP_EC_gen("P-256"));
    const bool isSigned = m_authority->signClientRequest("car-1", locked(requestFor(key.get())), kYear).has_value();
    const bool isRead = !parseCertificates(locked(m_files.certificate)).empty();
    UI_set_default_method(usual);
    UI_destroy_method(asking);
    QVERIFY(!isSigned && !isRead && !isAsked);
  }

  void filesAreReadBack() {
    write("authority.pem", m_files.certificate);
    write("authority.key", m_files.key);
    const auto server = m_authority->issueServer({"localhost", "127.0.0.1", "::1"}, kYear);
    write("server.pem", server->certificate);
    write("server.key", server->key);
    QVERIFY(CertificateAuthority::load(path("authority.pem"), path("authority.key")).has_value());
    QVERIFY(TlsContext::load({path("server.pem"), path("server.key"), path("authority.pem")}).has_value());
    const auto summary = summarise(path("server.pem"));
    QVERIFY(summary.has_value());
    QCOMPARE(summary->subject, std::string("localhost"));
    QCOMPARE(summary->issuer, std::string("An authority"));
    QCOMPARE(summary->names, (std::vector<std::string>{"localhost", "127.0.0.1", "::1"}));
    QCOMPARE(summary->fingerprint.size(), std::size_t{32 * 3 - 1});
    QVERIFY(!summarise(path("server.key")).has_value());
  }

  void whatIsNoAuthorityCannotBeLoaded() {
    filesAreReadBack();
    const auto says = [this](const char* certificate, const char* key) {
      const auto loaded = CertificateAuthority::load(path(certificate), path(key));
      return loaded ? std::string() : loaded.error().message();
    };
    QVERIFY(says("server.pem", "server.key").find("is no authority") != std::string::npos);
    QVERIFY(says("authority.pem", "server.key").find("is not the one of") != std::string::npos);
    QVERIFY(says("none.pem", "authority.key").find("cannot be read") != std::string::npos);
#ifndef _WIN32
    std::filesystem::permissions(path("authority.key"), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    QVERIFY(says("authority.pem", "authority.key").find("chmod 600") != std::string::npos);
#endif
  }

 private:
  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(m_folder.path().toStdString()) / name;
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::remove(path(name));
    std::ofstream(path(name)) << text;
    using std::filesystem::perms;
    std::filesystem::permissions(path(name), perms::owner_read | perms::owner_write);
  }

  QTemporaryDir m_folder;
  IssuedCertificate m_files;
  std::unique_ptr<CertificateAuthority> m_authority;
};

QTEST_GUILESS_MAIN(TestCertificateAuthority)
#include "tst_certificate_authority.moc"
