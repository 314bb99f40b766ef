#include "gateway/server/mqtt/session_journal.h"
#include "gateway/storage/data_folder.h"
#include "gateway/storage/session_store.h"
#include "tests/support/tapped_log.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

using namespace carport;
using namespace carport::test;

namespace {

constexpr SessionNumber kOne{1};

StoredOutgoing waiting(std::int64_t sequence, std::string payload) {
  auto text = std::make_shared<std::string>(std::move(payload));
  auto message = std::make_shared<SessionMessage>();
  message->topic = "t";
  message->payload = *text;
  message->owner = text;
  StoredOutgoing outgoing;
  outgoing.sequence = sequence;
  outgoing.message = std::move(message);
  return outgoing;
}

}  // namespace

class TestSessionJournal : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_folder.emplace(DataFolder::open(path(), {m_names, m_clock, Log::toMemory()}).value());
    m_writer = m_folder->startWriter().value();
    m_tap = std::make_unique<TappedLog>(*m_writer);
    m_io = std::make_shared<IoThread>();  // never started: the test's own thread runs what is posted
    m_full = 0;
    m_journal = std::make_unique<SessionJournal>(
        SessionJournal::Parts{*m_tap, m_io, Log::toMemory(), m_full, [this] { m_flushWanted = true; }});
    m_journal->record(SessionOpened{kOne, PrincipalNumber{1}, "a", 10});
    settle();
  }
  void cleanup() {
    m_journal.reset();
    m_io.reset();
    m_tap.reset();
    m_writer.reset();
  }

  void whoWaitsIsToldWhenItIsOnDisk() {
    bool atOnce = false, later = false;
    m_journal->whenCommitted([&] { atOnce = true; });
    QVERIFY(atOnce);
    m_tap->hold();
    m_journal->put(kOne, waiting(1, "x"));
    m_journal->whenCommitted([&] { later = true; });
    QVERIFY(m_flushWanted);
    m_journal->flush();
    QTRY_COMPARE(m_tap->held(), 1U);
    m_io->context().poll();
    QVERIFY(!later && !m_journal->isIdle());
    m_tap->letGo();
    settle();
    QVERIFY(later);
    QCOMPARE(load().outgoing.size(), 1U);
  }

  void whatHasGoneWithinABatchIsNotWritten() {
    m_tap->hold();
    m_journal->put(kOne, waiting(1, "x"));
    m_journal->flush();
    // While that is with the storage:
    bool told = false;
    for (int i = 2; i <= 100; ++i) {
      m_journal->put(kOne, waiting(i, "y"));
      m_journal->move({kOne, i, OutgoingState::sent, static_cast<std::uint16_t>(i)});
      if (i != 50) m_journal->remove(kOne, i);
    }
    m_journal->move({kOne, 1, OutgoingState::sent, 1});
    m_journal->remove(kOne, 1);
    m_journal->whenCommitted([&] { told = true; });
    m_journal->flush();
    m_tap->letGo();
    settle();
    QVERIFY(told);
    const auto session = load();
    QCOMPARE(session.outgoing.size(), 1U);
    QCOMPARE(session.outgoing[0].sequence, 50);
    QVERIFY(session.outgoing[0].state == OutgoingState::sent && session.outgoing[0].packetId == 50);
  }

  void whatASessionHasHadIsWrittenAllTheSame() {
    m_journal->put(kOne, waiting(1, "x"), MessageOrigin{SessionNumber{9}, 4});
    m_journal->remove(kOne, 1);
    settle();
    QVERIFY(load().outgoing.empty());
    QCOMPARE(load().taken, (std::vector<MessageOrigin>{{SessionNumber{9}, 4}}));
  }

  void triesAgainUntilItIsStored() {
    m_tap->failSessions(true);
    int told = 0;
    m_journal->put(kOne, waiting(1, "x"));
    m_journal->whenCommitted([&] { ++told; });
    m_journal->flush();
    run(100);
    m_journal->put(kOne, waiting(2, "y"));
    m_journal->whenCommitted([&] { ++told; });
    m_journal->flush();
    run(100);
    QCOMPARE(told, 0);
    m_tap->failSessions(false);
    settle();
    QCOMPARE(told, 2);
    QCOMPARE(load().outgoing.size(), 2U);
    QCOMPARE(load().outgoing[0].message->payload, std::string_view("x"));
  }

  void saysWhenItIsFullAndWhenThereIsRoomAgain() {
    int room = 0;
    m_journal->onRoom = [&] { ++room; };
    m_tap->hold();
    m_journal->put(kOne, waiting(1, "x"));
    m_journal->flush();
    const std::string large(1024 * 1024, 'x');
    int count = 1;
    while (m_journal->hasRoom()) m_journal->put(kOne, waiting(++count, large));
    QCOMPARE(m_full.load(), 1U);
    QVERIFY(count <= 17);
    QCOMPARE(room, 0);
    m_tap->letGo();
    settle();
    QVERIFY(room > 0);
    QVERIFY(m_journal->hasRoom());
    QCOMPARE(m_full.load(), 0U);
    QCOMPARE(load().outgoing.size(), std::size_t(count));
  }

  void forgetsBeyondAllLimitsAndWritesEverythingAnew() {
    m_journal->record(SessionOpened{SessionNumber{2}, PrincipalNumber{1}, "b", 10});
    m_journal->put(kOne, waiting(1, "acknowledged meanwhile"));
    settle();
    m_tap->failSessions(true);
    m_journal->record(SubscriptionPut{kOne, {"lost", 1, false, false, 0, 0}});
    m_journal->flush();
    m_journal->remove(kOne, 1);
    const std::size_t beyond = SessionJournal::kForgetFactor * SessionJournal::kMaxWaitingChanges + 10;
    for (std::size_t i = 0; i < beyond; ++i) m_journal->record(SessionAway{kOne, fromMs(1)});
    m_journal->record(SessionEnded{SessionNumber{2}});
    bool told = false;
    m_journal->whenCommitted([&] { told = true; });
    int rewritten = 0;
    m_journal->onRewrite = [&] {
      ++rewritten;
      m_journal->record(SessionEnded{kOne});
      m_journal->record(SessionOpened{kOne, PrincipalNumber{1}, "a", 10});
      m_journal->put(kOne, waiting(2, "whole"));
    };
    run(50);
    QVERIFY(!told && !m_journal->hasRoom());
    m_tap->failSessions(false);
    settle();
    QVERIFY(told && m_journal->hasRoom());
    QCOMPARE(rewritten, 1);
    const auto session = load();  // the only one
    QVERIFY(session.subscriptions.empty());
    QCOMPARE(session.outgoing.size(), 1U);
    QCOMPARE(session.outgoing[0].sequence, 2);
  }

  void writesEverythingAnewWhereTheFileWasDamaged() {
    cleanup();
    std::ofstream(sessionsPath(path()), std::ios::binary) << std::string(8192, 'x');
    m_writer = m_folder->startWriter().value();
    m_tap = std::make_unique<TappedLog>(*m_writer);
    m_io = std::make_shared<IoThread>();
    m_journal = std::make_unique<SessionJournal>(SessionJournal::Parts{*m_tap, m_io, Log::toMemory(), m_full, [] {}});
    bool told = false, rewritten = false;
    m_journal->onRewrite = [&] {
      rewritten = true;
      QVERIFY(!told);
      m_journal->record(SessionEnded{kOne});
      m_journal->record(SessionOpened{kOne, PrincipalNumber{1}, "a", 10});
      m_journal->put(kOne, waiting(1, "x"));
    };
    m_journal->put(kOne, waiting(1, "x"));
    m_journal->record(SessionOpened{SessionNumber{2}, PrincipalNumber{1}, "b", 10});
    m_journal->whenCommitted([&] { told = true; });
    m_journal->flush();
    m_journal->record(SessionEnded{SessionNumber{2}});  // while the new file is told of it
    settle();
    QVERIFY(rewritten && told);
    QCOMPARE(load().outgoing.size(), 1U);
  }

 private:
  std::filesystem::path path() const { return m_dir->filePath("data").toStdString(); }

  /// Runs what is posted until everything is on disk.
  void settle() {
    m_journal->flush();
    QTRY_VERIFY_WITH_TIMEOUT((m_io->context().poll(), m_journal->isIdle()), 60'000);
  }
  void run(int ms) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (std::chrono::steady_clock::now() < until) m_io->context().run_one_for(std::chrono::milliseconds(5));
  }
  /// The one session there is.
  SessionRecord load() {
    const auto reader = m_folder->openReader().value();
    auto stored = reader->loadSessions({}).value();
    return stored.sessions.size() == 1 ? stored.sessions[0] : SessionRecord{};
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  SystemClock m_clock;
  MetricNames m_names;
  std::optional<DataFolder> m_folder;
  std::unique_ptr<DurableLog> m_writer;
  std::unique_ptr<TappedLog> m_tap;
  std::shared_ptr<IoThread> m_io;
  std::atomic<std::size_t> m_full = 0;
  std::unique_ptr<SessionJournal> m_journal;
  bool m_flushWanted = false;
};

QTEST_GUILESS_MAIN(TestSessionJournal)
#include "tst_session_journal.moc"
