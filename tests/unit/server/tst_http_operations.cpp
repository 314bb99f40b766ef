#include "gateway/api/openapi.h"
#include "gateway/base/base_errc.h"
#include "gateway/server/http/root_paths.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

using namespace carport;
using namespace carport::test;

/// Takes clients again when it is told to, as ports may take their time. Any thread.
class SlowToResume final : public MqttLink {
 public:
  void deliverCommand(api::Command, std::string) override {}
  void registryChanged() override {}
  MqttCounters counters() const override { return {.connections = 1}; }
  void rawMessages(RawWish, std::function<void(RawAnswer)>) override {}
  void drain(DrainOrder) override {}
  void resume(std::function<void(Result<void>)> done) override {
    std::lock_guard lock(m_mutex);
    m_waiting = std::move(done);
  }
  DeviceDoor& deviceDoor() override { return m_door; }

  bool isAsked() const {
    std::lock_guard lock(m_mutex);
    return m_waiting != nullptr;
  }
  void answer() {
    std::function<void(Result<void>)> waiting;
    {
      std::lock_guard lock(m_mutex);
      waiting.swap(m_waiting);
    }
    waiting({});
  }

 private:
  ClosedDoor m_door;
  mutable std::mutex m_mutex;  // guards the member below: the control thread writes, the test reads
  std::function<void(Result<void>)> m_waiting;
};

/// /healthz, /readyz, /metrics and draining, as whoever operates the gateway uses them.
class TestHttpOperations : public QObject {
  Q_OBJECT

  SlowToResume m_slow;
  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_root, m_olga;

