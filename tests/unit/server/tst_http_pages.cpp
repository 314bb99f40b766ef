#include "gateway/domain/base64.h"
#include "gateway/server/http/encoded.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <future>

using namespace carport;
using namespace carport::test;

/// Lists come in pages, and leave out what is not asked for.
class TestHttpPages : public QObject, protected WithAdministrator {
  Q_OBJECT

 private:
  HttpAnswer get(const std::string& path, const std::string& token = {}) {
    return m_gateway->call(Verb::get, path, token.empty() ? m_token : token);
  }
  static std::string pathOf(const nlohmann::json& next) {
    return next.get<std::string>().substr(std::string("/api/v2").size());
  }
  /// Follows `next` to the end: the sizes of the pages, and what is in them.
  std::pair<std::vector<std::size_t>, nlohmann::json> all(std::string path, const std::string& field,
                                                          const std::string& token = {}) {
    std::vector<std::size_t> sizes;
    nlohmann::json items = nlohmann::json::array();
    while (sizes.size() < 50) {
      const auto answer = get(path, token);
      if (answer.status != 200) return {{}, answer.json};
      sizes.push_back(answer.json[field].size());
      for (const auto& item : answer.json[field]) items.push_back(item);
      if (!answer.json.contains("next")) return {sizes, items};
      if (answer.header("Link") != "<" + answer.json["next"].get<std::string>() + ">; rel=\"next\"") break;
      path = pathOf(answer.json["next"]);
    }
    return {};
  }
  /// With blanks between them.
  QString idsOf(const std::string& path, const std::string& field) {
    QStringList ids;
    const auto answer = get(path);
    for (const auto& item : answer.json[field]) ids.append(QString::fromStdString(item["id"].get<std::string>()));
    return ids.join(' ');
  }
  void storeEvents(int count, bool sameTime) {
    const TimePoint now = m_gateway->clock.now();
    std::vector<api::Event> events;
    for (int i = 0; i < count; ++i) {
      api::Event event;
      event.car = m_gateway->numberOf(i % 2 == 0 ? "car-1" : "car-2");
      event.time = sameTime ? now : now + Milliseconds(i);
      event.arrival = now;
      event.name = i % 3 == 0 ? "door open" : "door shut";
      event.severity = i % 5 == 0 ? api::Severity::alarm : api::Severity::info;
      events.push_back(event);
    }
    std::promise<bool> stored;
    QVERIFY(m_gateway->writer->appendEvents(events, [&](const auto& done) { stored.set_value(done.has_value()); }));
    QVERIFY(stored.get_future().get());
  }

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void carsComeInPages() {
    for (int i = 4; i <= 7; ++i) {
      const std::string body = nlohmann::json{{"id", "car-" + std::to_string(i)}}.dump();
      QCOMPARE(m_gateway->call(Verb::post, "/cars", m_token, body).status, 201U);
    }
    const auto whole = all("/cars", "cars");
    QCOMPARE(whole.first, std::vector<std::size_t>{7});
    const auto parts = all("/cars?limit=3&q=car", "cars");
    QCOMPARE(parts.first, (std::vector<std::size_t>{3, 3, 1}));
    QCOMPARE(parts.second, whole.second);
    // A page that is just full is the last one.
    QCOMPARE(all("/cars?limit=7", "cars").first, std::vector<std::size_t>{7});
    // What comes and goes between two pages moves nothing.
    const auto first = get("/cars?limit=3").json;
    QCOMPARE(m_gateway->call(Verb::delete_, "/cars/car-1", m_token).status, 204U);
    QCOMPARE(get(pathOf(first["next"])).json["cars"][0]["id"].get<std::string>(), std::string("car-4"));
  }

