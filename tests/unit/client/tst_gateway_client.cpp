#include "gateway/api/json_codec.h"
#include "gateway/api/live_frame.h"
#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/client_errc.h"
#include "ui/client/gateway_client.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

using namespace carport;
using namespace carport::ui;

namespace {

GatewayClient::Settings quick() {
  GatewayClient::Settings settings;
  settings.reconnect.first = Milliseconds(5);
  settings.reconnect.longest = Milliseconds(20);
  settings.requestTimeout = Milliseconds(3'000);
  settings.seed = 1;
  return settings;
}

QByteArray bytes(const nlohmann::json& json) {
  return QByteArray::fromStdString(json.dump());
}

}  // namespace

class TestGatewayClient : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { qRegisterMetaType<ConnectionState>(); }

  void init() {
    m_gateway = std::make_unique<TinyGateway>();
    QVERIFY(m_gateway->listen());
    m_client = std::make_unique<GatewayClient>(quick());
  }
  void cleanup() {
    m_client.reset();
    m_gateway.reset();
  }

  void connectsAndSaysWhatItWantsToHear() {
    QSignalSpy refresh(m_client.get(), &GatewayClient::refreshNeeded);
    attach();
    QCOMPARE(refresh.count(), 1);
    QCOMPARE(QString::fromStdString(m_client->self().id), QString("ann"));
    QVERIFY(m_client->connectionSentence().contains("127.0.0.1"));
    QCOMPARE(m_gateway->requests.first().headers.value("authorization"), QByteArray("Bearer secret"));
    QTRY_VERIFY(!m_gateway->liveTexts.isEmpty());
    const auto watch = nlohmann::json::parse(m_gateway->liveTexts.last().toStdString()).at("watch");
    QVERIFY(watch.at("positions").get<bool>() && watch.at("status").get<bool>());
  }