  HttpAnswer get(const std::string& path, const std::string& token = {}, const std::string& host = "localhost",
                 const std::string& proxy = {}, Verb method = Verb::get) {
    HttpFields fields{{"Host", host}};
    if (!proxy.empty()) fields[proxy] = "10.0.0.1";
    return m_gateway->ask(method, path, token, {}, fields);
  }
  void allow(const char* who, const char* about) {
    api::Rule rule;
    rule.priority = 10;
    rule.who = *api::Selector::parse(who);
    rule.about = *api::Selector::parse(about);
    rule.action = api::Action::view;
    rule.allow = true;
    QVERIFY(m_gateway->store->addRule(rule).has_value());
  }
  void restart(MetricsAccess metrics, std::function<void()> end = {}) {
    m_gateway->operations = {metrics, std::move(end)};
    m_gateway->restartControl();
  }
  std::string phase() { return m_gateway->call(Verb::get, "/gateway/drain", m_root).json["phase"]; }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    m_root = m_gateway->tokenFor("root");
    m_olga = m_gateway->tokenFor("olga");
  }
  void cleanup() { m_gateway.reset(); }

  void isAliveAndReady() {
    for (const char* path : {"/healthz", "/readyz"}) {
      const auto answer = get(path);
      QCOMPARE(answer.status, 200U);
      QCOMPARE(answer.header(http::field::content_type), std::string("text/plain; charset=utf-8"));
      QCOMPARE(answer.header(http::field::cache_control), std::string("no-store"));
      const auto head = get(path, {}, "localhost", {}, Verb::head);
      QCOMPARE(head.status, 200U);
      const auto posted = get(path, {}, "localhost", {}, Verb::post);
      QCOMPARE(posted.status, 405U);
      QCOMPARE(posted.header(http::field::allow), std::string("GET, HEAD"));
    }
    QCOMPARE(get("/healthz").body, std::string("ok\n"));
    QCOMPARE(get("/readyz").body, std::string("ready\n"));
    QCOMPARE(get("/healthz/x").status, 404U);
    QCOMPARE(get("/other").status, 404U);
  }

  void metricsNeedAToken() {
    const auto stranger = get("/metrics");
    QCOMPARE(stranger.status, 401U);
    QVERIFY(stranger.body.find("carport_") == std::string::npos);
    const auto operators = get("/metrics", m_olga);
    QCOMPARE(operators.status, 403U);
    const auto answer = get("/metrics", m_root);
    QCOMPARE(answer.status, 200U);
    QCOMPARE(answer.header(http::field::content_type), std::string("text/plain; version=0.0.4; charset=utf-8"));
    QVERIFY(answer.body.find("carport_build_info{version=\"9.9.9\"} 1\n") != std::string::npos);
    QVERIFY(answer.body.find("carport_cars 3\n") != std::string::npos);
    QVERIFY(answer.body.find("carport_connections{protocol=\"http\"}") != std::string::npos);
  }

  void aRuleLetsSomebodyScrapeAndNothingElse() {
    // A rule about every topic is none about the gateway's own.
    allow("principal:olga", "topic:#");
    QTest::qWait(600);
    QCOMPARE(get("/metrics", m_olga).status, 403U);
    allow("principal:olga", "topic:$gateway/metrics");
    QTRY_COMPARE(get("/metrics", m_olga).status, 200U);
    QCOMPARE(m_gateway->call(Verb::get, "/log", m_olga).status, 403U);
  }

  void loopbackIsEnoughWhereItIsSaid() {
    restart(MetricsAccess::loopback);
    QCOMPARE(get("/metrics").status, 200U);
    for (const char* host : {"localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST"}) {
      QCOMPARE(get("/metrics", {}, host).status, 200U);
    }
    // A page in a browser whose name was made to point here, and whoever a proxy speaks for, is not this machine.
    QCOMPARE(get("/metrics", {}, "evil.example.com").status, 401U);
    for (const char* proxy : {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"}) {
      QCOMPARE(get("/metrics", {}, "localhost", proxy).status, 401U);
    }
    QCOMPARE(get("/metrics", m_root, "gateway.example.com").status, 200U);
  }
  void onlyThisMachineIsThisMachine() {
    HttpHeader header;
    header.set(http::field::host, "localhost");
    for (const char* address : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"}) {
      QVERIFY2(isFromThisMachine(header, address), address);
    }
    for (const char* address : {"10.0.0.1", "fe80::1", "::ffff:10.0.0.1", "0.0.0.0", "", "localhost"}) {
      QVERIFY2(!isFromThisMachine(header, address), address);
    }
    for (const char* host :
         {"[::1].example.com", "[::1", "localhost:x.example.com", "127.0.0.1:80x", "[localhost", ""}) {
      header.set(http::field::host, host);
      QVERIFY2(!isFromThisMachine(header, "127.0.0.1"), host);
    }
    header.erase(http::field::host);
    QVERIFY(!isFromThisMachine(header, "127.0.0.1"));
  }

  void offMeansThatThereIsNoSuchPath() {
    restart(MetricsAccess::off);
    QCOMPARE(get("/metrics", m_root).status, 404U);
    QCOMPARE(get("/readyz").status, 200U);
  }

  void theDocumentHasWhatStandsOutsideTheApi() {
    const auto document = nlohmann::json::parse(api::openApiJson());
    std::set<std::string> outside;
    for (const auto& [path, calls] : document["paths"].items()) {
      if (!calls.contains("servers")) continue;
      QVERIFY(calls["servers"][0]["url"] == "/");
      QCOMPARE(get(path, m_root).status, 200U);
      outside.insert(path);
    }
    QVERIFY(outside == std::set<std::string>({"/healthz", "/metrics", "/readyz"}));
  }

  void callsAreCounted() {
    const auto of = [&](const char* code) {
      const std::string text = get("/metrics", m_root).body;
      const std::string series = std::string("carport_http_requests_total{code=\"") + code + "\"} ";
      const auto at = text.find(series);
      return at == std::string::npos ? -1.0 : std::stod(text.substr(at + series.size()));
    };
    const double fine = of("2xx"), missing = of("4xx");
    QCOMPARE(m_gateway->call(Verb::get, "/cars", m_root).status, 200U);
    QCOMPARE(m_gateway->call(Verb::get, "/nothing", m_root).status, 404U);
    QCOMPARE(of("2xx"), fine + 3);  // the scrapes too, each from the one after it on
    QCOMPARE(of("4xx"), missing + 1);
  }

  void drainsAndResumes() {
    QCOMPARE(phase(), std::string("serving"));
    const auto begun =
        m_gateway->call(Verb::post, "/gateway/drain", m_root, R"({"seconds":5,"server":"other.example.com:8883"})");
    QCOMPARE(begun.status, 202U);
    QVERIFY(begun.json["phase"] == "draining");
    QVERIFY(begun.json["connections"] == 3);
    QCOMPARE(begun.json["until"].get<std::int64_t>() - begun.json["since"].get<std::int64_t>(), std::int64_t{5000});
    QCOMPARE(m_gateway->mqtt.drains().size(), std::size_t{1});
    QCOMPARE(m_gateway->mqtt.drains()[0].server, std::string("other.example.com:8883"));
    QVERIFY(m_gateway->mqtt.drains()[0].period == std::chrono::seconds(5));
    const auto notReady = get("/readyz");
    QCOMPARE(notReady.status, 503U);
    QCOMPARE(notReady.body, std::string("not ready: draining\n"));
    QVERIFY(!notReady.header(http::field::retry_after).empty());
    QCOMPARE(get("/healthz").status, 200U);
    QTRY_VERIFY(m_gateway->call(Verb::get, "/gateway", m_olga).json.contains("draining"));
    QCOMPARE(phase(), std::string("draining"));
    m_gateway->mqtt.connections = 0;
    QTRY_COMPARE(phase(), std::string("drained"));
    QCOMPARE(get("/readyz").status, 503U);
    const auto resumed = m_gateway->call(Verb::post, "/gateway/resume", m_root);
    QCOMPARE(resumed.status, 200U);
    QVERIFY(resumed.json["phase"] == "serving");
    QVERIFY(!resumed.json.contains("since"));
    QCOMPARE(get("/readyz").status, 200U);
    QTRY_VERIFY(!m_gateway->call(Verb::get, "/gateway", m_olga).json.contains("draining"));
  }

  void whoDrainedIsInTheAuditLog() {
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/drain", m_root, R"({"seconds":7})").status, 202U);
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/resume", m_root).status, 200U);
    const auto entries = [&](const char* action) {
      return m_gateway->call(Verb::get, std::string("/audit?action=") + action, m_root).json["entries"];
    };
    QTRY_VERIFY(entries("gateway.resume").size() == 1);
    const auto drained = entries("gateway.drain");
    QVERIFY(drained.size() == 1);
    QVERIFY(drained[0]["who"] == "root");
    QVERIFY(drained[0]["outcome"] == "done");
    QVERIFY(drained[0]["after"]["seconds"] == 7);
  }

  void anOrganisationsAdministratorIsNoneOfTheGateway() {
    const auto made = m_gateway->call(Verb::post, "/organisations", m_root,
                                      R"({"id":"acme","administrator":{"password":"correct horse"}})");
    QCOMPARE(made.status, 201U);
    const auto session =
        m_gateway->call(Verb::post, "/session", {}, R"({"id":"acme.admin","password":"correct horse"})");
    QCOMPARE(session.status, 200U);
    const std::string token = session.json["token"];
    QCOMPARE(m_gateway->call(Verb::get, "/cars", token).status, 200U);
    QCOMPARE(get("/metrics", token).status, 403U);
    QVERIFY(m_gateway->call(Verb::post, "/gateway/drain", token, "{}").status >= 403U);
    QVERIFY(m_gateway->mqtt.drains().empty());
    QCOMPARE(get("/readyz").status, 200U);
  }

  void aPortThatWasTakenKeepsItDrained() {
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/drain", m_root).status, 202U);
    m_gateway->mqtt.resumeResult = fail(BaseErrc::ioFailed, "The port 1883 is in use");
    const auto resumed = m_gateway->call(Verb::post, "/gateway/resume", m_root);
    QVERIFY(resumed.status >= 500U);
    QVERIFY(resumed.body.find("1883") != std::string::npos);
    QVERIFY(phase() != "serving");
  }

  void theLatestOrderHolds() {
    m_gateway->control->attach(m_slow, Endpoint{"127.0.0.1", 1883});
    const auto resume = [this] {
      return std::async(std::launch::async, [this] { return m_gateway->call(Verb::post, "/gateway/resume", m_root); });
    };
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/drain", m_root).status, 202U);
    auto overtaken = resume();
    QTRY_VERIFY(m_slow.isAsked());
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/drain", m_root, R"({"seconds":9})").status, 202U);
    m_slow.answer();  // that the ports are open: they have been closed since
    QVERIFY(overtaken.get().json["phase"] == "draining");
    QCOMPARE(phase(), std::string("draining"));
    QCOMPARE(get("/readyz").status, 503U);

    auto last = resume();
    QTRY_VERIFY(m_slow.isAsked());
    m_slow.answer();
    QVERIFY(last.get().json["phase"] == "serving");
    QCOMPARE(phase(), std::string("serving"));
  }

  void onlyAdministratorsDrain() {
    for (const auto& token : {std::string(), m_olga}) {
      const unsigned expected = token.empty() ? 401 : 403;
      QCOMPARE(m_gateway->call(Verb::get, "/gateway/drain", token).status, expected);
      QCOMPARE(m_gateway->call(Verb::post, "/gateway/drain", token, "{}").status, expected);
      QCOMPARE(m_gateway->call(Verb::post, "/gateway/resume", token).status, expected);
    }
    QVERIFY(m_gateway->mqtt.drains().empty());
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/drain", m_root, R"({"seconds":4000})").status, 400U);
    QCOMPARE(phase(), std::string("serving"));
  }

  void endsTheProgramOnce() {
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/drain", m_root, R"({"thenEnd":true})").status, 400U);
    QCOMPARE(phase(), std::string("serving"));
    std::atomic<int> ended = 0;
    restart(MetricsAccess::token, [&] { ++ended; });
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/drain", m_root, R"({"thenEnd":true})").status, 202U);
    QTest::qWait(400);
    QCOMPARE(ended.load(), 0);
    m_gateway->mqtt.connections = 0;
    QTRY_COMPARE(ended.load(), 1);
    QCOMPARE(m_gateway->call(Verb::post, "/gateway/resume", m_root).status, 409U);
    QTest::qWait(400);
    QCOMPARE(ended.load(), 1);
    m_gateway->control.reset();
  }
};

QTEST_GUILESS_MAIN(TestHttpOperations)
#include "tst_http_operations.moc"
