#include "gateway/domain/json_web_token.h"
#include "gateway/domain/nitrogen_ids.h"

#include <QtTest>

#include <set>

using namespace carport;

namespace {
const TimePoint kNow = fromMs(1'790'000'000'000);

SecretKey keyOf(std::uint8_t byte) {
  SecretKey key;
  key.fill(byte);
  return key;
}
}  // namespace

/// Ids and tokens of Nitrogen's API.
class TestNitrogenTokens : public QObject {
  Q_OBJECT

  JsonWebToken token() const {
    return {"0123456789abcdef01234567", "89abcdef89abcdef", "0badcafe", kNow, kNow + std::chrono::hours(24 * 7)};
  }

 private slots:
  void initTestCase() { QVERIFY(initCryptography()); }

  void anIdNamesItsNumber() {
    const NitrogenIds ids(keyOf(1));
    std::set<std::string> seen;
    for (std::uint32_t number = 1; number < 2000; ++number) {
      const auto id = ids.idOf(PrincipalNumber{number});
      QCOMPARE(id.size(), NitrogenIds::kIdChars);
      QVERIFY(seen.insert(id).second);
      QCOMPARE(ids.principalOf(id), std::optional(PrincipalNumber{number}));
    }
    const auto last = ids.idOf(NitrogenKind::message, NitrogenIds::kMaxNumber);
    QCOMPARE(ids.numberOf(NitrogenKind::message, last), std::optional(NitrogenIds::kMaxNumber));
  }

  void aForeignIdNamesNothing() {
    const NitrogenIds ids(keyOf(1)), others(keyOf(2));
    const auto id = ids.idOf(PrincipalNumber{7});
    QVERIFY(!others.principalOf(id));
    QVERIFY(!ids.numberOf(NitrogenKind::message, id));
    for (std::size_t at = 0; at < id.size(); ++at) {
      std::string changed = id;
      changed[at] = changed[at] == '0' ? '1' : '0';
      QVERIFY(!ids.principalOf(changed));
    }
    for (const char* text : {"", "5", "0123456789abcdef0123456z", "0123456789ABCDEF01234567"}) {
      QVERIFY(!ids.principalOf(text));
    }
    QVERIFY(ids.idOfSample(PrincipalNumber{7}, kNow) != ids.idOfSample(PrincipalNumber{7}, kNow + Milliseconds(1)));
  }

  void anApiKeyProvesItself() {
    const NitrogenIds ids(keyOf(1));
    const auto key = ids.apiKeyText(12);
    QCOMPARE(ids.apiKeyNumber(key), std::optional<std::int64_t>(12));
    std::string forged = key;
    forged.back() = forged.back() == 'a' ? 'b' : 'a';
    QVERIFY(!ids.apiKeyNumber(forged));
    QVERIFY(!ids.apiKeyNumber(key.substr(0, 24)));
    QVERIFY(!NitrogenIds(keyOf(2)).apiKeyNumber(key));
  }

  void aTokenComesBack() {
    const JsonWebTokens tokens(keyOf(1));
    const auto text = tokens.sign(token());
    QVERIFY2(text.size() <= JsonWebTokens::kMaxTokenBytes, "it fits Authorization");
    QVERIFY(text.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."));
    QCOMPARE(tokens.read(text, kNow), std::optional(token()));
    QVERIFY(!tokens.read(text, token().expiresAt));
    QVERIFY(!JsonWebTokens(keyOf(2)).read(text, kNow));
  }

  void aForgedTokenIsNone() {
    const JsonWebTokens tokens(keyOf(1));
    const auto text = tokens.sign(token());
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string changed = text;
      changed[at] = changed[at] == 'A' ? 'B' : 'A';
      QVERIFY2(!tokens.read(changed, kNow), changed.c_str());
    }
    // {"alg":"none","typ":"JWT"} and no signature, as the classic attack has it.
    const auto payload = text.substr(text.find('.'), text.rfind('.') - text.find('.') + 1);
    QVERIFY(!tokens.read("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + payload, kNow));
    for (const char* bad : {"", ".", "..", "...", "a.b.c", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"}) {
      QVERIFY(!tokens.read(bad, kNow));
    }
  }
};

QTEST_GUILESS_MAIN(TestNitrogenTokens)
#include "tst_nitrogen_tokens.moc"
