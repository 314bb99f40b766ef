#include "gateway/api/api_errc.h"
#include "gateway/api/embedded_json.h"
#include "gateway/api/json_codec.h"

#include <QtTest>

#include <nlohmann/json.hpp>

using namespace carport;
using namespace carport::api;

namespace {

Principal principal() {
  Principal value;
  value.number = PrincipalNumber{7};
  value.id = "car-7";
  value.name = "Zoë’s car";
  value.role = kOperatorRole;
  value.blocked = true;
  value.groups = {"vans", "north"};
  value.createdAt = fromMs(1'700'000'000'123);
  return value;
}

Rule rule() {
  Rule value;
  value.number = RuleNumber{12};
  value.priority = -5;
  value.who = *Selector::parse("role:operator");
  value.about = *Selector::parse("group:vans");
  value.organisation = "acme";
  value.action = Action::command;
  value.command = "unlock";
  value.filter = R"(payload.arguments.doors <= 4)";
  value.allow = true;
  value.validFrom = fromMs(1'700'000'000'000);
  value.expiresAt = fromMs(1'800'000'000'000);
  value.note = "for the night shift";
  return value;
}

Command command() {
  Command value;
  value.id = "01HF0000000000000000000000";
  value.car = PrincipalNumber{7};
  value.issuedBy = PrincipalNumber{2};
  value.name = "lock";
  value.arguments = R"({"doors":4})";
  value.state = CommandState::failed;
  value.createdAt = fromMs(1);
  value.changedAt = fromMs(2);
  value.expiresAt = fromMs(3);
  value.result = R"({"message":"no power"})";
  return value;
}

Event someEvent() {
  Event value;
  value.number = EventNumber{99};
  value.car = PrincipalNumber{7};
  value.time = fromMs(10);
  value.arrival = fromMs(11);
  value.name = "battery low";
  value.severity = Severity::alarm;
  value.active = false;
  value.message = "12 V";
  value.data = R"({"name":"battery low","volts":11.5})";
  return value;
}

CarState carState() {
  CarState value;
  value.position = {PrincipalNumber{7}, fromMs(5), 48.1, -11.5, 50.5F, 359.0F, Activity::driving, true};
  value.arrival = fromMs(6);
  value.metrics["soc"] = {81.5, fromMs(4)};
  value.attributes["driver"] = {std::string("Ann"), fromMs(3)};
  value.attributes["locked"] = {true, fromMs(2)};
  value.activeAlarms = {"battery low"};
  value.refusals = {{fromMs(1), "lat", "out of range"}};
  return value;
}

template <class T>
void expectSame(const T& value) {
  const auto text = toText(toJson(value));
  const auto back = fromJson<T>(*parseJson(text));
  QVERIFY2(back.has_value(), back ? "" : back.error().message().c_str());
  QVERIFY(*back == value);
}

template <class T>
std::string failureOf(const nlohmann::json& json) {
  const auto read = fromJson<T>(json);
  return read ? std::string() : read.error().message();
}

/// Each field of `json` made wrong in turn: the failure has to name it.
template <class T>
void expectEachBadFieldNamed(const nlohmann::json& json) {
  for (const auto& [name, value] : json.items()) {
    nlohmann::json bad = json;
    bad[name] = value.is_array() || value.is_object() ? nlohmann::json(1) : nlohmann::json::array({1});
    const auto message = failureOf<T>(bad);
    QVERIFY2(message.find("'" + name + "'") != std::string::npos, (name + ": " + message).c_str());
  }
}

}  // namespace

class TestJsonCodec : public QObject {
  Q_OBJECT

 private slots:
  void everythingComesBackAsItWas() {
    expectSame(principal());
    expectSame(TokenInfo{3, PrincipalNumber{2}, "script", fromMs(1), fromMs(2)});
    expectSame(TokenInfo{3, PrincipalNumber{2}, "", fromMs(1), std::nullopt});
    expectSame(rule());
    expectSame(Rule{});
    expectSame(command());
    expectSame(someEvent());
  }

  void aCommandsResultMayBePlainText() {
    Command value = command();
    value.result = "the car is gone";
    expectSame(value);
    value.result.clear();
    expectSame(value);
    QVERIFY(!toJson(value).contains("result"));
  }

