#include "gateway/api/json_codec.h"
#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/client_errc.h"
#include "ui/client/gateway_client.h"
#include "ui/client/http_requester.h"

#include <QSemaphore>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <memory>

using namespace carport;
using namespace carport::ui;

/// Lists that come in parts are put together, whatever goes wrong on the way; a rule is changed only as it was seen.
class TestClientPages : public QObject {
  Q_OBJECT

  std::unique_ptr<TinyGateway> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
  using Cars = Result<std::vector<Car>>;

  static QByteArray page(std::initializer_list<const char*> ids, const char* next = nullptr) {
    nlohmann::json json{{"cars", nlohmann::json::array()}};
    for (const char* id : ids) {
      api::Car car;
      car.principal.number = PrincipalNumber{static_cast<std::uint32_t>(json["cars"].size() + 1)};
      car.principal.id = id;
      json["cars"].push_back(api::toJson(car));
    }
    if (next != nullptr) json["next"] = next;
    return QByteArray::fromStdString(json.dump());
  }
  /// How often cars were asked for.
  qsizetype asked() const {
    return std::count_if(m_gateway->requests.begin(), m_gateway->requests.end(),
                         [](const auto& request) { return request.path.startsWith("/api/v2/cars"); });
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<TinyGateway>();
    QVERIFY(m_gateway->listen());
    m_client = std::make_unique<GatewayClient>();
    m_client->connectWithToken(m_gateway->url(), "secret");
    QTRY_VERIFY(m_client->isConnected());
  }
  void cleanup() {
    m_client.reset();
    m_gateway.reset();
  }

  void partsArePutTogetherInOrder() {
    m_gateway->answers["GET /api/v2/cars"] = {200, page({"a", "b"}, "/api/v2/cars?limit=2&cursor=x%2Fy")};
    m_gateway->answers["GET /api/v2/cars?limit=2&cursor=x%2Fy"] = {200, page({"c", "d"}, "/api/v2/cars?cursor=last")};
    m_gateway->answers["GET /api/v2/cars?cursor=last"] = {200, page({"e"})};
    std::optional<Cars> got;
    m_client->cars().then(this, [&](const Cars& cars) { got = cars; });
    QTRY_VERIFY(got);
    QVERIFY2(got->has_value(), got->has_value() ? "" : got->error().message().c_str());
    std::string ids;
    for (const Car& car : **got) ids += car.principal.id;
    QCOMPARE(ids, std::string("abcde"));
    QCOMPARE(asked(), 3);
    QVERIFY(m_gateway->requests.at(m_gateway->requests.size() - 3).path.contains("limit=50000"));
  }

  void nothingIsToldWhereAPartIsMissing() {
    m_gateway->answers["GET /api/v2/cars"] = {200, page({"a"}, "/api/v2/cars?cursor=x")};
    m_gateway->answers["GET /api/v2/cars?cursor=x"] = {503, R"({"kind":"unavailable","detail":"Not just now"})"};
    std::optional<Cars> got;
    m_client->cars().then(this, [&](const Cars& cars) { got = cars; });
    QTRY_VERIFY(got);
    QVERIFY(!got->has_value());
    QCOMPARE(got->error().message(), std::string("Not just now"));
  }

