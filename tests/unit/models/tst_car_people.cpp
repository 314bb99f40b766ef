#include "gateway/api/json_codec.h"
#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_note.h"
#include "ui/models/car_rules_model.h"
#include "ui/models/car_store.h"
#include "ui/models/rule_scope.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <memory>
#include <vector>

using namespace carport;
using namespace carport::ui;

namespace {

QByteArray bytes(const nlohmann::json& json) {
  return QByteArray::fromStdString(json.dump());
}

api::Principal exampleCar() {
  api::Principal car;
  car.number = PrincipalNumber{7};
  car.id = "van-7";
  car.groups = {"north"};
  car.attributes.set("depot", "Ghent-2");
  return car;
}

api::Rule rule(std::int64_t number, const char* who, const char* about, std::optional<api::Action> action = {}) {
  api::Rule value;
  value.number = RuleNumber{number};
  value.priority = std::int32_t(number);
  value.who = *api::Selector::parse(who);
  value.about = *api::Selector::parse(about);
  value.action = action;
  value.allow = true;
  return value;
}

api::Principal person(const char* id, const char* role) {
  api::Principal value;
  value.id = id;
  value.type = api::PrincipalType::user;
  value.role = role;
  return value;
}

}  // namespace

/// What people know of a car and may do with it: the rules that speak of it, and its note.
class TestCarPeople : public QObject {
  Q_OBJECT

 private slots:
  void findsWhatSpeaksOfACar_data() {
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("about");
    QTest::addColumn<QString>("bond");  // empty: it does not speak of the car
    QTest::newRow("everything") << "role:admin"
                                << "*"
                                << "Everyone and everything";
    QTest::newRow("itself") << "type:user"
                            << "principal:van-7"
                            << "This car";
    QTest::newRow("another") << "*"
                             << "principal:van-8" << QString();
    QTest::newRow("group") << "*"
                           << "group:north"
                           << "Its group north";
    QTest::newRow("another group") << "*"
                                   << "group:south" << QString();
    QTest::newRow("attribute") << "*"
                               << "attribute:depot=Ghent-2"
                               << "Its attribute depot=Ghent-2";
    QTest::newRow("beginning") << "*"
                               << "attribute:depot=Ghent*"
                               << "Its attribute depot=Ghent*";
    QTest::newRow("another text") << "*"
                                  << "attribute:depot=Ghent" << QString();
    QTest::newRow("no such attribute") << "*"
                                       << "attribute:colour=*" << QString();
    QTest::newRow("cars") << "*"
                          << "type:device"
                          << "Every car";
    QTest::newRow("people") << "*"
                            << "type:user" << QString();
    QTest::newRow("oneself") << "type:device"
                             << "self"
                             << "The car itself";
    QTest::newRow("people themselves") << "type:user"
                                       << "self" << QString();
    QTest::newRow("topics") << "*"
                            << "topic:fleet/#" << QString();
    QTest::newRow("organisations") << "*"
                                   << "organisation:*" << QString();
  }
  void findsWhatSpeaksOfACar() {
    QFETCH(QString, who);
    QFETCH(QString, about);
    QFETCH(QString, bond);
    const api::Rule asked = rule(1, who.toUtf8().constData(), about.toUtf8().constData());
    QCOMPARE(speaksOf(asked, exampleCar()), !bond.isEmpty());
    if (!bond.isEmpty()) QCOMPARE(bondOf(asked, exampleCar()), bond);
  }

  void theHouseReachesAnOrganisationByNameAlone() {
    api::Principal car = exampleCar();
    car.id = "acme.van-7";
    QVERIFY(car.setOrganisation("acme"));
    QVERIFY(!speaksOf(rule(1, "*", "*"), car));
    QVERIFY(!speaksOf(rule(1, "*", "type:device"), car));
    QVERIFY(!speaksOf(rule(1, "type:device", "self"), car));
    QVERIFY(speaksOf(rule(1, "*", "organisation:acme"), car));
    QVERIFY(speaksOf(rule(1, "*", "organisation:*"), car));
    QVERIFY(!speaksOf(rule(1, "*", "organisation:other"), car));
    QVERIFY(speaksOf(rule(1, "*", "principal:acme.van-7"), car));
    api::Rule own = rule(1, "*", "*");
    own.organisation = "acme";
    QVERIFY(speaksOf(own, car));
    QVERIFY(!speaksOf(own, exampleCar()));
    // Whom it is for: everybody's doings are decided where they belong.
    QVERIFY(!isFor(own, person("ann", "viewer")));
    QVERIFY(isFor(rule(1, "role:viewer", "*"), person("ann", "viewer")));
    QVERIFY(!isFor(rule(1, "role:viewer", "*"), person("bob", "")));
  }

