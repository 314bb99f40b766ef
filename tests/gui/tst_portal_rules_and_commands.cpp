// Who may do what, and commands to cars that are away, as a person does it in the window.
#include "tests/gui/portal_window.h"
#include "ui/models/car_tags.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/commands/batch.h"
#include "ui/widgets/permissions/decision_panel.h"
#include "ui/widgets/permissions/permissions_page.h"
#include "ui/widgets/permissions/selector_field.h"

#include <QPlainTextEdit>

#include <deque>
#include <utility>

using namespace carport;
using namespace carport::test;

class PortalRulesAndCommandsTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    m_portal = std::make_unique<PortalWindow>(PortalWindow::settingsFor(m_folder.filePath("data")));
    QVERIFY(m_portal->waitForConnection());
    ui::GatewayClient& client = m_portal->portal.client;
    client.importCars("id,name,password\nvan-1,Van one,\nvan-2,Van two,\nvan-3,Van three,\n");
    ui::NewPrincipal ann;
    ann.id = "ann";
    ann.name = "Ann";
    ann.role = api::kViewerRole;
    ann.password = "a long enough password";
    client.addPrincipal(ann);
    QTRY_COMPARE_WITH_TIMEOUT(m_portal->portal.store.size(), std::size_t(3), kPatienceMs);
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
  }
  void cleanupTestCase() { m_portal.reset(); }

  void explainsWhySomebodyMay() {
    m_portal->keys(Qt::Key_3);
    QTRY_VERIFY_WITH_TIMEOUT(rules().model()->rowCount() > 5, kPatienceMs);
    QVERIFY(ask("ann", "van-1"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(decision(), "Viewers see every car"), kPatienceMs);
    m_portal->picture("permissions_why");
    // Nobody of that name: a sentence, not silence.
    QVERIFY(ask("nobody", "van-1"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(decision(), "nobody"), kPatienceMs);
  }

  void addsARuleThatDecides() {
    const int before = rules().model()->rowCount();
    QVERIFY(press(window(), "Add rule"));
    ui::Drawer& drawer = m_portal->drawer();
    QTRY_VERIFY(drawer.isOpen());
    QVERIFY(drawer.isAncestorOf(QApplication::focusWidget()));
    const auto selectors = drawer.findChildren<ui::SelectorField*>();
    QCOMPARE(selectors.size(), 2);
    QVERIFY(select(*selectors[0], "One person or car", "ann"));
    QVERIFY(choose(*named<QComboBox>(drawer, "Is it allowed or refused"), "may not"));
    QVERIFY(select(*selectors[1], "One car or person", "van-1"));
    QVERIFY(write(drawer, "Note", "Van one is private"));
    m_portal->picture("rule_form");
    QVERIFY(press(drawer, "Add rule"));
    QTRY_COMPARE_WITH_TIMEOUT(rules().model()->rowCount(), before + 1, kPatienceMs);
    QTRY_VERIFY(!drawer.isOpen());
    QVERIFY(ask("ann", "van-1"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(decision(), "Van one is private"), kPatienceMs);
    m_portal->picture("permissions_refused");
  }

  void editsTheRule() {
    // The new rule is selected; Enter opens it.
    QCOMPARE(rules().selectionModel()->selectedRows().size(), 1);
    rules().setFocus();
    QTest::keyClick(&rules(), Qt::Key_Return);
    ui::Drawer& drawer = m_portal->drawer();
    QTRY_VERIFY(drawer.isOpen());
    QVERIFY(write(drawer, "Note", "Rented out"));
    QVERIFY(press(drawer, "Save rule"));
    QTRY_VERIFY_WITH_TIMEOUT(!drawer.isOpen(), kPatienceMs);
    QVERIFY(ask("ann", "van-1"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(decision(), "Rented out"), kPatienceMs);
  }

  void asksBeforeItDeletes() {
    const int before = rules().model()->rowCount();
    answerDialogWith("Cancel");
    QVERIFY(press(window(), "Delete"));
    QCOMPARE(rules().model()->rowCount(), before);
    answerDialogWith("Delete rule");
    QVERIFY(press(window(), "Delete"));
    QTRY_COMPARE_WITH_TIMEOUT(rules().model()->rowCount(), before - 1, kPatienceMs);
    QVERIFY(ask("ann", "van-1"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(decision(), "Viewers see every car"), kPatienceMs);
  }

  void leadsFromACarToTheRulesThatSpeakOfIt() {
    openCar("van-1");
    QTableView& ofCar = table("Rules that speak of this car, in the order in which they are tried");
    QTRY_VERIFY_WITH_TIMEOUT(ofCar.model()->rowCount() > 3, kPatienceMs);
    QVERIFY(ofCar.model()->rowCount() < rules().model()->rowCount());
    int row = 0;
    while (cell(ofCar, row, 6) != "Viewers see every car") QVERIFY(++row < ofCar.model()->rowCount());
    ofCar.selectRow(row);
    // Ann is a viewer: the gateway says it of her by name.
    QTRY_VERIFY_WITH_TIMEOUT(isShown(window(), "ann</a>"), kPatienceMs);
    auto* page = window().findChild<ui::CarPage*>();
    emit named<QLabel>(*page, labelled("ann</a>"))->linkActivated("ann");
    QTRY_VERIFY_WITH_TIMEOUT(isShown(*page, "Ann may see Van one, because rule"), kPatienceMs);
    m_portal->picture("car_who_and_why");
    QVERIFY(press(window(), "Show among all rules"));
    QTRY_VERIFY(rules().isVisible());
    QTRY_COMPARE(rules().selectionModel()->selectedRows().size(), 1);
    QCOMPARE(cell(rules(), rules().currentIndex().row(), 6), QString("Viewers see every car"));
  }

  void writesANoteAboutACar() {
    openCar("van-1");
    QTRY_VERIFY_WITH_TIMEOUT(named<QAbstractButton>(window(), "Write a note"), kPatienceMs);
    QVERIFY(press(window(), "Write a note"));
    auto* editor = named<QPlainTextEdit>(window(), "Note about this car");
    QVERIFY(editor);
    QTest::keyClicks(editor, "Key in the box");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(isShown(window(), "Key in the box"), kPatienceMs);
    const ui::CarStore& store = m_portal->portal.store;
    QTRY_COMPARE_WITH_TIMEOUT(ui::attributeText(store.attributes(*store.rowOfId("van-1")), ui::kNoteAttribute),
                              QString("Key in the box"), kPatienceMs);
    m_portal->picture("car_note");
  }

  void sendsToSeveralCarsAndCancels() {
    m_portal->keys(Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    ui::Drawer& drawer = m_portal->drawer();
    QTRY_VERIFY(drawer.isOpen());
    auto* field = named<QLineEdit>(drawer, "Add a car");
    QVERIFY(field);
    QTRY_COMPARE(QApplication::focusWidget(), field);
    QTest::keyClicks(field, "no-such-car");
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(isShown(drawer, "There is no car “no-such-car”"));
    field->clear();
    for (const char* car : {"van-1", "van-2"}) {
      QVERIFY(write(drawer, "Add a car", car));
      QTest::keyClick(field, Qt::Key_Return);
    }
    QVERIFY(write(drawer, "Command", "honk"));
    auto* arguments = drawer.findChild<QPlainTextEdit*>();
    QTest::keyClicks(arguments, "not json");
    QVERIFY(press(drawer, "Send command"));
    QTRY_VERIFY(isShown(drawer, "not an object in JSON"));
    arguments->selectAll();
    QTest::keyClicks(arguments, "{\"seconds\": 5}");
    m_portal->picture("command_form");
    QVERIFY(press(drawer, "Send command"));
    QTRY_COMPARE_WITH_TIMEOUT(commands().model()->rowCount(), 2, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "On its way to"), kPatienceMs);
    m_portal->picture("command_form_done");
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
    // The cars are away, so it waits, and can be taken back.
    QTRY_COMPARE(cell(commands(), 0, 2), QString("Waiting for the car"));
    commands().setFocus();
    QTest::keyClick(&commands(), Qt::Key_A, Qt::ControlModifier);
    m_portal->picture("commands_waiting");
    QVERIFY(press(window(), "Cancel command"));
    for (int row = 0; row < 2; ++row)
      QTRY_COMPARE_WITH_TIMEOUT(cell(commands(), row, 2), QString("Cancelled"), kPatienceMs);
    QTRY_VERIFY(!named<QAbstractButton>(window(), "Cancel command")->isEnabled());
    m_portal->picture("commands_cancelled");
  }

  void asksAFewAtATimeAndCanBeStopped() {
    QStringList ids;
    for (int car = 0; car < 500; ++car) ids.append(QString("car-%1").arg(car));
    ui::Batch batch;
    QSignalSpy finished(&batch, &ui::Batch::finished);
    std::deque<std::pair<QString, ui::Batch::Answer>> out;
    const auto ask = [&](const QString& id, ui::Batch::Answer answer) { out.emplace_back(id, std::move(answer)); };
    const auto answerOne = [&](const QString& problem) {
      const auto answer = out.front().second;
      out.pop_front();
      answer(problem);
    };
    batch.start(ids, ask);
    int refused = 0;
    while (!out.empty()) {
      QVERIFY(out.size() <= std::size_t(ui::Batch::kMaxAtOnce));
      answerOne(++refused <= 7 ? QString("the car is blocked") : QString());
    }
    QCOMPARE(finished.size(), 1);
    QCOMPARE(batch.succeeded(), 493);
    QVERIFY(batch.refusals().startsWith("car-0: the car is blocked"));
    QCOMPARE(batch.refusals().count('\n'), 5);

    batch.start(ids, ask);
    for (int answered = 0; answered < 10; ++answered) answerOne({});
    batch.stop();
    QVERIFY(batch.isRunning());
    while (!out.empty()) answerOne({});
    QCOMPARE(finished.size(), 2);
    QCOMPARE(batch.succeeded(), 10 + ui::Batch::kMaxAtOnce);
    QCOMPARE(batch.leftOut(), 500 - 10 - ui::Batch::kMaxAtOnce);
  }

 private:
  ui::MainWindow& window() { return *m_portal->window; }
  QTableView& rules() { return table("Access rules, in the order in which they are tried"); }
  QTableView& commands() { return table("Commands, newest first"); }
  /// Also while the page has something else to say in its place.
  QTableView& table(const QString& name) {
    QTableView* found = nullptr;
    for (auto* candidate : window().findChildren<QTableView*>())
      if (candidate->accessibleName() == name) found = candidate;
    return *found;
  }
  QWidget& decision() { return *window().findChild<ui::PermissionsPage*>()->findChild<ui::DecisionPanel*>(); }

  void openCar(const QString& id) {
    const ui::CarStore& store = m_portal->portal.store;
    window().showCarPage(store.numbers()[*store.rowOfId(id)]);
  }

  /// The whole text of the label that has this in it.
  QString labelled(const QString& part) {
    for (const auto* label : window().findChildren<QLabel*>())
      if (label->isVisible() && label->text().contains(part)) return label->text();
    return {};
  }

  bool ask(const QString& who, const QString& about) {
    return write(decision(), "Who", who) && write(decision(), "About", about) && press(decision(), "Ask");
  }

  /// Both halves of a selector, the second one typed.
  static bool select(ui::SelectorField& field, const QString& kind, const QString& value) {
    const auto boxes = field.findChildren<QComboBox*>();
    if (!choose(*boxes[0], kind)) return false;
    boxes[1]->setFocus();
    boxes[1]->lineEdit()->selectAll();
    QTest::keyClicks(boxes[1], value);
    QWidget* offers = boxes[1]->completer()->popup();
    if (offers && offers->isVisible()) QTest::keyClick(offers, Qt::Key_Escape);
    field.window()->activateWindow();
    return QTest::qWaitForWindowActive(field.window()) && field.value() == value;
  }

  QTemporaryDir m_folder;
  std::unique_ptr<PortalWindow> m_portal;
};

QTEST_MAIN(PortalRulesAndCommandsTest)
#include "tst_portal_rules_and_commands.moc"
