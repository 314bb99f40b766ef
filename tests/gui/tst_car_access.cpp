#include "tests/gui/car_page_rig.h"
#include "ui/widgets/car/access_panel.h"
#include "ui/widgets/car/note_panel.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTableView>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

using namespace carport;
using namespace carport::ui;

namespace {

api::Principal van(const char* note) {
  api::Principal car;
  car.number = PrincipalNumber{427};
  car.id = "van-427";
  car.name = "Delivery van 427";
  car.groups = {"north"};
  car.attributes.set("depot", "Ghent");
  if (*note) car.attributes.set("note", note);
  return car;
}

nlohmann::json rule(std::int64_t number, const char* who, const char* about, std::optional<api::Action> action,
                    const char* note, bool allow = true) {
  api::Rule value;
  value.number = RuleNumber{number};
  value.priority = std::int32_t(number * 1000);
  value.who = *api::Selector::parse(who);
  value.about = *api::Selector::parse(about);
  value.action = action;
  value.allow = allow;
  value.note = note;
  return api::toJson(value);
}

nlohmann::json person(const char* id, const char* role) {
  api::Principal value;
  value.id = id;
  value.type = api::PrincipalType::user;
  value.role = role;
  return api::toJson(value);
}

}  // namespace

/// The note of a car and who may do what with it, as people use them on its page.
class TestCarAccess : public CarPageRig {
  Q_OBJECT

 private slots:
  void init() {
    using api::Action;
    makeGateway();
    QVERIFY(m_gateway->listen());
    setNote("The left mirror is loose. Key in the box at the gate, code 4711.", "r1");
    m_gateway->answers["GET /api/v2/permissions"] = {
        200, bytes({{"rules",
                     {rule(1, "role:admin", "*", {}, "Administrators may do everything, with every topic"),
                      rule(2, "principal:bob", "group:north", Action::view, "Bob has left the depot", false),
                      rule(3, "role:operator", "type:device", Action::view, "Operators see every car"),
                      rule(4, "role:operator", "attribute:depot=Ghent", Action::command, "The depot drives its own"),
                      rule(5, "role:viewer", "group:south", Action::view, "Not about this car"),
                      rule(6, "type:device", "self", Action::send, "A car sends its own messages")}}})};
    m_gateway->answers["GET /api/v2/principals"] = {200, R"({"principals":[]})"};
    m_gateway->answers["GET /api/v2/principals?limit=10000&type=user"] = {
        200, bytes({{"principals", {person("ann", "admin"), person("bob", "operator"), person("cleo", "operator")}}})};
    m_gateway->answers["GET /api/v2/permissions/decision"] = {
        200, bytes({{"allowed", true},
                    {"passedOver", nlohmann::json::array()},
                    {"explanation", "cleo may command Delivery van 427, because rule 4 allows it."}})};
    attach(1);
  }
  void cleanup() { takeDown(); }

  void listsTheRulesAndExplainsThem() {
    open({1280, 1500});
    QTRY_COMPARE(rules().model()->rowCount(), 5);
    QVERIFY(rules().isVisible());
    rules().setFocus();
    for (int step = 0; step < 3; ++step) QTest::keyClick(&rules(), Qt::Key_Down);
    QTRY_VERIFY(showsText("Role Operator may command whoever has depot=Ghent"));
    QVERIFY(showsText("The depot drives its own"));
    QTRY_VERIFY(showsText(">bob</a>, <a"));
    QVERIFY(showsText(Theme::light().accent.name()));
    shoot("access");
    // A name asks the gateway, about this car and for the action of the rule.
    auto* names = labelWith("At present for");
    QVERIFY(names);
    names->setFocus();
    QTest::keyClick(names, Qt::Key_Tab);
    QTest::keyClick(names, Qt::Key_Return);
    QTRY_VERIFY(showsText("because rule 4 allows it"));
    QVERIFY(asked("who=bob&action=command&about=van-427"));
    shoot("access-explained");
    applyTheme(*qApp, Theme::dark());
    QTRY_VERIFY(showsText(Theme::dark().accent.name()));
    shoot("access-dark");
  }

  void asksAboutAnybody() {
    open({1280, 1500});
    QTRY_COMPARE(rules().model()->rowCount(), 5);
    auto* who = named<QComboBox>("Who");
    QVERIFY(who);
    QCOMPARE(who->currentText(), QString("ann"));
    who->lineEdit()->selectAll();
    QTest::keyClicks(who->lineEdit(), "cleo");
    QTest::keyClick(who->lineEdit(), Qt::Key_Return);
    QTRY_VERIFY(showsText("cleo may command"));
    QVERIFY(asked("who=cleo&action=view&about=van-427"));
  }