  void carsAreFiltered() {
    QCOMPARE(m_gateway->call(Verb::post, "/principals", m_token, R"({"type":"group","id":"vans"})").status, 201U);
    QCOMPARE(m_gateway->call(Verb::patch, "/cars/car-2", m_token, R"({"groups":["vans"],"name":"Blue Van"})").status,
             200U);
    QCOMPARE(m_gateway->call(Verb::patch, "/cars/car-3", m_token, R"({"blocked":true})").status, 200U);
    m_gateway->sample("car-1", 48.0, 11.0, 50.0);
    QTRY_COMPARE(idsOf("/cars?state=driving", "cars"), QString("car-1"));
    QCOMPARE(idsOf("/cars?q=blue", "cars"), QString("car-2"));
    QCOMPARE(idsOf("/cars?q=CAR-3", "cars"), QString("car-3"));
    QCOMPARE(idsOf("/cars?group=vans", "cars"), QString("car-2"));
    QCOMPARE(idsOf("/cars?group=nobody", "cars"), QString(""));
    QCOMPARE(idsOf("/cars?blocked=true", "cars"), QString("car-3"));
    QCOMPARE(idsOf("/cars?blocked=false&q=car", "cars"), QString("car-1 car-2"));
    QCOMPARE(idsOf("/cars?connected=true", "cars"), QString(""));
    for (const char* bad : {"state=flying", "blocked=yes", "connected=1", "limit=0", "limit=50001", "limit=x"}) {
      const auto refused = get(std::string("/cars?") + bad);
      QCOMPARE(refused.status, 400U);
      const std::string name(bad, std::string(bad).find('='));
      QCOMPARE(refused.json["errors"][0]["parameter"].get<std::string>(), name);
    }
    // The filters stay with the next page.
    const auto first = get("/cars?limit=1&blocked=false").json;
    QVERIFY(first["next"].get<std::string>().find("blocked=false") != std::string::npos);
  }

  void pagesDoNotTellOfWhatMayNotBeSeen() {
    QCOMPARE(m_gateway
                 ->call(Verb::post, "/permissions", m_token,
                        R"({"priority":1,"who":"principal:vera","about":"principal:car-2","allow":false})")
                 .status,
             201U);
    const std::string vera = m_gateway->tokenFor("vera");
    QTRY_VERIFY(m_gateway->knowsToken(vera));
    const auto pages = all("/cars?limit=1", "cars", vera);
    QCOMPARE(pages.first, (std::vector<std::size_t>{1, 1}));
    storeEvents(10, false);
    const auto events = all("/events?limit=2", "events", vera);
    QCOMPARE(events.second.size(), std::size_t(5));
    for (const auto& event : events.second) QCOMPARE(event["carId"].get<std::string>(), std::string("car-1"));
  }

  void eventsOfTheSameMomentAreNotLost_data() {
    QTest::addColumn<bool>("sameTime");
    QTest::newRow("one after the other") << false;
    QTest::newRow("all at once") << true;
  }
  void eventsOfTheSameMomentAreNotLost() {
    QFETCH(bool, sameTime);
    storeEvents(25, sameTime);
    const auto whole = all("/events", "events");
    QCOMPARE(whole.second.size(), std::size_t(25));
    const auto parts = all("/events?limit=4", "events");
    QCOMPARE(parts.first.size(), std::size_t(7));
    QCOMPARE(parts.second, whole.second);
    QCOMPARE(all("/cars/car-1/events?limit=5", "events").second.size(), std::size_t(13));
    QCOMPARE(all("/events?name=door%20open&limit=2", "events").second.size(), std::size_t(9));
    QCOMPARE(all("/events?severity=alarm&limit=2", "events").second.size(), std::size_t(5));
    QCOMPARE(get("/events?severity=loud").status, 400U);
    // A period holds on the pages behind the first as well.
    const auto newest = std::to_string(whole.second.front()["time"].get<std::int64_t>());
    QCOMPARE(all("/events?limit=3&from=" + newest, "events").second.size(), std::size_t(sameTime ? 25 : 1));
  }

