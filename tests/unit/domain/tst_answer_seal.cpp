#include "gateway/domain/answer_seal.h"

#include <QtTest>

using namespace carport;

/// Answers that are kept are read again by whoever has the key, and by nobody else.
class TestAnswerSeal : public QObject {
  Q_OBJECT

 private:
  static constexpr PrincipalNumber kAnn{7};

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }

  void whatIsSealedIsOpenedWithTheSameKeyAlone() {
    const SecretKey secret = makeSecretKey();
    const AnswerSeal seal("order-1", kAnn, secret);
    for (const std::string& text : {std::string(), std::string("{\"secret\":\"abc\"}"), std::string(60'000, 'x')}) {
      const std::string sealed = seal.seal(text);
      QVERIFY(text.empty() || sealed.find(text) == std::string::npos);
      QCOMPARE(AnswerSeal("order-1", kAnn, secret).open(sealed).value_or("not opened"), text);
      QVERIFY(!AnswerSeal("order-2", kAnn, secret).open(sealed).has_value());
      QVERIFY(!AnswerSeal("order-1", PrincipalNumber{8}, secret).open(sealed).has_value());
      QVERIFY(!AnswerSeal("order-1", kAnn, makeSecretKey()).open(sealed).has_value());
    }
    QVERIFY(seal.seal("x") != seal.seal("x"));
  }

  void aBrokenSealIsNotOpened() {
    const AnswerSeal seal("order-1", kAnn, makeSecretKey());
    std::string sealed = seal.seal("text");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      std::string bent = sealed;
      bent[i] = static_cast<char>(bent[i] ^ 1);
      QVERIFY(!seal.open(bent).has_value());
      QVERIFY(!seal.open(sealed.substr(0, i)).has_value());
    }
  }

  void keysOfDifferentCallersNeverMeet() {
    const SecretKey secret = makeSecretKey();
    QVERIFY(AnswerSeal("a", kAnn, secret).key() == AnswerSeal("a", kAnn, secret).key());
    QVERIFY(AnswerSeal("a", kAnn, secret).key() != AnswerSeal("a", PrincipalNumber{8}, secret).key());
    QVERIFY(AnswerSeal("a", kAnn, secret).key() != AnswerSeal("b", kAnn, secret).key());
    // What is on which side of a border counts.
    QVERIFY(AnswerSeal("1a", PrincipalNumber{1}, secret).key() != AnswerSeal("a", PrincipalNumber{11}, secret).key());
    QVERIFY(hashParts({"ab", "c"}) != hashParts({"a", "bc"}));
  }
};

QTEST_GUILESS_MAIN(TestAnswerSeal)
#include "tst_answer_seal.moc"