  void leavesOutWhatIsNotAboutAnAction() {
    open({1280, 1500});
    QTRY_COMPARE(rules().model()->rowCount(), 5);
    auto* action = named<QComboBox>("Rules about");
    QVERIFY(action);
    action->setFocus();
    QTest::keyClick(action, Qt::Key_Down);
    QCOMPARE(action->currentText(), QString("view"));
    QCOMPARE(rules().model()->rowCount(), 3);
    QTest::keyClick(action, Qt::Key_End);
    QCOMPARE(action->currentText(), QString("administer"));
    QCOMPARE(rules().model()->rowCount(), 1);
  }

  void leadsToTheRuleAmongAll() {
    open({1280, 1500});
    QTRY_COMPARE(rules().model()->rowCount(), 5);
    QSignalSpy wanted(m_page.get(), &CarPage::ruleRequested);
    rules().selectRow(1);
    auto* show = named<QPushButton>("Show among all rules");
    QVERIFY(show);
    QTest::mouseClick(show, Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.front().front().value<RuleNumber>(), RuleNumber{2});
  }

  void saysThatRulesAreForAdministrators() {
    m_gateway->answers["GET /api/v2/permissions"] = {403, R"({"kind":"denied","detail":"no rule allows it"})"};
    open({1280, 1500});
    QTRY_VERIFY(showsText("Only administrators may read the rules"));
    QVERIFY(!rules().isVisible());
    // About oneself anybody may ask.
    QPushButton* ask = named<QPushButton>("Ask");
    QVERIFY(ask);
    QTest::mouseClick(ask, Qt::LeftButton);
    QTRY_VERIFY(showsText("because rule 4 allows it"));
    shoot("access-refused");
  }

  void saysWhatWentWrongAndTriesAgain() {
    const auto good = m_gateway->answers["GET /api/v2/permissions"];
    m_gateway->answers["GET /api/v2/permissions"] = {503, R"({"kind":"unavailable","detail":"The disk is full"})"};
    open({1280, 1500});
    QTRY_VERIFY(showsText("The disk is full"));
    m_gateway->answers["GET /api/v2/permissions"] = good;
    QTest::mouseClick(named<QPushButton>("Try again"), Qt::LeftButton);
    QTRY_COMPARE(rules().model()->rowCount(), 5);
    QVERIFY(!named<QPushButton>("Try again"));
  }

  void fetchesNothingInTheDrawerBeforeItIsAskedTo() {
    open({360, 1500}, true);
    QTRY_VERIFY(m_page->presenter().registered().organisation().empty());
    QVERIFY(!asked("/permissions?"));
    auto* reveal = named<QPushButton>("Show the rules");
    QVERIFY(reveal);
    reveal->setFocus();
    QTest::keyClick(reveal, Qt::Key_Space);
    QTRY_COMPARE(rules().model()->rowCount(), 5);
    QVERIFY(asked("/permissions?"));
    rules().selectRow(0);
    shoot("access-drawer");
    for (const QWidget* child : m_page->findChild<AccessPanel*>()->findChildren<QWidget*>()) {
      if (!child->isVisible() || child->window() != m_page.get() || child->inherits("QHeaderView")) continue;
      QVERIFY2(child->mapTo(m_page.get(), QPoint(child->width(), 0)).x() <= m_page->width(),
               child->metaObject()->className());
    }
  }