  void listsTheRulesOfACarInTheirOrder() {
    CarRulesModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setNow(fromMs(1'000'000));
    model.setCar(exampleCar());
    api::Rule old = rule(2, "principal:ann", "group:north", api::Action::view);
    old.expiresAt = fromMs(1'000'000);
    api::Rule later = rule(3, "principal:bob", "principal:van-7", api::Action::command);
    later.validFrom = fromMs(1'000'001);
    model.setRules({rule(9, "role:viewer", "type:device", api::Action::view), later, old, rule(5, "*", "group:south"),
                    rule(8, "type:device", "self"), rule(1, "role:admin", "*")});
    const auto cell = [&](int row, RuleColumn column) { return model.index(row, int(column)).data().toString(); };
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(cell(0, RuleColumn::effect), QString("Allow"));
    QCOMPARE(cell(1, RuleColumn::effect), QString("Expired"));
    QCOMPARE(cell(1, RuleColumn::about), QString("Its group north"));
    QCOMPARE(cell(2, RuleColumn::effect), QString("Not yet"));
    QCOMPARE(cell(4, RuleColumn::about), QString("Every car"));
    QCOMPARE(model.headerData(int(RuleColumn::about), Qt::Horizontal, Qt::DisplayRole).toString(),
             QString("Speaks of"));
    // Rules about everything speak of each action; nobody administers by a rule about oneself.
    model.setAction(api::Action::view);
    QCOMPARE(model.rowCount(), 4);
    model.setAction(api::Action::administer);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.at(0)->number, RuleNumber{1});
    QCOMPARE(model.at(1), nullptr);
    QCOMPARE(model.idsOf(0, {person("ann", "admin"), person("bob", "viewer")}), QStringList{"ann"});
    QVERIFY(model.idsOf(-1, {person("ann", "admin")}).isEmpty());
    // It leaves its group: one rule fewer.
    model.setAction({});
    api::Principal car = exampleCar();
    car.groups.clear();
    model.setCar(car);
    QCOMPARE(model.rowCount(), 4);
  }

  void init() {
    m_gateway = std::make_unique<TinyGateway>();
    QVERIFY(m_gateway->listen());
    m_client = std::make_unique<GatewayClient>();
    m_store = std::make_unique<CarStore>();
    m_note = std::make_unique<CarNote>(*m_client, *m_store);
    m_store->setCars(std::vector<api::Car>{api::Car{exampleCarWith("Key in the box"), {}, {}}});
    allow(true);
    look("Key in the box", "r1");
    m_client->connectWithToken(m_gateway->url(), "t");
    QTRY_VERIFY(m_client->isConnected());
    m_note->setCar(PrincipalNumber{7});
  }
  void cleanup() {
    m_note.reset();
    m_store.reset();
    m_client.reset();
    m_gateway.reset();
  }

  void isReadOnlyForWhoMayNotAdminister() {
    QCOMPARE(m_note->text(), QString("Key in the box"));
    QTRY_VERIFY(m_note->mayWrite());
    allow(false);
    m_note->setCar(PrincipalNumber{7});
    QTRY_COMPARE(m_note->whyNot(), QString("Ann may not administer van-7, because no rule allows it."));
    m_note->begin();
    QVERIFY(!m_note->isEditing());
  }

  void savesWithTheRevisionItHasSeen() {
    QTRY_VERIFY(m_note->mayWrite());
    m_note->begin();
    QCOMPARE(m_note->draft(), QString("Key in the box"));
    QVERIFY(!m_note->isChanged());
    m_note->setDraft(" Key at the gate ");
    answerPatch(200);
    m_note->save();
    QVERIFY(m_note->isSaving());
    QTRY_VERIFY(!m_note->isEditing());
    QCOMPARE(m_note->text(), QString("Key at the gate"));
    const auto sent = patches();
    QCOMPARE(sent.size(), 1);
    QCOMPARE(sent.front().headers.value("if-match"), QByteArray("\"r1\""));
    const auto body = nlohmann::json::parse(sent.front().body.toStdString());
    QCOMPARE(body.at("attributes").at("note").get<std::string>(), std::string("Key at the gate"));
    QCOMPARE(body.at("attributes").at("depot").get<std::string>(), std::string("Ghent-2"));
    // An empty one takes the attribute away.
    look("Key at the gate", "r2");
    m_note->begin();
    m_note->setDraft("  ");
    m_note->save();
    QTRY_VERIFY(!m_note->isEditing());
    QVERIFY(m_note->text().isEmpty());
    QVERIFY(!nlohmann::json::parse(patches().back().body.toStdString()).at("attributes").contains("note"));
  }

  void tellsOfSomebodyElsesNote() {
    QTRY_VERIFY(m_note->mayWrite());
    m_note->begin();
    m_note->setDraft("Mine");
    look("Theirs", "r2");
    m_note->save();
    QTRY_VERIFY(m_note->trouble().contains("“Theirs”"));
    QVERIFY(m_note->isEditing());
    QCOMPARE(m_note->draft(), QString("Mine"));
    QVERIFY(patches().isEmpty());
    // Saved again it takes the place of theirs.
    answerPatch(200);
    m_note->save();
    QTRY_VERIFY(!m_note->isEditing());
    QCOMPARE(patches().back().headers.value("if-match"), QByteArray("\"r2\""));
    QCOMPARE(m_note->text(), QString("Mine"));
  }

  void looksAgainWhereSomethingElseOfTheCarChanged() {
    QTRY_VERIFY(m_note->mayWrite());
    m_note->begin();
    m_note->setDraft("Mine");
    answerPatch(412);
    m_note->save();
    QTRY_VERIFY(!m_note->trouble().isEmpty());
    QVERIFY(patches().size() > 1 && patches().size() < 5);
    QVERIFY(m_note->isEditing());
  }

  void keepsToTheLimitOfAttributes() {
    QTRY_VERIFY(m_note->mayWrite());
    m_note->begin();
    m_note->setDraft(QString(128, u'é'));
    QCOMPARE(m_note->bytesLeft(), 0);
    QVERIFY(m_note->problem().isEmpty());
    m_note->setDraft(QString(129, u'é'));
    QVERIFY(m_note->problem().contains("258"));
    m_note->save();
    QVERIFY(!m_note->isSaving());
  }

  void aDraftWaitsForItsCar() {
    QTRY_VERIFY(m_note->mayWrite());
    m_note->begin();
    m_note->setDraft("Half a sent");
    m_note->setCar({});
    QVERIFY(!m_note->isEditing());
    QVERIFY(m_note->text().isEmpty());
    m_note->setCar(PrincipalNumber{7});
    QCOMPARE(m_note->draft(), QString("Half a sent"));
    m_note->discard();
    m_note->setCar({});
    m_note->setCar(PrincipalNumber{7});
    QVERIFY(!m_note->isEditing());
  }

 private:
  static api::Principal exampleCarWith(const char* note) {
    api::Principal car = exampleCar();
    car.attributes.set("note", note);
    return car;
  }

  void allow(bool allowed) {
    m_gateway->answers["GET /api/v2/permissions/decision"] = {
        200, bytes({{"allowed", allowed},
                    {"passedOver", nlohmann::json::array()},
                    {"explanation", "Ann may not administer van-7, because no rule allows it."}})};
  }
  /// What the gateway has of the car now.
  void look(const char* note, const char* revision) {
    nlohmann::json car = api::toJson(api::Car{exampleCarWith(note), {}, {}});
    car["revision"] = revision;
    m_gateway->answers["GET /api/v2/cars/van-7"] = {200, bytes(car)};
  }
  void answerPatch(int status) {
    m_gateway->answers["PATCH /api/v2/cars/van-7"] = {
        status, status == 200 ? bytes(api::toJson(api::Car{exampleCar(), {}, {}}))
                              : bytes({{"kind", "preconditionFailed"}, {"detail", "Somebody else has changed it"}})};
  }
  QList<TinyGateway::Request> patches() const {
    QList<TinyGateway::Request> found;
    for (const auto& request : m_gateway->requests) {
      if (request.method == "PATCH") found.append(request);
    }
    return found;
  }

  std::unique_ptr<TinyGateway> m_gateway;
  std::unique_ptr<GatewayClient> m_client;
  std::unique_ptr<CarStore> m_store;
  std::unique_ptr<CarNote> m_note;
};

QTEST_GUILESS_MAIN(TestCarPeople)
#include "tst_car_people.moc"