  void asksForSignInInsteadOfTryingForEver() {
    m_gateway->answers["GET /api/v2/session"] = {401, R"({"kind":"unauthenticated","detail":"This token has ended"})"};
    m_client->connectWithToken(m_gateway->url(), "old");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::needsSignIn);
    QVERIFY(m_client->connectionSentence().contains("This token has ended"));
    QTest::qWait(100);
    QCOMPARE(m_gateway->requests.size(), 1);
  }

  void givesUpOnWhatIsNoGateway() {
    m_gateway->answers["GET /api/v2/session"] = {200, "<html>It works!</html>", "text/html"};
    m_client->connectWithToken(m_gateway->url(), "t");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::failed);
    QVERIFY(m_client->connectionSentence().contains("not a Carport gateway"));
  }

  void refusesAddressesThatAreNone_data() {
    QTest::addColumn<QString>("address");
    for (const char* address : {"", "gateway:8080", "ftp://gateway", "http://", "not an address"})
      QTest::newRow(address) << address;
  }
  void refusesAddressesThatAreNone() {
    QFETCH(QString, address);
    m_client->connectWithToken(QUrl(address), "t");
    QCOMPARE(m_client->connectionState(), ConnectionState::failed);
    QVERIFY(m_client->connectionSentence().contains("http://"));
  }

  void comesBackByItselfSubscribesAndRefreshes() {
    attach();
    QSignalSpy refresh(m_client.get(), &GatewayClient::refreshNeeded);
    QVERIFY(m_client->watchCarState(PrincipalNumber{42}));
    QVERIFY(!m_client->silence());
    const quint16 port = m_gateway->port();
    m_gateway->stop();
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::waiting);
    QVERIFY(m_client->silence());
    QVERIFY(m_client->connectionSentence().contains("trying again"));
    m_gateway->liveTexts.clear();
    QVERIFY(m_gateway->listen(port));
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::connected);
    QVERIFY(!m_client->silence());
    QCOMPARE(refresh.count(), 1);
    QTRY_VERIFY(m_gateway->liveTexts.join(' ').contains("\"states\":[42]"));
  }

  void signsInWithAPasswordThatItDoesNotKeep() {
    m_gateway->answers["POST /api/v2/session"] = {
        200, R"({"token":"fresh","expiresAt":9999999999999,"mustChangePassword":true,"principal":)" +
                 TinyGateway::principal() + "}"};
    m_client->connectWithPassword(m_gateway->url(), "ann", "pass word");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::connected);
    QVERIFY(m_client->mustChangePassword());
    QVERIFY(!m_gateway->requests.first().headers.contains("authorization"));
    m_gateway->answers["GET /api/v2/session"] = {401, {}};
    m_gateway->live->abort();
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::needsSignIn);
    QCOMPARE(m_gateway->requests.last().headers.value("authorization"), QByteArray("Bearer fresh"));
  }

  void saysWhyASignInFailed() {
    m_gateway->answers["POST /api/v2/session"] = {401,
                                                  R"({"kind":"unauthenticated","detail":"Wrong name or password"})"};
    m_client->connectWithPassword(m_gateway->url(), "ann", "wrong");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::needsSignIn);
    QVERIFY(m_client->connectionSentence().contains("Wrong name or password"));
  }

  void saysThatACodeIsNeededAndSendsIt() {
    m_gateway->answers["POST /api/v2/session"] = {401, R"({"kind":"codeNeeded","detail":"Say the code"})"};
    m_client->connectWithPassword(m_gateway->url(), "ann", "pass word");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::needsSignIn);
    QVERIFY(m_client->needsCode());
    QVERIFY(!m_gateway->requests.last().body.contains("code"));
    m_gateway->answers["POST /api/v2/session"] = {
        200, R"({"token":"fresh","expiresAt":9999999999999,"mustChangePassword":false,"principal":)" +
                 TinyGateway::principal() + "}"};
    m_client->connectWithPassword(m_gateway->url(), "ann", "pass word", "123456");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::connected);
    QVERIFY(!m_client->needsCode());
    const auto signIn = std::find_if(m_gateway->requests.rbegin(), m_gateway->requests.rend(), [](const auto& request) {
      return request.path == "/api/v2/session" && request.method == "POST";
    });
    QVERIFY(signIn != m_gateway->requests.rend() && signIn->body.contains(R"("code":"123456")"));
  }

  void handsOnWhatChanges() {
    attach();
    QSignalSpy status(m_client.get(), &GatewayClient::statusReceived);
    QSignalSpy cars(m_client.get(), &GatewayClient::carsChanged);
    std::vector<api::CarPosition> got;
    connect(m_client.get(), &GatewayClient::positionsReceived, this,
            [&](const std::vector<api::CarPosition>& positions) { got = positions; });
    api::CarPosition position;
    position.car = PrincipalNumber{7};
    position.latitude = 50.8;
    position.longitude = 4.3;
    position.activity = api::Activity::driving;
    const std::string frame = api::encodeLiveFrame(std::span(&position, 1));
    m_gateway->live->sendBinaryMessage(QByteArray::fromStdString(frame));
    api::GatewayStatus now;
    now.version = "9";
    now.now = SystemClock().now() + std::chrono::hours(1);
    m_gateway->live->sendTextMessage(QString::fromUtf8(bytes({{"type", "status"}, {"status", api::toJson(now)}})));
    m_gateway->live->sendTextMessage(R"({"type":"cars"})");
    QTRY_COMPARE(cars.count(), 1);
    QCOMPARE(status.count(), 1);
    QCOMPARE(got.size(), std::size_t(1));
    QCOMPARE(got.front().car.value, 7U);
    QVERIFY(m_client->clockOffset() > std::chrono::minutes(59));
  }

  void survivesGarbageOnTheLiveConnection() {
    attach();
    QSignalSpy complaints(m_client.get(), &GatewayClient::gatewayComplained);
    for (const char* text : {"", "{", "[]", "5", R"({"type":5})", R"({"type":"event"})",
                             R"({"type":"status","status":[]})", R"({"type":"state","state":{"position":{}}})"}) {
      m_gateway->live->sendTextMessage(text);
    }
    m_gateway->live->sendBinaryMessage("CPL1");
    m_gateway->live->sendBinaryMessage(QByteArray("CPL1\xff\xff\xff\xff", 8));
    m_gateway->live->sendTextMessage(R"({"type":"somethingNew"})");
    m_gateway->live->sendTextMessage(R"({"type":"error","message":"too many cars asked for"})");
    QTRY_COMPARE(complaints.count(), 11);
    QCOMPARE(complaints.last().first().toString(), QString("too many cars asked for"));
    QCOMPARE(m_client->connectionState(), ConnectionState::connected);
  }

  void answersAreTyped() {
    attach();
    m_gateway->answers["GET /api/v2/cars"] = {
        200,
        R"({"cars":[{"number":3,"id":"c3","name":"","type":"device","blocked":false,"groups":["north"],"createdAt":5,
                 "position":{"time":7,"lat":1.5,"lon":2.5,"activity":"driving","connected":true}}]})"};
    std::optional<Result<std::vector<Car>>> got;
    m_client->cars().then(this, [&](const Result<std::vector<Car>>& cars) { got = cars; });
    QVERIFY(!got);
    QTRY_VERIFY(got);
    QVERIFY(got->has_value());
    QCOMPARE((*got)->size(), std::size_t(1));
    QCOMPARE((*got)->front().position->car.value, 3U);
  }

  void readsHistoryAsCborAndOffTheGuiThread() {
    attach();
    nlohmann::json points = nlohmann::json::array();
    for (int i = 0; i < 5000; ++i) points.push_back({i, 0.0, 2.0, 1.0, 1.5, 3});
    const nlohmann::json history{{"exact", false}, {"series", {{{"metric", "speed"}, {"points", points}}}}};
    const auto cbor = nlohmann::json::to_cbor(history);
    m_gateway->answers["GET /api/v2/cars/a%20b%2F%C3%BC/history"] = {
        200, QByteArray(reinterpret_cast<const char*>(cbor.data()), qsizetype(cbor.size())), "application/cbor"};
    api::HistoryQuery query;
    query.metrics = {"speed", "a&b=c+d"};
    query.to = fromMs(99);
    std::optional<Result<api::History>> got;
    m_client->history(QString::fromUtf8("a b/\xc3\xbc"), query).then(this, [&](const Result<api::History>& h) {
      got = h;
    });
    QTRY_VERIFY(got);
    QVERIFY2(got->has_value(), got->has_value() ? "" : got->error().message().c_str());
    QCOMPARE((*got)->series.front().points.size(), std::size_t(5000));
    const QByteArray path = m_gateway->requests.last().path;
    QVERIFY2(path.contains("metric=speed&metric=a%26b%3Dc%2Bd"), path.constData());
  }

  void handsOnSentencesOfTheGateway() {
    attach();
    m_gateway->answers["POST /api/v2/cars/c1/commands"] = {403,
                                                           R"({"kind":"denied","detail":"Ann may not command c1"})"};
    std::optional<Result<api::Command>> got;
    m_client->sendCommand("c1", {.name = "lock", .arguments = R"({"doors":4})", .expiresAt = fromMs(5)})
        .then(this, [&](const Result<api::Command>& command) { got = command; });
    QTRY_VERIFY(got);
    QVERIFY(got->error().kind() == ErrorKind::denied);
    QCOMPARE(QString::fromStdString(got->error().message()), QString("Ann may not command c1"));
    const auto body = nlohmann::json::parse(m_gateway->requests.last().body.toStdString());
    QCOMPARE(body.at("arguments").at("doors").get<int>(), 4);
    QCOMPARE(body.at("expiresAt").get<int>(), 5);
  }

  void answersThatDoNotFitAreErrors_data() {
    QTest::addColumn<QByteArray>("body");
    for (const char* body : {"", "{}", "[]", "nonsense", R"({"cars":5})", R"({"cars":[{"id":"x"}]})"})
      QTest::newRow(body) << QByteArray(body);
  }
  void answersThatDoNotFitAreErrors() {
    QFETCH(QByteArray, body);
    attach();
    m_gateway->answers["GET /api/v2/cars"] = {200, body};
    std::optional<Result<std::vector<Car>>> got;
    m_client->cars().then(this, [&](const Result<std::vector<Car>>& cars) { got = cars; });
    QTRY_VERIFY(got);
    QVERIFY(!got->has_value());
    QVERIFY(!got->error().message().empty());
  }

  void timesOut() {
    auto settings = quick();
    settings.requestTimeout = Milliseconds(50);
    m_client = std::make_unique<GatewayClient>(settings);
    attach();
    m_gateway->answers["GET /api/v2/gateway"] = {200, {}, {}, true};
    std::optional<Result<api::GatewayStatus>> got;
    m_client->status().then(this, [&](const Result<api::GatewayStatus>& status) { got = status; });
    QTRY_VERIFY(got);
    QVERIFY(got->error().is(ClientErrc::timedOut));
  }

  void followsNoRedirect() {
    attach();
    m_gateway->answers["GET /api/v2/gateway"] = {302, {}};
    std::optional<Result<api::GatewayStatus>> got;
    m_client->status().then(this, [&](const Result<api::GatewayStatus>& status) { got = status; });
    QTRY_VERIFY(got);
    QVERIFY(got->error().is(ClientErrc::notACarportGateway));
  }

  void callsNobodyWhoIsGoneOrHasCancelled() {
    attach();
    m_gateway->answers["GET /api/v2/gateway"] = {200, bytes(api::toJson(api::GatewayStatus{}))};
    int calls = 0;
    auto receiver = std::make_unique<QObject>();
    m_client->status().then(receiver.get(), [&](const Result<api::GatewayStatus>&) { ++calls; });
    receiver.reset();
    Reply<api::GatewayStatus> cancelled = m_client->status();
    cancelled.then(this, [&](const Result<api::GatewayStatus>&) { ++calls; });
    cancelled.cancel();
    QVERIFY(!cancelled.isPending());
    bool answered = false;
    m_client->status().then(this, [&](const Result<api::GatewayStatus>&) { answered = true; });
    QTRY_VERIFY(answered);
    QCOMPARE(calls, 0);
  }

  void refusesWithoutAGatewayAndBeyondItsLimit() {
    std::optional<Result<api::GatewayStatus>> got;
    m_client->status().then(this, [&](const Result<api::GatewayStatus>& status) { got = status; });
    QTRY_VERIFY(got);
    QVERIFY(got->error().is(ClientErrc::notConnected));
    attach();
    m_gateway->answers["GET /api/v2/gateway"] = {200, {}, {}, true};
    for (int i = 0; i < HttpRequester::kMaxPendingRequests; ++i) m_client->status();
    got.reset();
    m_client->status().then(this, [&](const Result<api::GatewayStatus>& status) { got = status; });
    QTRY_VERIFY(got);
    QVERIFY(got->error().is(ClientErrc::tooManyRequests));
  }

  void endsEveryRequestOnDisconnecting() {
    attach();
    m_gateway->answers["GET /api/v2/gateway"] = {200, {}, {}, true};
    std::optional<Result<api::GatewayStatus>> got;
    m_client->status().then(this, [&](const Result<api::GatewayStatus>& status) { got = status; });
    m_client->disconnectFromGateway();
    QVERIFY(got && got->error().is(ClientErrc::cancelled));
    QCOMPARE(m_client->connectionState(), ConnectionState::idle);
    QTest::qWait(60);
    QCOMPARE(m_gateway->liveConnections, 1);
  }

  /// Of another gateway nothing is shown yet that could be old.
  void silenceIsThatOfTheGatewayInQuestion() {
    m_client->connectWithToken(QUrl(QStringLiteral("http://127.0.0.1:1")), "secret");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::waiting);
    QVERIFY(!m_client->silence());
    attach();
    m_client->disconnectFromGateway();
    QVERIFY(m_client->silence());
    m_client->connectWithToken(QUrl(QStringLiteral("http://127.0.0.1:1")), "secret");
    QVERIFY(!m_client->silence());
  }

  void countsWatchersOfAState() {
    attach();
    const PrincipalNumber car{5};
    QVERIFY(m_client->watchCarState(car));
    QVERIFY(m_client->watchCarState(car));
    m_client->unwatchCarState(car);
    QTRY_VERIFY(m_gateway->liveTexts.last().contains("[5]"));
    m_client->unwatchCarState(car);
    QTRY_VERIFY(!m_gateway->liveTexts.last().contains("states"));
    for (std::uint32_t i = 1; i <= LiveWatch::kMaxStates; ++i) QVERIFY(m_client->watchCarState(PrincipalNumber{i}));
    QVERIFY(!m_client->watchCarState(PrincipalNumber{9999}));
  }

 private:
  void attach() {
    m_client->connectWithToken(m_gateway->url(), "secret");
    QTRY_COMPARE(m_client->connectionState(), ConnectionState::connected);
    QTRY_VERIFY(m_gateway->live);
  }

  std::unique_ptr<TinyGateway> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
};

QTEST_GUILESS_MAIN(TestGatewayClient)
#include "tst_gateway_client.moc"
