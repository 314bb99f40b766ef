#include "gateway/domain/credentials.h"
#include "gateway/domain/domain_errc.h"

#include <QtTest>

#include <algorithm>
#include <set>
#include <string>

using namespace carport;

class TestCredentials : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(initCryptography().has_value());
    QVERIFY(initCryptography().has_value());  // more than once is fine
  }

  void madeSecretsAreReadableAndDiffer() {
    std::set<std::string> seen;
    std::set<char> characters;
    for (int i = 0; i < 200; ++i) {
      const std::string secret = makeDeviceSecret();
      QCOMPARE(secret.size(), std::size_t{32});
      characters.insert(secret.begin(), secret.end());
      seen.insert(secret);
    }
    QCOMPARE(seen.size(), std::size_t{200});
    QCOMPARE(characters.size(), std::size_t{32});
    for (const char lookAlike : std::string("iloIOLu")) QVERIFY(!characters.contains(lookAlike));
  }

  void tokensAreSafeInAddresses() {
    const std::string token = makeToken();
    QCOMPARE(token.size(), std::size_t{3 + 43});
    QVERIFY(token.starts_with("cp_"));
    QVERIFY(std::all_of(token.begin(), token.end(),
                        [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; }));
    QVERIFY(makeToken() != token);
    QVERIFY(hashToken(token) == hashToken(token));
    QVERIFY(hashToken(token) != hashToken(token + "x"));
  }

  void oneTimePasswordsAreFourGroupsOfFour() {
    const QString password = QString::fromStdString(makeOneTimePassword());
    const QStringList groups = password.split('-');
    QCOMPARE(groups.size(), 4);
    for (const QString& group : groups) QCOMPARE(group.size(), 4);
    QVERIFY(password.toStdString() != makeOneTimePassword());
  }

  void onlyTheRightSecretWithTheRightKeyIsAccepted() {
    const SecretKey key = makeSecretKey(), otherKey = makeSecretKey();
    const std::string secret = makeDeviceSecret();
    const auto kept = hashDeviceSecret(secret, key);
    QVERIFY(kept.has_value());
    QVERIFY(verifyDeviceSecret(secret, *kept, key));
    QVERIFY(!verifyDeviceSecret(secret, *kept, otherKey));
    QVERIFY(!verifyDeviceSecret(secret + "x", *kept, key));
    QVERIFY(!verifyDeviceSecret(secret.substr(1), *kept, key));
    QVERIFY(!verifyDeviceSecret("", *kept, key));
    QVERIFY(!verifyDeviceSecret(std::string(5'000'000, 'x'), *kept, key));
    const auto again = hashDeviceSecret(secret, key);
    QVERIFY(again->salt != kept->salt && again->hash != kept->hash);
    DeviceSecret swapped = *kept;
    swapped.salt = again->salt;
    QVERIFY(!verifyDeviceSecret(secret, swapped, key));
  }

  void secretsHaveLimits() {
    const SecretKey key = makeSecretKey();
    QVERIFY(hashDeviceSecret(std::string(kMinDeviceSecretChars, 'a'), key).has_value());
    QVERIFY(hashDeviceSecret(std::string(kMaxDeviceSecretBytes, 'a'), key).has_value());
    for (const std::size_t size : {std::size_t{0}, kMinDeviceSecretChars - 1, kMaxDeviceSecretBytes + 1}) {
      const auto refused = hashDeviceSecret(std::string(size, 'a'), key);
      QVERIFY(!refused.has_value() && refused.error().is(DomainErrc::badSecret));
    }
    for (const std::size_t size : {std::size_t{0}, kMinPasswordChars - 1, kMaxPasswordBytes + 1}) {
      const auto refused = hashPassword(std::string(size, 'a'));
      QVERIFY(!refused.has_value() && refused.error().is(DomainErrc::badSecret));
    }
  }

  void passwordsAreArgon2id() {
    const auto hash = hashPassword("correct horse");
    QVERIFY(hash.has_value());
    QVERIFY(hash->starts_with("$argon2id$"));
    QVERIFY(verifyPassword("correct horse", *hash));
    QVERIFY(!verifyPassword("correct horsf", *hash));
    QVERIFY(!verifyPassword("", *hash));
    QVERIFY(!verifyPassword(std::string(kMaxPasswordBytes + 1, 'a'), *hash));
    QVERIFY(!verifyPassword("correct horse", "no hash at all"));
    QVERIFY(!verifyPassword("anything", ""));
    QVERIFY(!verifyPassword("", ""));
  }
};

QTEST_GUILESS_MAIN(TestCredentials)
#include "tst_credentials.moc"
