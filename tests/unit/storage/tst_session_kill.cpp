#include "gateway/storage/data_folder.h"
#include "gateway/storage/database.h"
#include "gateway/storage/session_store.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <cstdio>
#include <mutex>

using namespace carport;
using namespace carport::test;

namespace {

constexpr int kSessions = 3;
/// Of a session's messages, this many wait; older ones are taken away as new ones come.
constexpr std::int64_t kWaiting = 40;

SessionMessagePtr numbered(std::int64_t number) {
  auto text = std::make_shared<std::string>(std::to_string(number));
  auto message = std::make_shared<SessionMessage>();
  message->topic = "t";
  message->payload = *text;
  message->owner = text;
  return message;
}

/// What happens at step `number`: a message for every session, and one fewer of those that have waited longest.
SessionChanges step(std::int64_t number) {
  SessionChanges changes;
  const auto message = numbered(number);
  for (int session = 1; session <= kSessions; ++session) {
    StoredOutgoing outgoing;
    outgoing.sequence = number;
    outgoing.message = message;
    changes.push_back(OutgoingPut{SessionNumber{session}, outgoing, {}});
    if (number > kWaiting) changes.push_back(OutgoingGone{SessionNumber{session}, number - kWaiting});
  }
  return changes;
}

/// The program that is killed: one step after the other; prints the number of each that is on disk.
int writeUntilKilled(const char* folder, std::int64_t first) {
  MetricNames names;
  const SystemClock clock;
  const auto opened = DataFolder::open(folder, {names, clock, Log::toMemory()});
  if (!opened) return 1;
  const auto log = opened->startWriter();
  std::mutex mutex;
  const auto append = [&](SessionChanges changes, std::int64_t number) {
    const auto shared = std::make_shared<const SessionChanges>(std::move(changes));
    const auto done = [&mutex, number](const Result<std::uint64_t>& life) {
      if (!life) return;
      std::lock_guard lock(mutex);
      std::printf("%lld\n", static_cast<long long>(number));
      std::fflush(stdout);
    };
    while (!(*log)->appendSessionChanges(shared, done)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  SessionChanges opening;
  for (int session = 1; session <= kSessions; ++session) {
    opening.push_back(SessionOpened{SessionNumber{session}, PrincipalNumber{1}, std::to_string(session), 1000});
  }
  append(opening, first - 1);
  for (std::int64_t number = first;; ++number) {
    append(step(number), number);
    if (number % 20 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

class TestSessionKill : public QObject {
  Q_OBJECT

 private slots:
  void everyStepIsThereWholeOrNotAtAll() {
    QTemporaryDir dir;
    const QString folder = dir.filePath("data");
    std::int64_t first = 1;
    for (int round = 1; round <= 5; ++round) {
      QProcess writer;
      writer.start(QCoreApplication::applicationFilePath(), {"--write-until-killed", folder, QString::number(first)});
      QByteArray output;
      while (output.count('\n') < 200 * round) {
        QVERIFY(writer.waitForReadyRead(30'000));
        output += writer.readAllStandardOutput();
      }
      writer.kill();
      QVERIFY(writer.waitForFinished());
      output += writer.readAllStandardOutput();
      output.truncate(output.lastIndexOf('\n'));
      const auto acknowledged = output.mid(output.lastIndexOf('\n') + 1).toLongLong();
      const auto newest = check(folder.toStdString());
      QVERIFY2(newest >= acknowledged,
               (QByteArray::number(newest) + " " + QByteArray::number(acknowledged)).constData());
      first = newest + 1;
    }
  }

 private:
  /// All sessions are after the same step; returns which.
  std::int64_t check(const std::filesystem::path& folder) {
    MetricNames names;
    const SystemClock clock;
    const auto opened = DataFolder::open(folder, {names, clock, Log::toMemory()});
    const auto stored = opened->openReader().value()->loadSessions({}).value();
    if (stored.sessions.size() != kSessions) return -1;
    const auto newest = stored.sessions[0].outgoing.back().sequence;
    for (const auto& session : stored.sessions) {
      if (session.outgoing.size() != static_cast<std::size_t>(kWaiting)) return -2;
      for (std::size_t i = 0; i < session.outgoing.size(); ++i) {
        const auto expected = newest - kWaiting + 1 + static_cast<std::int64_t>(i);
        if (session.outgoing[i].sequence != expected) return -3;
        if (session.outgoing[i].message->payload != std::to_string(expected)) return -4;
      }
    }
    const auto database = Database::open(sessionsPath(folder), Database::Mode::readOnly).value();
    return database->integer("SELECT count(*) FROM message") == kWaiting ? newest : -5;
  }
};

int main(int argc, char** argv) {
  if (argc == 4 && QByteArray(argv[1]) == "--write-until-killed") {
    return writeUntilKilled(argv[2], QByteArray(argv[3]).toLongLong());
  }
  QCoreApplication app(argc, argv);
  TestSessionKill test;
  return QTest::qExec(&test, argc, argv);
}
#include "tst_session_kill.moc"
