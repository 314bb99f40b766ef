#include "gateway/server/http/cross_origin.h"
#include "gateway/server/http/rate_limit.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

using namespace carport;
using namespace carport::test;

/// Pages of other hosts get nothing unless an operator named them; limits are told in the answers.
class TestHttpCrossOrigin : public QObject, protected WithAdministrator {
  Q_OBJECT

 private:
  static constexpr const char* kPage = "https://fleet.example";

  HttpAnswer ask(Verb method, const std::string& path, const std::string& origin, bool preflight = false) {
    HttpFields fields;
    if (preflight) fields["Access-Control-Request-Method"] = "PATCH";
    if (!origin.empty()) fields["Origin"] = origin;
    return m_gateway->ask(method, "/api/v2" + path, preflight ? std::string() : m_token, {}, fields);
  }
  void letIn(const std::vector<std::string>& origins) {
    m_gateway->corsOrigins = origins;
    m_gateway->restartControl();
    QTRY_VERIFY(m_gateway->knowsToken(m_token));
  }

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void nobodyIsLetInUnasked() {
    const auto answer = ask(Verb::get, "/cars", kPage);
    QCOMPARE(answer.status, 200U);
    QVERIFY(answer.header(http::field::access_control_allow_origin).empty());
    const auto preflight = ask(Verb::options, "/cars/car-1", kPage, true);
    QCOMPARE(preflight.status, 405U);
    QVERIFY(preflight.header(http::field::access_control_allow_origin).empty());
  }

  void exactlyTheNamedPagesAreLetIn() {
    letIn({kPage, "http://localhost:3000"});
    for (const std::string& origin : {std::string(kPage), std::string("http://localhost:3000")}) {
      const auto answer = ask(Verb::get, "/cars", origin);
      QCOMPARE(answer.header(http::field::access_control_allow_origin), origin);
      QCOMPARE(answer.header(http::field::vary), std::string("Origin"));
      QVERIFY(answer.header(http::field::access_control_expose_headers).find("ETag") != std::string::npos);
      QVERIFY(answer.header(http::field::access_control_allow_credentials).empty());
    }
    for (const std::string& origin :
         {std::string("http://fleet.example"), std::string("https://fleet.example:8443"),
          std::string("https://evil.fleet.example"), std::string("https://fleet.example.evil"), std::string("null"),
          std::string("https://FLEET.example"), std::string("*"), std::string()}) {
      const auto answer = ask(Verb::get, "/cars", origin);
      QCOMPARE(answer.status, 200U);
      QVERIFY2(answer.header(http::field::access_control_allow_origin).empty(), origin.c_str());
      QCOMPARE(answer.header(http::field::vary), std::string("Origin"));
    }
  }

  void aPreflightSaysWhatThePathHas() {
    letIn({kPage});
    const auto preflight = ask(Verb::options, "/cars/car-1", kPage, true);
    QCOMPARE(preflight.status, 204U);
    QCOMPARE(preflight.header(http::field::access_control_allow_origin), std::string(kPage));
    const std::string methods = preflight.header(http::field::access_control_allow_methods);
    for (const char* method : {"GET", "PATCH", "DELETE"}) QVERIFY(methods.find(method) != std::string::npos);
    QVERIFY(methods.find("POST") == std::string::npos);
    QVERIFY(preflight.header(http::field::access_control_allow_headers).find("Idempotency-Key") != std::string::npos);
    QCOMPARE(preflight.header(http::field::access_control_max_age), std::string("600"));
    QCOMPARE(ask(Verb::options, "/nothing", kPage, true).status, 404U);
    QCOMPARE(ask(Verb::options, "/cars", "https://other.example", true).status, 405U);
    // Failures can be read as well.
    const auto refused = ask(Verb::get, "/nothing", kPage);
    QCOMPARE(refused.status, 404U);
    QCOMPARE(refused.header(http::field::access_control_allow_origin), std::string(kPage));
  }

  void originsAreCheckedBeforeTheyAreTaken() {
    for (const char* good :
         {"https://fleet.example", "http://localhost:3000", "http://[::1]:8080", "http://10.0.0.1"}) {
      QVERIFY2(checkOrigin(good).has_value(), good);
    }
    for (const char* bad : {"", "*", "null", "fleet.example", "https://", "https://*.example", "https://a.example/",
                            "https://a.example/x", "ftp://a.example", "https://A.example", "https://a b"}) {
      QVERIFY2(!checkOrigin(bad).has_value(), bad);
    }
    QVERIFY(!checkOrigin("https://" + std::string(1000, 'a')).has_value());
  }

  void limitsAreTold() {
    const std::string body = R"({"id":"vera","password":"wrong"})";
    const auto wrong = m_gateway->call(Verb::post, "/session", "", body);
    QCOMPARE(wrong.status, 401U);
    QCOMPARE(wrong.header("RateLimit-Policy"), std::string("\"sign-in\";q=5;w=900"));
    QCOMPARE(wrong.header("RateLimit"), std::string("\"sign-in\";r=4;t=900"));
    HttpAnswer last;
    for (int i = 0; i < 6 && last.status != 429; ++i) last = m_gateway->call(Verb::post, "/session", "", body);
    QCOMPARE(last.status, 429U);
    QVERIFY(last.header("RateLimit").starts_with("\"sign-in\";r=0;t="));
    QVERIFY(!last.header(http::field::retry_after).empty());
  }

  void severalLimitsStandInOneField() {
    Reply reply;
    tellRateLimit(reply, {"commands", 100, std::chrono::hours(1), 20, std::chrono::seconds(60)});
    tellRateLimit(reply, {"connections", 10, {}, -3, {}});
    QCOMPARE(reply.fields.size(), std::size_t(2));
    QCOMPARE(reply.fields[0].second, std::string("\"commands\";q=100;w=3600, \"connections\";q=10"));
    QCOMPARE(reply.fields[1].second, std::string("\"commands\";r=20;t=60, \"connections\";r=0;t=0"));
  }
};

QTEST_GUILESS_MAIN(TestHttpCrossOrigin)
#include "tst_http_cross_origin.moc"
