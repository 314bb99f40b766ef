#include "gateway/api/command.h"
#include "ui/models/command_draft.h"

#include <QtTest>

using namespace carport;
using namespace carport::ui;

class TestCommandDraft : public QObject {
  Q_OBJECT

 private slots:
  void aNameIsEnough() {
    CommandDraft draft;
    draft.name = " lock ";
    QVERIFY(draft.problem().isEmpty());
    const NewCommand command = draft.toCommand(fromMs(1'000));
    QCOMPARE(command.name, std::string("lock"));
    QCOMPARE(command.arguments, std::string("{}"));
    QVERIFY(command.expiresAt == fromMs(1'000 + 600'000));
  }

  void argumentsAreAnObject_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<bool>("fine");
    QTest::newRow("nothing") << "  " << true;
    QTest::newRow("object") << " {\x22seconds\x22: 5} " << true;
    QTest::newRow("list") << "[1]" << false;
    QTest::newRow("number") << "5" << false;
    QTest::newRow("cut") << "{\x22seconds\x22:" << false;
    QTest::newRow("words") << "five seconds" << false;
    QTest::newRow("too long") << QString("{\x22text\x22: \x22%1\x22}").arg(QString(20'000, 'x')) << false;
  }
  void argumentsAreAnObject() {
    QFETCH(QString, arguments);
    QFETCH(bool, fine);
    CommandDraft draft{"honk", arguments, CommandDraft::kLives[0]};
    QCOMPARE(draft.problem().isEmpty(), fine);
    if (fine && !arguments.trimmed().isEmpty()) {
      QCOMPARE(QString::fromStdString(draft.toCommand({}).arguments), arguments.trimmed());
    }
  }

  void namesAreBounded() {
    CommandDraft draft;
    QVERIFY(!draft.problem().isEmpty());
    // The limit counts bytes: 40 letters of two bytes each are too many.
    draft.name = QString(40, QChar(0x00E9));
    QVERIFY(draft.problem().contains(QString::number(api::kMaxCommandNameBytes)));
    draft.name = QString(int(api::kMaxCommandNameBytes), 'x');
    QVERIFY(draft.problem().isEmpty());
  }

  void whatIsOfferedIsAcceptable() {
    for (const QString& name : CommandDraft::usualNames()) QVERIFY((CommandDraft{name, {}, {}}.problem().isEmpty()));
    for (const Milliseconds life : CommandDraft::kLives) QVERIFY(life <= api::kMaxCommandLife);
  }
};

QTEST_GUILESS_MAIN(TestCommandDraft)
#include "tst_command_draft.moc"
