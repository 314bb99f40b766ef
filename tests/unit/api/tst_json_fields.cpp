#include "gateway/api/json_fields.h"

#include <QtTest>

using namespace carport;
using namespace carport::api;

/// What is wrong with a JSON object is told field by field, by JSON pointers.
class TestJsonFields : public QObject {
  Q_OBJECT

 private:
  static std::vector<WrongField> fieldsOf(const Error& error) { return {error.fields().begin(), error.fields().end()}; }

 private slots:
  void everyWrongFieldIsTold() {
    const nlohmann::json json{{"name", 5}, {"count", "many"}, {"extra", true}};
    std::string name = "before";
    int count = 7;
    std::string missing;
    FieldReader fields(json);
    fields.noOthers({"name", "count", "id"}).text("name", name).integer("count", count).text("id", missing);
    const auto read = fields.finish();
    QVERIFY(!read.has_value());
    // The first counts as the sentence, and what is wrong leaves its target alone.
    QCOMPARE(read.error().message(), std::string("The field 'extra' is not known here"));
    QCOMPARE(name, std::string("before"));
    QCOMPARE(count, 7);
    const auto wrong = fieldsOf(read.error());
    QCOMPARE(wrong.size(), std::size_t(4));
    QCOMPARE(wrong[0].pointer, std::string("/extra"));
    QCOMPARE(wrong[1].pointer, std::string("/name"));
    QCOMPARE(wrong[1].text, std::string("The field 'name' must be text"));
    QCOMPARE(wrong[2].pointer, std::string("/count"));
    QCOMPARE(wrong[3].pointer, std::string("/id"));
    QCOMPARE(wrong[3].text, std::string("The field 'id' is missing"));
  }

  void aFieldIsComplainedAboutOnce() {
    const nlohmann::json json = nlohmann::json::object();
    std::string id;
    FieldReader fields(json);
    fields.text("id", id).wrong("id", "something that it cannot be, being absent");
    QCOMPARE(fieldsOf(fields.finish().error()).size(), std::size_t(1));
    QCOMPARE(fields.finish().error().message(), std::string("The field 'id' is missing"));
  }

  void thereAreNotMoreThanSomeAtOnce() {
    nlohmann::json json;
    for (int i = 0; i < 1000; ++i) json["unknown" + std::to_string(i)] = i;
    FieldReader fields(json);
    QCOMPARE(fieldsOf(fields.noOthers({}).finish().error()).size(), kMaxToldFields);
  }

  void whatIsInsideHasItsWholePath() {
    const auto json = parseJson(R"({"policies":[{"name":"a"},{"name":"b","rawDays":0,"minuteDays":-1}]})");
    const auto read = fromJson<Retention>(*json);
    QVERIFY(!read.has_value());
    const auto wrong = fieldsOf(read.error());
    QCOMPARE(wrong.size(), std::size_t(2));
    QCOMPARE(wrong[0].pointer, std::string("/policies/1/rawDays"));
    QCOMPARE(wrong[1].pointer, std::string("/policies/1/minuteDays"));
    QVERIFY(read.error().message().find("In 'policies'") == 0);
  }

  void pointersAreEscaped() {
    QCOMPARE(pointerTo("a/b~c"), std::string("/a~1b~0c"));
    QCOMPARE(pointerTo(""), std::string("/"));
  }

  void whatIsNoObjectHasNoFields() {
    std::string name;
    const nlohmann::json list = nlohmann::json::array();
    FieldReader fields(list);
    fields.noOthers({"name"}).text("name", name);
    QVERIFY(!fields.finish().has_value());
    QVERIFY(fields.finish().error().fields().empty());
    QVERIFY(fields.finish().error().message().find("A JSON object is wanted") == 0);
  }

  void anImpossibleTimeIsNotTakenForNone() {
    std::optional<TimePoint> time;
    const nlohmann::json json{{"at", "soon"}, {"least", INT64_MIN}};
    FieldReader fields(json);
    fields.time("least", time);
    QVERIFY(time.has_value());
    time.reset();
    fields.time("at", time);
    QVERIFY(!time.has_value());
    QVERIFY(!fields.finish().has_value());
  }
};

QTEST_GUILESS_MAIN(TestJsonFields)
#include "tst_json_fields.moc"