  void statesComeBackWithoutWhatIsUnknown() {
    const auto json = toJson(carState());
    const auto back = fromJson<CarState>(json);
    QVERIFY(back.has_value());
    QCOMPARE(toJson(*back), json);
    QVERIFY(std::get<bool>(back->attributes.at("locked").value));
    QCOMPARE(json["position"]["car"].get<int>(), 7);
    const auto nothing = toJson(CarPosition{});
    QVERIFY(!nothing.contains("lat") && !nothing.contains("speed") && !nothing.contains("heading"));
    QVERIFY(!fromJson<CarPosition>(nothing)->hasFix());
  }

  void carsCarryPositionOrState() {
    const Car car{principal(), carState().position, std::nullopt};
    const auto back = fromJson<Car>(toJson(car));
    QVERIFY(back.has_value());
    QCOMPARE(back->position->car, car.principal.number);
    QVERIFY(!back->state.has_value());
    QVERIFY(fromJson<Car>(toJson(Car{principal(), std::nullopt, carState()}))->state.has_value());
  }

  void historyStatusDecisionAndLogComeBack() {
    History history;
    history.exact = true;
    history.series = {{"speed", {{fromMs(1), 0.5, 2, 1, 1.5, 3}, {fromMs(9), 4, 4, 4, 4, 1}}}, {"soc", {}}};
    const auto read = fromJson<History>(toJson(history));
    QVERIFY(read.has_value() && read->exact && read->series == history.series);
    GatewayStatus status;
    status.version = "1.2.3";
    status.messagesPerSecond = 12.5;
    status.storedBytes = 1ULL << 40;
    status.trouble = "The disk is full";
    QCOMPARE(toJson(*fromJson<GatewayStatus>(toJson(status))), toJson(status));
    const Decision decision{true, true, rule(), {{Rule{}, "it is about cars"}}, "because"};
    QCOMPARE(toJson(*fromJson<Decision>(toJson(decision))), toJson(decision));
    const LogEntry entry{fromMs(1), LogLevel::warning, "mqtt", "text"};
    QCOMPARE(toJson(*fromJson<LogEntry>(toJson(entry))), toJson(entry));
  }

  void eachBadFieldIsNamed() {
    expectEachBadFieldNamed<Principal>(toJson(principal()));
    expectEachBadFieldNamed<TokenInfo>(toJson(TokenInfo{3, PrincipalNumber{2}, "a", fromMs(1), fromMs(2)}));
    expectEachBadFieldNamed<Rule>(toJson(rule()));
    expectEachBadFieldNamed<Decision>(toJson(Decision{true, true, rule(), {{rule(), "why"}}, "x"}));
    auto json = toJson(command());
    json.erase("result");  // anything will do there
    expectEachBadFieldNamed<Command>(json);
    expectEachBadFieldNamed<Event>(toJson(someEvent()));
    expectEachBadFieldNamed<CarState>(toJson(carState()));
    expectEachBadFieldNamed<GatewayStatus>(toJson(GatewayStatus{}));
    expectEachBadFieldNamed<LogEntry>(toJson(LogEntry{}));
    expectEachBadFieldNamed<History>(toJson(History{}));
  }

  void limitsAndMissingFieldsAreTold() {
    auto json = toJson(principal());
    json["number"] = 4'294'967'296;
    QVERIFY(failureOf<Principal>(json).find("'number'") != std::string::npos);
    json["number"] = -1;
    QVERIFY(failureOf<Principal>(json).find("'number'") != std::string::npos);
    json = toJson(principal());
    json["id"] = ".hidden";
    QVERIFY(failureOf<Principal>(json).find("'id'") != std::string::npos);
    json.erase("id");
    QVERIFY(fromJson<Principal>(json).error().is(ApiErrc::missingField));
    json = toJson(rule());
    json["priority"] = 3'000'000'000;
    QVERIFY(failureOf<Rule>(json).find("'priority'") != std::string::npos);
    json = toJson(command());
    json["arguments"]["x"] = std::string(kMaxCommandArgumentsBytes, 'x');
    QVERIFY(failureOf<Command>(json).find("'arguments'") != std::string::npos);
    QVERIFY(!fromJson<Rule>(nlohmann::json::array()).has_value());
  }