  void aListWithoutEndIsGivenUp() {
    m_gateway->answers["GET /api/v2/cars"] = {200, page({"a"}, "/api/v2/cars?cursor=again")};
    std::optional<Cars> got;
    m_client->cars().then(this, [&](const Cars& cars) { got = cars; });
    QTRY_VERIFY_WITH_TIMEOUT(got, 20'000);
    QVERIFY(got->error().kind() == ErrorKind::tooLarge);
    QCOMPARE(asked(), HttpRequester::kMaxPages);
  }

  void whatIsBeingDecodedEndsWithTheRest() {
    const QByteArray large(HttpRequester::kDecodeAsideBytes, ' ');
    m_gateway->answers["GET /api/v2/large"] = {200, large};
    QSemaphore begun, mayEnd;
    HttpRequester requester;
    requester.setBaseUrl(m_gateway->url());
    std::optional<Result<int>> got;
    HttpRequest request;
    request.path = "/large";
    requester
        .send<int>(request,
                   [&](const HttpAnswer&) -> Result<int> {
                     begun.release();
                     mayEnd.acquire();
                     return 1;
                   })
        .then(this, [&](const Result<int>& answer) { got = answer; });
    QTRY_COMPARE(begun.available(), 1);
    requester.abortAll();
    mayEnd.release();
    QTRY_VERIFY(got);
    QVERIFY(!got->has_value() && got->error().is(ClientErrc::cancelled));
  }

  void takenBackBetweenTwoPartsNobodyIsCalled() {
    m_gateway->answers["GET /api/v2/cars"] = {200, page({"a"}, "/api/v2/cars?cursor=x")};
    m_gateway->answers["GET /api/v2/cars?cursor=x"] = {200, page({"b"}), "application/json", true};
    int called = 0;
    auto reply = m_client->cars();
    reply.then(this, [&](const Cars&) { ++called; });
    QTRY_COMPARE(asked(), 2);
    QVERIFY(reply.isPending());
    reply.cancel();
    QVERIFY(!reply.isPending());
    QCoreApplication::processEvents();
    QCOMPARE(called, 0);
  }

  void disconnectingEndsItInTheMiddle() {
    m_gateway->answers["GET /api/v2/cars"] = {200, page({"a"}, "/api/v2/cars?cursor=x")};
    m_gateway->answers["GET /api/v2/cars?cursor=x"] = {200, page({"b"}), "application/json", true};
    std::optional<Cars> got;
    m_client->cars().then(this, [&](const Cars& cars) { got = cars; });
    QTRY_COMPARE(asked(), 2);
    m_client->disconnectFromGateway();
    QTRY_VERIFY(got);
    QVERIFY(got->error().is(ClientErrc::cancelled));
  }

  void aRuleIsChangedOnlyAsItWasSeen() {
    api::Rule rule;
    rule.number = RuleNumber{4};
    nlohmann::json listed = api::toJson(rule);
    listed["revision"] = "abc";
    nlohmann::json list;
    list["rules"].push_back(listed);
    m_gateway->answers["GET /api/v2/permissions"] = {200, QByteArray::fromStdString(list.dump())};
    m_gateway->answers["PUT /api/v2/permissions/4"] = {412,
                                                       R"({"kind":"preconditionFailed","detail":"Changed since"})"};
    std::optional<Result<std::vector<api::Rule>>> rules;
    m_client->permissions().then(this, [&](const auto& read) { rules = read; });
    QTRY_VERIFY(rules && rules->has_value());
    std::optional<Result<api::Rule>> changed;
    m_client->changeRule((*rules)->front()).then(this, [&](const auto& answer) { changed = answer; });
    QTRY_VERIFY(changed);
    QCOMPARE(m_gateway->requests.last().headers.value("if-match"), QByteArray("\"abc\""));
    QVERIFY(changed->error().kind() == ErrorKind::conflict);
    QCOMPARE(changed->error().message(), std::string("Changed since"));
    api::Rule unseen = (*rules)->front();
    unseen.revision.clear();
    changed.reset();
    m_client->changeRule(unseen).then(this, [&](const auto& answer) { changed = answer; });
    QTRY_VERIFY(changed);
    QVERIFY(!m_gateway->requests.last().headers.contains("if-match"));
  }

  void fieldsThatAreWrongAreHandedOn() {
    const Error error = errorFromAnswer(
        400, R"({"kind":"invalid","detail":"d","errors":[{"pointer":"/id","detail":"no id"},{"parameter":"q"},5]})");
    QCOMPARE(error.fields().size(), std::size_t(1));
    QVERIFY(error.fields()[0] == (WrongField{"/id", "no id"}));
  }
};

QTEST_GUILESS_MAIN(TestClientPages)
#include "tst_client_pages.moc"
