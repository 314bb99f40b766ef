#include "gateway/api/json_codec.h"
#include "gateway/api/message_filter.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <string>

using namespace carport::api;

class TestMessageFilter : public QObject {
  Q_OBJECT

 private slots:
  void isReadAndWritten_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("written");
    const auto row = [](const char* text, const char* written) { QTest::newRow(text) << text << written; };
    row(R"(topic="a/+/+")", R"(topic = "a/+/+")");
    row("  payload.soc<20   and payload.a-b.c_d != \"x\\\"y\\\\\"  ",
        "payload.soc < 20 and payload.a-b.c_d != \"x\\\"y\\\\\"");
    row(R"(payload.x = true and payload.y = false and payload.z = null)",
        R"(payload.x = true and payload.y = false and payload.z = null)");
    row(R"(payload.x >= -1.5e3)", R"(payload.x >= -1500)");
    row(R"(payload.x <=0)", R"(payload.x <= 0)");
    row(R"({"type":"_x","body.n":{"$gt":2}})", R"({"type":"_x","body.n":{"$gt":2}})");
    row(R"(payload.and = 1 and payload.topic = 2)", R"(payload.and = 1 and payload.topic = 2)");
  }
  void isReadAndWritten() {
    QFETCH(QString, text);
    QFETCH(QString, written);
    const auto filter = MessageFilter::parse(text.toStdString());
    QVERIFY2(filter.has_value(), filter ? "" : filter.error().message().c_str());
    QCOMPARE(QString::fromStdString(filter->toString()), written);
    QVERIFY(*MessageFilter::parse(filter->toString()) == *filter);
  }

  void mistakesAreNamed_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* text, const char* sentence) { QTest::newRow(text) << text << sentence; };
    row("", "At character 1 of the filter 'topic' or 'payload.NAME' is wanted");
    row(R"({"$where":"1"})", "'$where' is not known here");
    row("{", "");
    row("soc < 20", "At character 1 of the filter 'topic' or 'payload.NAME' is wanted");
    row("topics = \"a\"", "'topic' or 'payload.NAME'");
    row("payload < 20", "At character 8 of the filter a full stop and a field's name is wanted");
    row("payload. < 20", "a field's name");
    row("payload.a ~ 1", "one of = != < <= > >=");
    row("payload.a", "one of = != < <= > >=");
    row("payload.a < \"x\"", "At character 13 of the filter a number is wanted");
    row("payload.a < true", "a number is wanted");
    row("payload.a = x", "a number, a text in quotes, true, false or null");
    row("payload.a = nan", "a number, a text in quotes, true, false or null");
    row("payload.a = trueish", "a number, a text in quotes, true, false or null");
    row("payload.a = \"x", "a closing quote");
    row("payload.a = \"x\\", "a closing quote");
    row("payload.a = 1 or payload.b = 2", "'and' or the end");
    row("payload.a = 1 and", "'topic' or 'payload.NAME'");
    row("payload.a = 1 andpayload.b = 2", "'and' or the end");
    row("topic < \"a\"", "= or != behind 'topic'");
    row("topic = a", "a text in quotes");
    row("topic = \"a/#/b\"", "a topic filter");
    row("topic = \"\"", "a topic filter");
  }
  void mistakesAreNamed() {
    QFETCH(QString, text);
    QFETCH(QString, sentence);
    const auto filter = MessageFilter::parse(text.toStdString());
    QVERIFY(!filter.has_value());
    QVERIFY2(QString::fromStdString(filter.error().message()).contains(sentence), filter.error().message().c_str());
  }

  void hasLimits() {
    std::string text = "payload.a = 1";
    for (std::size_t i = 1; i < MessageFilter::kMaxConditions; ++i) text += " and payload.a = 1";
    QVERIFY(MessageFilter::parse(text).has_value());
    QVERIFY(!MessageFilter::parse(text + " and payload.a = 1").has_value());
    QVERIFY(!MessageFilter::parse("payload.a = \"" + std::string(kMaxRuleFilterBytes, 'x') + '"').has_value());
  }

  void rulesHaveConditionsOnlyWhereTheyMeanSomething_data() {
    QTest::addColumn<QString>("fields");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* fields, const char* sentence) { QTest::newRow(fields) << fields << sentence; };
    row(R"("action":"command","command":"unlock")", "");
    row(R"("action":"command","filter":"payload.arguments.level < 3")", "");
    row("\"action\":\"subscribe\",\"filter\":\"topic = \\\"a/+\\\"\"", "");
    row(R"("validFrom":1,"expiresAt":2)", "");
    row(R"("organisation":"acme")", "");
    row(R"("action":"view","command":"unlock")", "'command'");
    row(R"("command":"unlock")", "'command'");
    row(R"("filter":"payload.a = 1")", "'filter'");
    row(R"("action":"administer","filter":"payload.a = 1")", "'filter'");
    row(R"("action":"send","filter":"a = 1")", "At character 1 of the filter");
    row(R"("validFrom":2,"expiresAt":2)", "'validFrom'");
    row(R"("organisation":"Acme")", "'organisation'");
  }
  void rulesHaveConditionsOnlyWhereTheyMeanSomething() {
    QFETCH(QString, fields);
    QFETCH(QString, sentence);
    const auto rule =
        fromJson<Rule>(nlohmann::json::parse(R"({"who":"*","about":"*","allow":true,)" + fields.toStdString() + "}"));
    QCOMPARE(rule.has_value(), sentence.isEmpty());
    if (!rule)
      QVERIFY2(QString::fromStdString(rule.error().message()).contains(sentence), rule.error().message().c_str());
  }
};

QTEST_GUILESS_MAIN(TestMessageFilter)
#include "tst_message_filter.moc"