  void commandsComeInPages() {
    for (int i = 0; i < 7; ++i) {
      const std::string body = i % 2 == 0 ? R"({"name":"lock"})" : R"({"name":"honk"})";
      QCOMPARE(m_gateway->call(Verb::post, "/cars/car-1/commands", m_token, body).status, 201U);
    }
    const auto whole = all("/commands", "commands");
    QCOMPARE(whole.second.size(), std::size_t(7));
    const auto parts = all("/cars/car-1/commands?limit=3", "commands");
    QCOMPARE(parts.first, (std::vector<std::size_t>{3, 3, 1}));
    QCOMPARE(parts.second, whole.second);
    QCOMPARE(all("/commands?limit=2&name=honk", "commands").second.size(), std::size_t(3));
    QCOMPARE(all("/commands?state=done", "commands").second.size(), std::size_t(0));
    QCOMPARE(get("/commands?state=gone").status, 400U);
  }

  void principalsRulesAndTokensComeInPages() {
    QCOMPARE(m_gateway->call(Verb::post, "/principals", m_token, R"({"type":"group","id":"vans"})").status, 201U);
    const auto principals = all("/principals", "principals");
    QCOMPARE(principals.second.size(), std::size_t(7));
    QCOMPARE(all("/principals?limit=2", "principals").second, principals.second);
    QCOMPARE(all("/principals?limit=1&type=user", "principals").second.size(), std::size_t(3));
    QCOMPARE(idsOf("/principals?role=viewer", "principals"), QString("vera"));
    QCOMPARE(idsOf("/principals?q=LGA", "principals"), QString("olga"));
    const auto rules = all("/permissions", "rules");
    QVERIFY(rules.second.size() > 4);
    QCOMPARE(all("/permissions?limit=2", "rules").second, rules.second);
    QVERIFY(all("/permissions?q=role:viewer", "rules").second.size() < rules.second.size());
    for (int i = 0; i < 4; ++i) QCOMPARE(m_gateway->call(Verb::post, "/tokens", m_token, "{}").status, 201U);
    QCOMPARE(all("/tokens?limit=2", "tokens").first, (std::vector<std::size_t>{2, 2, 1}));
  }

  void theLogComesInPagesNewestFirst() {
    const TimePoint now = m_gateway->clock.now();
    for (int i = 0; i < 9; ++i) {
      m_gateway->recent->add({now + Milliseconds(i / 4), LogLevel::info, "test", "line " + std::to_string(i)});
    }
    std::vector<std::string> lines;
    std::string path = "/log?limit=2";
    while (lines.size() < 9 && !path.empty()) {
      const auto answer = get(path).json;
      std::vector<std::string> texts;
      for (const auto& entry : answer["entries"]) texts.push_back(entry["text"].get<std::string>());
      lines.insert(lines.begin(), texts.begin(), texts.end());
      path = answer.contains("next") ? pathOf(answer["next"]) : std::string();
    }
    QVERIFY(lines.size() >= 9);
    for (std::size_t i = 0; i < 9; ++i) QCOMPARE(lines[lines.size() - 9 + i], "line " + std::to_string(i));
  }

  void aCursorIsOfItsListAlone() {
    const auto cursor = [&](const std::string& path) {
      const auto next = get(path).json["next"].get<std::string>();
      return next.substr(next.find("cursor=") + 7);
    };
    const std::string ofCars = cursor("/cars?limit=1");
    QCOMPARE(get("/cars?cursor=" + ofCars).status, 200U);
    for (const std::string& bad :
         {std::string("nonsense"), std::string("%00"), ofCars + "A", toBase64Url("/cars"), toBase64Url("/cars\n1\n2"),
          toBase64Url("/cars-of-another"), std::string(5000, 'A'), cursor("/principals?limit=1")}) {
      const auto refused = get("/cars?cursor=" + bad);
      QCOMPARE(refused.status, 400U);
      QCOMPARE(refused.json["errors"][0]["parameter"].get<std::string>(), std::string("cursor"));
    }
    QCOMPARE(get("/tokens?cursor=" + ofCars).status, 400U);
    QCOMPARE(get("/cars?cursor=").status, 400U);
  }

  void whatIsNoAddressIsPercentEncoded() { QCOMPARE(percentEncoded("a b/ä&"), std::string("a%20b%2F%C3%A4%26")); }
};

QTEST_GUILESS_MAIN(TestHttpPages)
#include "tst_http_pages.moc"
