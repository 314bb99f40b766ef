#include "gateway/api/document_filter.h"

#include <QtTest>

using namespace carport;
using carport::api::DocumentFilter;

namespace {
const char* const kMessage = R"({"id":"5","type":"temperature","from":"a1","ts":"2026-11-21T10:00:00.000Z","ver":0.2,)"
                             R"("tags":["in","hall 3"],"body":{"temperature":21.5,"ok":true,"none":null,)"
                             R"("cells":[{"v":3.1},{"v":3.4}]}})";

bool fits(const char* filter, const char* document = kMessage) {
  const auto parsed = DocumentFilter::parse(filter);
  if (!parsed) qFatal("%s: %s", filter, parsed.error().message().c_str());
  return parsed->matches(nlohmann::json::parse(document));
}
}  // namespace

/// Conditions as Nitrogen's clients write them.
class TestDocumentFilter : public QObject {
  Q_OBJECT

 private slots:
  void decides_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char* filter, bool expected) { QTest::newRow(filter) << QString(filter) << expected; };
    row("{}", true);
    row(R"({"type":"temperature"})", true);
    row(R"({"type":"humidity"})", false);
    row(R"({"_id":"5"})", true);
    row(R"({"type":"temperature","from":"a2"})", false);
    row(R"({"body.temperature":{"$gt":21.5}})", false);
    row(R"({"body.temperature":{"$gte":21.5,"$lt":22}})", true);
    row(R"({"body.temperature":{"$lte":21}})", false);
    row(R"({"body.temperature":{"$gt":"1"}})", false);  // a text and a number have no order
    row(R"({"ts":{"$gt":"2026-11-21T09:59:59.999Z"}})", true);
    row(R"({"tags":"hall 3"})", true);
    row(R"({"tags":["in","hall 3"]})", true);
    row(R"({"tags":{"$in":["out","in"]}})", true);
    row(R"({"tags":{"$nin":["out","in"]}})", false);
    row(R"({"tags":{"$ne":"in"}})", false);
    row(R"({"tags.1":"hall 3"})", true);
    row(R"({"tags.7":"hall 3"})", false);
    row(R"({"body.cells.v":3.4})", true);
    row(R"({"body.cells.v":{"$gt":3.4}})", false);
    row(R"({"body.cells.0.v":3.4})", false);
    row(R"({"body":{"temperature":1}})", false);
    row(R"({"to":{"$exists":false}})", true);
    row(R"({"to":{"$exists":true}})", false);
    row(R"({"body.cells.v":{"$exists":true}})", true);
    row(R"({"body.cells.w":{"$exists":true}})", false);
    row(R"({"to":null})", true);
    row(R"({"body.none":null})", true);
    row(R"({"type":null})", false);
    row(R"({"to":{"$ne":null}})", false);
    row(R"({"to":{"$in":[null,"b"]}})", true);
    row(R"({"$or":[{"type":"x"},{"from":"a1"}]})", true);
    row(R"({"$and":[{"type":"temperature"},{"from":"a2"}]})", false);
    row(R"({"$nor":[{"type":"x"},{"from":"a2"}]})", true);
    row(R"({"body.temperature":{"$not":{"$gt":30}}})", true);
    row(R"({"body.nothing":{"$not":{"$gt":30}}})", true);
    row(R"({"ver":{"$in":[0.1,0.2]}})", true);
  }
  void decides() {
    QFETCH(QString, filter);
    QFETCH(bool, expected);
    QCOMPARE(fits(filter.toUtf8().constData()), expected);
  }

  void refusesByName_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("named");
    QTest::newRow("where") << R"({"$where":"1"})"
                           << "$where";
    QTest::newRow("regex") << R"({"type":{"$regex":"(a+)+$"}})"
                           << "$regex";
    QTest::newRow("mixed") << R"({"type":{"$gt":1,"plain":2}})"
                           << "plain";
    QTest::newRow("or without list") << R"({"$or":{"a":1}})"
                                     << "$or";
    QTest::newRow("empty or") << R"({"$or":[]})"
                              << "$or";
    QTest::newRow("in without list") << R"({"a":{"$in":3}})"
                                     << "$in";
    QTest::newRow("not") << R"({"a":{"$not":3}})"
                         << "$not";
    QTest::newRow("exists") << R"({"a":{"$exists":"yes"}})"
                            << "$exists";
    QTest::newRow("list") << "[1]"
                          << "object";
    QTest::newRow("no JSON") << "{"
                             << "JSON";
  }
  void refusesByName() {
    QFETCH(QString, filter);
    QFETCH(QString, named);
    const auto parsed = DocumentFilter::parse(filter.toStdString());
    QVERIFY(!parsed);
    QVERIFY2(parsed.error().message().find(named.toStdString()) != std::string::npos, parsed.error().message().c_str());
  }

  void everyLimitHolds() {
    std::string deep = R"({"a":1})";
    for (std::size_t i = 1; i < DocumentFilter::kMaxDepth; ++i) deep = R"({"$or":[)" + deep + "]}";
    QVERIFY(DocumentFilter::parse(deep));
    QVERIFY(!DocumentFilter::parse(R"({"$or":[)" + deep + "]}"));
    std::string nots = "{}";
    for (std::size_t i = 0; i < 30; ++i) nots = R"({"$not":)" + nots + "}";
    QVERIFY(!DocumentFilter::parse(R"({"a":)" + nots + "}"));

    nlohmann::json wide;
    for (std::size_t i = 0; i < DocumentFilter::kMaxConditions; ++i) wide["f" + std::to_string(i)] = i;
    QVERIFY(DocumentFilter::fromJson(wide));
    wide["one more"] = 1;
    QVERIFY(!DocumentFilter::fromJson(wide));

    nlohmann::json list = nlohmann::json::array();
    for (std::size_t i = 0; i < DocumentFilter::kMaxListEntries; ++i) list.push_back(i);
    QVERIFY(DocumentFilter::fromJson({{"a", {{"$in", list}}}}));
    QVERIFY(!DocumentFilter::fromJson({{"a", {{"$in", list}}}, {"b", {{"$in", {1}}}}}));

    QVERIFY(DocumentFilter::parse(R"({"a.b.c.d.e.f.g.h":1})"));
    QVERIFY(!DocumentFilter::parse(R"({"a.b.c.d.e.f.g.h.i":1})"));
    QVERIFY(!DocumentFilter::parse("{\"a\":\"" + std::string(DocumentFilter::kMaxTextBytes, 'x') + "\"}"));
  }

  void saysWhatItRequires() {
    const auto filter = DocumentFilter::parse(R"({"type":"a","from":{"$in":["b"]},"$or":[{"to":"c"}]})");
    QVERIFY(filter && filter->requiredAt("type"));
    QCOMPARE(filter->requiredAt("type")->get<std::string>(), std::string("a"));
    QVERIFY(!filter->requiredAt("from"));
    QVERIFY(!filter->requiredAt("to"));
    QVERIFY(!DocumentFilter().requiredAt("type"));
  }
};

QTEST_GUILESS_MAIN(TestDocumentFilter)
#include "tst_document_filter.moc"
