#include "gateway/domain/domain_errc.h"
#include "gateway/domain/second_factor.h"

#include <QtTest>

#include <algorithm>
#include <cctype>
#include <string>

using namespace carport;

namespace {
constexpr PrincipalNumber kAnna{7};

TimePoint at(std::int64_t seconds) {
  return fromMs(seconds * 1000);
}
}  // namespace

/// One-time codes against the RFC's own, and what is taken how often.
class TestSecondFactor : public QObject {
  Q_OBJECT

  SecretKey m_secretKey{};
  OneTimeKey m_key{};

  SecondFactor confirmed() const {
    auto factor = makeSecondFactor(kAnna, m_key, m_secretKey, at(0));
    factor.confirmed = true;
    return factor;
  }

 private slots:
  void initTestCase() {
    QVERIFY(initCryptography().has_value());
    m_secretKey = makeSecretKey();
    const std::string text = "12345678901234567890";  // RFC 6238, appendix B
    std::copy(text.begin(), text.end(), m_key.begin());
  }

  void codesAreThoseOfTheStandard() {
    const auto codeAt = [&](std::int64_t seconds) { return oneTimeCode(m_key, oneTimeStep(at(seconds))); };
    QCOMPARE(codeAt(59), std::string("287082"));
    QCOMPARE(codeAt(1111111109), std::string("081804"));
    QCOMPARE(codeAt(1111111111), std::string("050471"));
    QCOMPARE(codeAt(1234567890), std::string("005924"));
    QCOMPARE(codeAt(2000000000), std::string("279037"));
    QCOMPARE(codeAt(20000000000), std::string("353130"));
  }

  void keysAreReadByApps() {
    QCOMPARE(toBase32(m_key), std::string("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    const std::uint8_t one[] = {0xFF};
    QCOMPARE(toBase32(one), std::string("74"));
    QCOMPARE(oneTimeAddress(m_key, "acme.anna"),
             std::string("otpauth://totp/Carport:acme.anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Carport&"
                         "digits=6&period=30"));
  }

  void keysAreSealedForTheirOwner() {
    auto factor = confirmed();
    QVERIFY(openKey(factor, m_secretKey) == m_key);
    QVERIFY(std::search(factor.sealedKey.begin(), factor.sealedKey.end(), m_key.begin(), m_key.begin() + 4) ==
            factor.sealedKey.end());
    factor.owner = PrincipalNumber{8};
    QVERIFY(!openKey(factor, m_secretKey));
    factor.owner = kAnna;
    QVERIFY(!openKey(factor, makeSecretKey()));
    factor.sealedKey.back() ^= 1;
    QVERIFY(!openKey(factor, m_secretKey));
    factor.sealedKey.resize(3);
    QVERIFY(!openKey(factor, m_secretKey));
  }

  void aCodeIsGoodOnce() {
    auto factor = confirmed();
    const TimePoint now = at(1234567890);
    QVERIFY(useCode(factor, "005 924", m_secretKey, now).has_value());
    QVERIFY(useCode(factor, "005924", m_secretKey, now).error().is(DomainErrc::wrongCode));
    // Nor is an earlier one any more, though it would be near enough.
    QVERIFY(!useCode(factor, oneTimeCode(m_key, oneTimeStep(now) - 1), m_secretKey, now));
    QVERIFY(useCode(factor, oneTimeCode(m_key, oneTimeStep(now) + 1), m_secretKey, now).has_value());
    QVERIFY(!useCode(factor, oneTimeCode(m_key, oneTimeStep(now) + 1), m_secretKey, now));
  }

  void clocksMayDifferALittle() {
    const TimePoint now = at(1234567890);
    for (const std::int64_t off : {-1, 0, 1}) {
      auto factor = confirmed();
      QVERIFY(useCode(factor, oneTimeCode(m_key, oneTimeStep(now) + off), m_secretKey, now).has_value());
    }
    for (const std::int64_t off : {-2, 2, 1000}) {
      auto factor = confirmed();
      QVERIFY(!useCode(factor, oneTimeCode(m_key, oneTimeStep(now) + off), m_secretKey, now));
    }
  }

  void whatIsNoCodeIsNotTaken() {
    auto factor = confirmed();
    for (const char* code : {"", "0", "00592", "0059244", "abcdef", "------", "005924005924"}) {
      QVERIFY(!useCode(factor, code, m_secretKey, at(1234567890)));
    }
    QCOMPARE(factor.lastStep, std::int64_t{0});
  }

  void recoveryCodesAreGoodOnceEach() {
    auto factor = confirmed();
    const auto codes = renewRecoveryCodes(factor, m_secretKey);
    QCOMPARE(codes.size(), kRecoveryCodes);
    QCOMPARE(factor.recoveryHashes.size(), kRecoveryCodes);
    std::string shouted = codes[3];
    std::transform(shouted.begin(), shouted.end(), shouted.begin(), [](char c) { return char(std::toupper(c)); });
    QVERIFY(useCode(factor, shouted, m_secretKey, at(0)).has_value());
    QCOMPARE(factor.recoveryHashes.size(), kRecoveryCodes - 1);
    QVERIFY(!useCode(factor, codes[3], m_secretKey, at(0)));
    QVERIFY(useCode(factor, codes[4], m_secretKey, at(0)).has_value());
    const auto renewed = renewRecoveryCodes(factor, m_secretKey);
    QVERIFY(!useCode(factor, codes[5], m_secretKey, at(0)));
    factor.confirmed = false;  // codes do not confirm an app
    QVERIFY(!useCode(factor, renewed[0], m_secretKey, at(0)));
  }
};

QTEST_GUILESS_MAIN(TestSecondFactor)
#include "tst_second_factor.moc"
