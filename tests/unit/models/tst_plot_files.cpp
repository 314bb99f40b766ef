#include "ui/models/plot_csv.h"
#include "ui/models/plot_notes.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace carport;
using namespace carport::ui;

namespace {

api::HistoryPoint sample(std::int64_t time, double value) {
  return {fromMs(time), value, value, value, value, 1};
}

PlotNote note(const QString& text, std::int64_t from, std::int64_t to, const QString& car = "car-1") {
  return {{}, car, fromMs(from), fromMs(to), text};
}

const QUrl kGateway("http://127.0.0.1:8080");

}  // namespace

class TestPlotFiles : public QObject {
  Q_OBJECT

 private slots:
  void writesTimesInUtcWithUnits() {
    PlotCsvSeries speed{
        "car-1", "Van 1", "speed", "km/h", {sample(1'790'000'000'123, 63.5), sample(1'790'000'001'000, 0)}};
    const QByteArray csv = plotCsv({speed}, {fromMs(1'790'000'000'000), fromMs(1'790'000'002'000)});
    const QList<QByteArray> rows = csv.split('\n');
    QCOMPARE(rows[0], QByteArray("time,car,name,metric,unit,mean,lowest,highest,last,samples\r"));
    QCOMPARE(rows[1], QByteArray("2026-09-21T14:13:20.123Z,car-1,Van 1,speed,km/h,63.5,63.5,63.5,63.5,1\r"));
    QCOMPARE(rows.size(), 4);
    QVERIFY(rows[3].isEmpty());
  }