  void textIsReadWithALimitOnDepth() {
    QVERIFY(parseJson("[" + std::string(kMaxJsonDepth - 1, '[') + std::string(kMaxJsonDepth, ']')).has_value());
    const auto deep = parseJson(std::string(kMaxJsonDepth + 1, '[') + std::string(kMaxJsonDepth + 1, ']'));
    QVERIFY(!deep.has_value() && deep.error().is(ApiErrc::badJson));
    const std::string brackets = "\"" + std::string(100, '[') + "\"";
    QVERIFY(parseJson(brackets).has_value());  // inside text they mean nothing
    for (const char* bad : {"", "{", "nul", "[1,]", "1e999", "\"\xff\""}) QVERIFY(!parseJson(bad).has_value());
    for (const std::string_view ended : {std::string_view("[]\0", 3), std::string_view("{\"a\":1}\0{}", 10)}) {
      QVERIFY(!parseJson(ended).has_value());
      QVERIFY(parseEmbedded(ended).is_discarded());
    }
    QCOMPARE(toText(nlohmann::json("\xff")), std::string("\"\xEF\xBF\xBD\""));
  }
  void whatOthersWroteLeavesListsReadable() {
    const auto nested = [](std::size_t levels) {
      return R"({"a":)" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
    };
    for (const std::size_t levels : {kMaxEmbeddedDepth, kMaxEmbeddedDepth + 1, std::size_t{8000}}) {
      const bool isTold = levels <= kMaxEmbeddedDepth;
      Event event;
      event.name = "x";
      event.data = nested(levels);
      nlohmann::json state;
      state["alarms"].push_back(toJson(event));
      const auto cars = parseJson(toText({{"cars", {{{"state", state}}}}}));
      QVERIFY(cars.has_value());
      QCOMPARE(cars->at("cars")[0]["state"]["alarms"][0]["data"].empty(), !isTold);
      Command answered = command();
      answered.result = nested(levels);
      const auto commands = parseJson(toText({{"commands", {toJson(answered)}}}));
      QVERIFY(commands.has_value());
      QCOMPARE(commands->at("commands")[0]["result"].is_object(), isTold);
      QVERIFY(isTold || commands->at("commands")[0]["result"] == answered.result);
    }
  }
  void aNameThatComesTwiceIsRefusedWhereOneAsks() {
    const char* const twice[] = {R"({"a":1,"a":2})", R"({"a":1,"b":{"c":[]},"\u0061":2})", R"([{"x":{"a":1,"a":1}}])",
                                 R"({"":1,"":2})"};
    for (const char* text : twice) {
      QVERIFY(parseJson(text).has_value());
      const auto refused = parseJson(text, RepeatedNames::refused);
      QVERIFY2(!refused && refused.error().is(ApiErrc::badJson), text);
    }
    const char* const once[] = {R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})", "{}", "[]", "7", R"(["a","a"])"};
    for (const char* text : once) {
      const auto read = parseJson(text, RepeatedNames::refused);
      QVERIFY2(read.has_value(), text);
      QCOMPARE(*read, *parseJson(text));
    }
    QVERIFY(!parseJson("{", RepeatedNames::refused).has_value());
  }

  void selectorsAreReadAndWritten_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("valid");
    for (const char* good : {"*", "self", "principal:car-1", "group:vans", "role:operator", "type:device",
                             "topic:a/+/c/#", "topic:#", "topic:/a", "role:night-shift", "attribute:depot=Ghent",
                             "attribute:depot=Gh*", "attribute:a=b=c", "organisation:acme", "organisation:*"}) {
      QTest::newRow(good) << good << true;
    }
    for (const char* bad : {"",
                            "**",
                            "Self",
                            "principal:",
                            "principal:a b",
                            "principal:.x",
                            "role:none",
                            "role:kings and queens",
                            "attribute:=x",
                            "attribute:a",
                            "attribute:a=",
                            "attribute:a=*x",
                            "organisation:Acme",
                            "organisation:",
                            "type:robot",
                            "topic:",
                            "topic:a#",
                            "topic:#/a",
                            "topic:a+/b",
                            "other:x"}) {
      QTest::newRow(*bad != '\0' ? bad : "nothing") << bad << false;
    }
  }
  void selectorsAreReadAndWritten() {
    QFETCH(QString, text);
    QFETCH(bool, valid);
    const auto selector = Selector::parse(text.toStdString());
    QCOMPARE(selector.has_value(), valid);
    if (valid) QCOMPARE(QString::fromStdString(selector->toString()), text);
    QVERIFY(!Selector::parse("topic:" + std::string(kMaxSelectorBytes, 'x')).has_value());
  }
};

QTEST_GUILESS_MAIN(TestJsonCodec)
#include "tst_json_codec.moc"