  void writesTheNoteInItsPlace() {
    open({1280, 900});
    QTRY_VERIFY(showsText("code 4711"));
    QTRY_VERIFY(named<QPushButton>("Change the note"));
    QTest::mouseClick(named<QPushButton>("Change the note"), Qt::LeftButton);
    QPlainTextEdit* editor = named<QPlainTextEdit>("Note about this car");
    QVERIFY(editor);
    QTRY_COMPARE(QApplication::focusWidget(), editor);
    QVERIFY(!named<QPushButton>("Save note")->isEnabled());
    QTest::keyClick(editor, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(editor, "Tyres new");
    QVERIFY(named<QPushButton>("Save note")->isEnabled());
    shoot("note-writing");
    m_gateway->answers["PATCH /api/v2/cars/van-427"] = {200, bytes(api::toJson(api::Car{van(""), {}, {}}))};
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_VERIFY(showsText("4711.\nTyres new"));
    QVERIFY(!editor->isVisible());
    QTRY_COMPARE(QApplication::focusWidget(), named<QPushButton>("Change the note"));
    // Esc leaves it as it was, and goes no further.
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
    QTest::keyClicks(editor, "nonsense");
    QTest::keyClick(editor, Qt::Key_Escape);
    QVERIFY(!editor->isVisible());
    QVERIFY(!showsText("nonsense"));
    shoot("note");
  }

  void saysWhoseNoteItWouldReplaceAndWhatIsTooLong() {
    open({1280, 900});
    QTRY_VERIFY(named<QPushButton>("Change the note"));
    QTest::mouseClick(named<QPushButton>("Change the note"), Qt::LeftButton);
    QPlainTextEdit* editor = named<QPlainTextEdit>("Note about this car");
    editor->setPlainText(QString(300, u'x'));
    QVERIFY(showsText("A note has at most 256 bytes; this one has 300."));
    QVERIFY(!named<QPushButton>("Save note")->isEnabled());
    editor->setPlainText("Mirror is mended");
    const auto sold = van("Sold to Ghent taxis");
    nlohmann::json car = api::toJson(api::Car{sold, {}, {}});
    car["revision"] = "r2";
    m_gateway->answers["GET /api/v2/cars/van-427"] = {200, bytes(car)};
    QTest::mouseClick(named<QPushButton>("Save note"), Qt::LeftButton);
    QTRY_VERIFY(showsText("Somebody else has changed this note meanwhile. It now says: “Sold to Ghent taxis”. Save"));
    QCOMPARE(editor->toPlainText(), QString("Mirror is mended"));
    // The keyboard stays where it was, so that Enter does not throw the text away.
    QCOMPARE(QApplication::focusWidget(), named<QPushButton>("Save note"));
    shoot("note-conflict");
    applyTheme(*qApp, Theme::dark());
    shoot("note-conflict-dark");
  }

  void isReadOnlyForWhoMayNotAdminister() {
    m_gateway->answers["GET /api/v2/permissions/decision"] = {
        200, R"({"allowed":false,"passedOver":[],"explanation":"Ann may not administer it."})"};
    open({1280, 900});
    QTRY_COMPARE(m_page->findChild<NotePanel*>()->note().whyNot(), QString("Ann may not administer it."));
    QVERIFY(showsText("code 4711"));
    QVERIFY(!named<QPushButton>("Change the note"));
    QCOMPARE(labelWith("code 4711")->accessibleDescription(), QString("Ann may not administer it."));
  }

 private:
  void setNote(const char* note, const char* revision) {
    nlohmann::json car = api::toJson(api::Car{van(note), {}, {}});
    m_gateway->answers["GET /api/v2/cars"] = {200, bytes({{"cars", {car}}})};
    car["revision"] = revision;
    m_gateway->answers["GET /api/v2/cars/van-427"] = {200, bytes(car)};
  }

  QTableView& rules() {
    QTableView* found = nullptr;
    for (auto* table : m_page->findChildren<QTableView*>()) {
      if (table->accessibleName().startsWith("Rules that speak of this car")) found = table;
    }
    return *found;
  }
  bool asked(const QByteArray& part) const {
    return std::any_of(m_gateway->requests.begin(), m_gateway->requests.end(),
                       [&](const auto& request) { return request.path.contains(part); });
  }
  /// The visible widget with that word on it, or that accessible name.
  template <class W>
  W* named(const QString& name) const {
    for (W* widget : m_page->findChildren<W*>()) {
      if (widget->isVisible() && (widget->accessibleName() == name || widget->property("text").toString() == name))
        return widget;
    }
    return nullptr;
  }

  void open(QSize size, bool compact = false) {
    CarPageRig::open(PrincipalNumber{427}, size, compact);
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
  }

  /// For looking at: CARPORT_SCREENSHOTS names a folder.
  void shoot(const QString& name) {
    const QString folder = qEnvironmentVariable("CARPORT_SCREENSHOTS");
    if (folder.isEmpty()) return;
    QTest::qWait(100);
    QVERIFY(m_page->findChild<QScrollArea*>()->widget()->grab().save(folder + "/car-" + name + ".png"));
  }
};

QTEST_MAIN(TestCarAccess)
#include "tst_car_access.moc"