  void anEarlierLineHasItsOwnTimesAndTheirPlace() {
    PlotCsvSeries now{"c", "c", "m", "", {sample(1'000, 1)}};
    PlotCsvSeries then{"c", "c", "m", "", {sample(400, 4), sample(90, 9)}, Milliseconds(700)};
    const QList<QByteArray> rows = plotCsv({now, then}, {fromMs(1'000), fromMs(2'000)}).split('\n');
    QVERIFY(rows[0].endsWith(",samples,compared_at\r"));
    QVERIFY(rows[1].endsWith(",1,1970-01-01T00:00:01.000Z\r"));
    QVERIFY(rows[2].startsWith("1970-01-01T00:00:00.400Z,") && rows[2].endsWith(",1,1970-01-01T00:00:01.100Z\r"));
    QCOMPARE(rows.size(), 4);
  }

  void leavesOutWhatIsNotSeen() {
    PlotCsvSeries line{"c", "c", "m", "", {sample(1, 1), sample(2, 2), sample(3, 3)}};
    const QByteArray csv = plotCsv({line, {"d", "d", "m", "", {}}}, {fromMs(2), fromMs(3)});
    QCOMPARE(csv.count("\r\n"), 2);
    QVERIFY(csv.contains(",2,2,2,2,1\r\n"));
  }

  void figuresReadBackAsTheyWere() {
    const double odd = 0.1 + 0.2;
    PlotCsvSeries line{"c", "c", "m", "", {{fromMs(5), -1e-9, 1e22, odd, 7, 4'000'000'000U}}};
    const QList<QByteArray> cells = plotCsv({line}, {fromMs(0), fromMs(9)}).split('\n')[1].trimmed().split(',');
    QCOMPARE(cells[5].toDouble(), odd);
    QCOMPARE(cells[6].toDouble(), -1e-9);
    QCOMPARE(cells[7].toDouble(), 1e22);
    QCOMPARE(cells[9], QByteArray("4000000000"));
  }

  void textsAreQuotedAndNoFormulas() {
    PlotCsvSeries line{"=cmd()", "Van \"7\", north\nside", "+m", QString::fromUtf8("°C"), {sample(1, 1)}};
    const QByteArray csv = plotCsv({line}, {fromMs(0), fromMs(9)});
    QVERIFY(
        csv.contains(",'=cmd(),\"Van \"\"7\"\", north\nside\",'+m,\xC2\xB0"
                     "C,"));
  }

  void notesLastFromOneStartToTheNext() {
    const QTemporaryDir folder;
    PlotNotes notes;
    notes.setFolder(folder.filePath("deeper/notes"));
    notes.setGateway(kGateway);
    QSignalSpy changed(&notes, &PlotNotes::changed);
    QCOMPARE(notes.put(note("  harsh braking ", 1'000, 1'000)), QString());
    QCOMPARE(notes.put(note("tunnel", 9'000, 4'000)), QString());
    QCOMPARE(changed.count(), 2);
    QCOMPARE(notes.all()[0].text, QString("harsh braking"));
    PlotNotes again;
    again.setFolder(folder.filePath("deeper/notes"));
    again.setGateway(kGateway);
    QCOMPARE(again.all(), notes.all());
    QCOMPARE(again.all()[1].from, fromMs(4'000));
    // Another gateway has notes of its own.
    again.setGateway(QUrl("https://[::1]:8443"));
    QVERIFY(again.all().empty());
    QCOMPARE(again.put(note("x", 1, 2)), QString());
    QCOMPARE(QDir(folder.filePath("deeper/notes")).entryList(QDir::Files).size(), 2);
  }

  void findsThoseOfACarInARange() {
    PlotNotes notes;
    QCOMPARE(notes.put(note("b", 500, 900)), QString());
    QCOMPARE(notes.put(note("a", 100, 100)), QString());
    QCOMPARE(notes.put(note("other", 100, 100, "car-2")), QString());
    const auto all = notes.of("car-1", {fromMs(0), fromMs(1'000)});
    QCOMPARE(all.size(), std::size_t(2));
    QCOMPARE(all[0].text, QString("a"));
    QCOMPARE(notes.of("car-1", {fromMs(600), fromMs(700)}).size(), std::size_t(1));
    QVERIFY(notes.of("car-1", {fromMs(950), fromMs(1'000)}).empty());
  }

  void changesAndRemoves() {
    PlotNotes notes;
    QCOMPARE(notes.put(note("first", 1, 1)), QString());
    PlotNote changed = notes.all().front();
    changed.text = "second";
    QCOMPARE(notes.put(changed), QString());
    QCOMPARE(notes.all().size(), std::size_t(1));
    QCOMPARE(notes.find(changed.id)->text, QString("second"));
    QCOMPARE(notes.remove("unknown"), QString());
    QCOMPARE(notes.remove(changed.id), QString());
    QVERIFY(notes.all().empty());
  }

  void refusesWhatIsEmptyTooLongOrTooMuch() {
    PlotNotes notes;
    QVERIFY(!notes.put(note("   ", 1, 1)).isEmpty());
    QVERIFY(!notes.put(note(QString(PlotNotes::kMaxTextLength + 1, 'x'), 1, 1)).isEmpty());
    for (std::size_t i = 0; i < PlotNotes::kMaxNotes; ++i) QCOMPARE(notes.put(note("n", 1, 1)), QString());
    QVERIFY(notes.put(note("one more", 1, 1)).contains("2000"));
    QCOMPARE(notes.all().size(), PlotNotes::kMaxNotes);
  }

  void aFileThatCannotBeReadIsLeftAsItIs() {
    const QTemporaryDir folder;
    const QString name = folder.filePath("127.0.0.1-8080.json");
    for (const QByteArray& content :
         {QByteArray("nonsense"), QByteArray(R"({"version":99,"notes":[]})"), QByteArray()}) {
      QFile file(name);
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(content);
      file.close();
      PlotNotes notes;
      notes.setFolder(folder.path());
      notes.setGateway(kGateway);
      QVERIFY(notes.trouble().contains("cannot be read"));
      QVERIFY(!notes.put(note("x", 1, 1)).isEmpty());
      QVERIFY(file.open(QIODevice::ReadOnly));
      QCOMPARE(file.readAll(), content);
    }
  }

  void oddNotesInAFileAreLeftOut() {
    const QTemporaryDir folder;
    QFile file(folder.filePath("127.0.0.1-8080.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"version":1,"notes":[7,{},{"id":"a","car":"c","from":5,"to":1,"text":"x"},
      {"id":"b","car":"c","from":1e300,"to":1e300,"text":"x"},{"id":"good","car":"c","from":1,"to":2,"text":"y"}]})");
    file.close();
    PlotNotes notes;
    notes.setFolder(folder.path());
    notes.setGateway(kGateway);
    QCOMPARE(notes.all().size(), std::size_t(1));
    QCOMPARE(notes.all()[0].id, QString("good"));
  }

  void saysWhereItCouldNotWrite() {
    const QTemporaryDir folder;
    QFile inTheWay(folder.filePath("notes"));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    PlotNotes notes;
    notes.setFolder(folder.filePath("notes"));
    notes.setGateway(kGateway);
    QVERIFY(notes.put(note("x", 1, 1)).contains("could not be kept"));
    QVERIFY(notes.all().empty());
  }
};

QTEST_GUILESS_MAIN(TestPlotFiles)
#include "tst_plot_files.moc"
