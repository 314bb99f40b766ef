#include "gateway/domain/answer_seal.h"
#include "tests/unit/server/control_fixture.h"

#include <QFile>
#include <QtTest>

#include <algorithm>
#include <thread>

using namespace carport;
using namespace carport::test;

/// What is asked again with the same Idempotency-Key is answered as before and not done twice.
class TestHttpIdempotency : public QObject, protected WithAdministrator {
  Q_OBJECT

 private:
  HttpAnswer post(const std::string& path, const std::string& body, const std::string& key,
                  const std::string& token = {}) {
    return m_gateway->ask(Verb::post, "/api/v2" + path, token.empty() ? m_token : token, body,
                          {{"Idempotency-Key", key}});
  }
  std::size_t commands() { return m_gateway->call(Verb::get, "/commands", m_token).json["commands"].size(); }

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void aCommandIsGivenOnce() {
    const auto first = post("/cars/car-1/commands", R"({"name":"lock"})", "\"8e03978e-40d5\"");
    QCOMPARE(first.status, 201U);
    QVERIFY(first.header("Idempotent-Replayed").empty());
    // With and without quotation marks it is the same key.
    for (const char* key : {"\"8e03978e-40d5\"", "8e03978e-40d5"}) {
      const auto again = post("/cars/car-1/commands", R"({"name":"lock"})", key);
      QCOMPARE(again.status, 201U);
      QCOMPARE(again.json, first.json);
      QCOMPARE(again.header("Idempotent-Replayed"), std::string("true"));
      QCOMPARE(again.header(http::field::content_type), std::string("application/json"));
    }
    QCOMPARE(commands(), std::size_t(1));
    QCOMPARE(post("/cars/car-1/commands", R"({"name":"lock"})", "another").status, 201U);
    QCOMPARE(commands(), std::size_t(2));
  }

  void theSameKeyWithAnotherRequestIsRefused() {
    QCOMPARE(post("/cars/car-1/commands", R"({"name":"lock"})", "k").status, 201U);
    for (const auto& [path, body] : {std::pair("/cars/car-1/commands", R"({"name":"unlock"})"),
                                     std::pair("/cars/car-2/commands", R"({"name":"lock"})")}) {
      const auto refused = post(path, body, "k");
      QCOMPARE(refused.status, 422U);
      QCOMPARE(refused.json["kind"].get<std::string>(), std::string("keyReused"));
    }
    QCOMPARE(commands(), std::size_t(1));
  }

  void everybodyHasKeysOfHisOwn() {
    const std::string olga = m_gateway->usableToken("olga");
    QVERIFY(!olga.empty());
    QCOMPARE(post("/cars/car-1/commands", R"({"name":"lock"})", "k").status, 201U);
    const auto hers = post("/cars/car-1/commands", R"({"name":"honk"})", "k", olga);
    QCOMPARE(hers.status, 201U);
    QCOMPARE(hers.json["issuedById"].get<std::string>(), std::string("olga"));
  }

  void aTokenForLessIsNotToldWhatAnotherWas() {
    QCOMPARE(post("/tokens", R"({"label":"one"})", "k").status, 201U);
    const auto scoped = m_gateway->call(Verb::post, "/tokens", m_token, R"({"actions":["view"]})");
    QVERIFY2(scoped.status == 201, scoped.body.c_str());
    const auto refused = post("/tokens", R"({"label":"one"})", "k", scoped.json["token"].get<std::string>());
    QVERIFY2(refused.status == 403, refused.body.c_str());
  }

  void aSecretThatIsShownOnceIsShownAgainOverARestartAndIsNotStoredInClear() {
    const auto added = post("/cars", R"({"id":"new-car"})", "make-new-car");
    QCOMPARE(added.status, 201U);
    m_gateway->restartControl();
    QTRY_VERIFY(m_gateway->knowsToken(m_token));
    const auto again = post("/cars", R"({"id":"new-car"})", "make-new-car");
    QCOMPARE(again.status, 201U);
    QCOMPARE(again.json["secret"], added.json["secret"]);
    QByteArray stored;
    for (const char* name : {"/registry.db", "/registry.db-wal"}) {
      QFile file(m_gateway->dir.path() + name);
      if (file.open(QIODevice::ReadOnly)) stored += file.readAll();
    }
    QVERIFY(stored.contains("new-car"));
    QVERIFY(!stored.contains(QByteArray::fromStdString(added.json["secret"].get<std::string>())));
    QVERIFY(!stored.contains("make-new-car"));
  }

  void aFailureLeavesTheKeyFree() {
    QCOMPARE(post("/cars", R"({"id":"bad id"})", "k").status, 400U);
    QCOMPARE(post("/cars", R"({"id":"car-1"})", "k").status, 409U);
    QCOMPARE(post("/cars", R"({"id":"good-id"})", "k").status, 201U);
    QCOMPARE(post("/cars", R"({"id":"good-id"})", "k").status, 201U);
  }

  void ofTwoAtOnceOneIsCarriedOut() {
    std::vector<unsigned> statuses(8);
    std::vector<std::thread> clients;
    for (unsigned& status : statuses) {
      clients.emplace_back(
          [this, &status] { status = post("/cars/car-1/commands", R"({"name":"lock"})", "at-once").status; });
    }
    for (std::thread& client : clients) client.join();
    for (const unsigned status : statuses) QVERIFY2(status == 201 || status == 409, std::to_string(status).c_str());
    QVERIFY(std::count(statuses.begin(), statuses.end(), 201U) >= 1);
    QCOMPARE(commands(), std::size_t(1));
  }

  void whatWasInterruptedIsToldSo() {
    const auto root = m_gateway->registry.find("root");
    KeptAnswer begun;
    begun.key = AnswerSeal("cut-off", root->number, m_gateway->folder->secretKey()).key();
    begun.request = hashParts({"/api/v2/cars/car-1/commands", R"({"name":"lock"})"});
    begun.caller = root->number;
    QVERIFY(m_gateway->store->answers().begin(begun).has_value());
    const auto refused = post("/cars/car-1/commands", R"({"name":"lock"})", "cut-off");
    QCOMPARE(refused.status, 409U);
    QVERIFY(refused.json["detail"].get<std::string>().find("was stopped") != std::string::npos);
    QCOMPARE(commands(), std::size_t(0));
  }

  void keysAreLookedAt() {
    for (const std::string& key : {std::string("\"\""), std::string(256, 'k'), std::string("two words"),
                                   std::string("quote\"inside"), std::string("back\\slash")}) {
      const auto refused = post("/cars/car-1/commands", R"({"name":"lock"})", key);
      QVERIFY2(refused.status == 400, key.c_str());
      QCOMPARE(refused.json["errors"][0]["header"].get<std::string>(), std::string("Idempotency-Key"));
    }
    QCOMPARE(post("/cars/car-1/commands", R"({"name":"lock"})", std::string(255, 'k')).status, 201U);
    // What could not be kept is not promised to be.
    QCOMPARE(post("/cars/import", R"({"cars":[]})", "k").status, 400U);
    QCOMPARE(post("/session", R"({"id":"root","password":"x"})", "k").status, 400U);
    QCOMPARE(commands(), std::size_t(1));
  }
};

QTEST_GUILESS_MAIN(TestHttpIdempotency)
#include "tst_http_idempotency.moc"
