#include "gateway/storage/data_folder.h"
#include "gateway/storage/database.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/session_store.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/storage_shared.h"
#include "gateway/storage/storage_writer.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <atomic>
#include <fstream>

using namespace carport;
using namespace carport::test;

namespace {

constexpr SessionNumber kOne{1}, kTwo{2};

SessionMessagePtr message(std::string topic, std::string payload, std::string properties = {}) {
  struct Text {
    std::string topic, payload;
  };
  auto text = std::make_shared<Text>(Text{std::move(topic), std::move(payload)});
  auto made = std::make_shared<SessionMessage>();
  made->topic = text->topic;
  made->payload = text->payload;
  made->owner = text;
  made->properties = std::move(properties);
  made->qos = 1;
  return made;
}

StoredOutgoing waiting(std::int64_t sequence, SessionMessagePtr message, std::uint8_t qos = 1) {
  StoredOutgoing outgoing;
  outgoing.sequence = sequence;
  outgoing.message = std::move(message);
  outgoing.qos = qos;
  return outgoing;
}

}  // namespace

class TestSessionStore : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_recent = std::make_shared<RecentLog>();
    m_writer.reset();
    open();
  }

  void keepsAWholeSession() {
    auto full = message("a/b", std::string("\0x", 2), "props");
    auto edited = std::make_shared<SessionMessage>(*full);
    edited->qos = 2;
    edited->retain = true;
    edited->isCommand = true;
    edited->car = PrincipalNumber{9};
    edited->expiresAt = fromMs(1234);
    StoredOutgoing sent = waiting(7, edited, 2);
    sent.retain = true;
    sent.state = OutgoingState::released;
    sent.packetId = 65535;
    sent.identifiers = {1, 268'435'455};
    const StoredSubscription every{"#", 2, true, true, 2, 77};
    write({SessionOpened{kOne, PrincipalNumber{5}, "client", 3600}, SubscriptionPut{kOne, every},
           SubscriptionPut{kOne, {"x/+", 1, false, false, 1, 0}}, OutgoingPut{kOne, sent, {}}, IncomingPut{kOne, 12},
           WillPut{kOne, {message("will", "gone"), 30, fromMs(99)}}, SessionAway{kOne, fromMs(4711)}});
    const auto stored = restart();
    QCOMPARE(stored.sessions.size(), 1U);
    QCOMPARE(stored.newest.value, 1);
    const auto& session = stored.sessions[0];
    QCOMPARE(session.principal.value, 5U);
    QCOMPARE(session.clientId, std::string("client"));
    QCOMPARE(session.expirySeconds, 3600U);
    QVERIFY(session.awaySince == fromMs(4711));
    QCOMPARE(session.subscriptions.size(), 2U);
    QVERIFY(session.subscriptions[0] == every);
    QCOMPARE(int(session.subscriptions[1].retainHandling), 1);
    QCOMPARE(session.incoming, (std::vector<std::uint16_t>{12}));
    QVERIFY(session.will && session.will->dueAt == fromMs(99));
    QCOMPARE(session.will->delaySeconds, 30U);
    QCOMPARE(session.will->message->topic, std::string_view("will"));
    QCOMPARE(session.outgoing.size(), 1U);
    const auto& read = session.outgoing[0];
    QCOMPARE(read.sequence, 7);
    QVERIFY(read.state == OutgoingState::released && read.retain && read.qos == 2);
    QCOMPARE(read.packetId, std::uint16_t(65535));
    QCOMPARE(read.identifiers, sent.identifiers);
    QCOMPARE(read.message->payload, std::string_view("\0x", 2));
    QCOMPARE(read.message->properties, std::string("props"));
    QVERIFY(read.message->retain && read.message->isCommand && read.message->qos == 2);
    QCOMPARE(read.message->car.value, 9U);
    QVERIFY(read.message->expiresAt == fromMs(1234));
  }

  void keepsTheOrderAndMovesMessagesOn() {
    SessionChanges changes{SessionOpened{kOne, PrincipalNumber{1}, "a", kSessionNeverExpires}};
    for (int i = 1; i <= 300; ++i) {
      changes.push_back(OutgoingPut{kOne, waiting(i, message("t", std::to_string(i))), {}});
    }
    write(changes);
    changes.clear();
    for (int i = 1; i <= 100; ++i) changes.push_back(OutgoingGone{kOne, i});
    changes.push_back(OutgoingMoved{kOne, 101, OutgoingState::sent, 5});
    write(changes);
    const auto stored = restart();
    const auto& queue = stored.sessions.at(0).outgoing;
    QCOMPARE(queue.size(), 200U);
    QVERIFY(queue[0].state == OutgoingState::sent && queue[0].packetId == 5);
    for (std::size_t i = 0; i < queue.size(); ++i) {
      QCOMPARE(queue[i].message->payload, std::string_view(std::to_string(i + 101)));
    }
    QVERIFY(!stored.sessions[0].awaySince);
    QCOMPARE(rows("message"), 200);
  }

  void aChangeAppliedTwiceIsAppliedOnce() {
    const SessionChanges changes{SessionOpened{kOne, PrincipalNumber{1}, "a", 10},
                                 SubscriptionPut{kOne, {"a", 1, false, false, 0, 0}},
                                 OutgoingPut{kOne, waiting(1, message("t", "x")), {}},
                                 OutgoingMoved{kOne, 1, OutgoingState::sent, 3},
                                 OutgoingPut{kOne, waiting(2, message("t", "y")), {}},
                                 OutgoingGone{kOne, 2},
                                 IncomingPut{kOne, 4},
                                 IncomingPut{kOne, 5},
                                 IncomingGone{kOne, 5},
                                 WillPut{kOne, {message("w", "w"), 0, {}}}};
    write(changes);
    write(changes);
    const auto session = restart().sessions.at(0);
    QCOMPARE(session.outgoing.size(), 1U);
    QVERIFY(session.outgoing[0].state == OutgoingState::sent);
    QCOMPARE(session.incoming, (std::vector<std::uint16_t>{4}));
    QCOMPARE(session.subscriptions.size(), 1U);
    QCOMPARE(rows("message"), 2);  // the waiting one and the will's
  }

  void storesAMessageOnceAndCollectsIt() {
    const auto shared = message("fleet", std::string(1000, 'x'));
    SessionChanges changes;
    for (int i = 1; i <= 50; ++i) {
      changes.push_back(SessionOpened{SessionNumber{i}, PrincipalNumber{1}, std::to_string(i), 10});
      changes.push_back(OutgoingPut{SessionNumber{i}, waiting(1, shared), {}});
    }
    write(changes);
    QCOMPARE(rows("message"), 1);
    QCOMPARE(rows("outgoing"), 50);
    QCOMPARE(restart().sessions.at(49).outgoing.at(0).message->payload.size(), 1000U);
    changes.clear();
    for (int i = 1; i <= 25; ++i) changes.push_back(OutgoingGone{SessionNumber{i}, 1});
    for (int i = 26; i <= 49; ++i) changes.push_back(SessionEnded{SessionNumber{i}});
    write(changes);
    QCOMPARE(rows("message"), 1);
    write({OutgoingGone{SessionNumber{50}, 1}});
    QCOMPARE(rows("message"), 0);
    QCOMPARE(rows("session"), 26);
    // Gone and here again within one commit.
    write({OutgoingPut{SessionNumber{1}, waiting(2, shared), {}}, OutgoingGone{SessionNumber{1}, 2},
           OutgoingPut{SessionNumber{2}, waiting(2, shared), {}}});
    QCOMPARE(rows("message"), 1);
  }

  void aNewLifeEndsTheOldOne() {
    write({SessionOpened{kOne, PrincipalNumber{1}, "a", 10}, SubscriptionPut{kOne, {"a", 1, false, false, 0, 0}},
           OutgoingPut{kOne, waiting(1, message("t", "x")), {}}, IncomingPut{kOne, 1}});
    write({SessionOpened{kTwo, PrincipalNumber{1}, "a", 20}});
    write({SubscriptionPut{kOne, {"late", 1, false, false, 0, 0}}, OutgoingPut{kOne, waiting(2, message("t", "y")), {}},
           SessionAway{kOne, fromMs(1)}, SessionEnded{kOne}});              // of a session that is no more
    write({SessionOpened{SessionNumber{3}, PrincipalNumber{2}, "a", 30}});  // another principal's
    const auto stored = restart();
    QCOMPARE(stored.sessions.size(), 2U);
    QCOMPARE(stored.newest.value, 3);
    QVERIFY(stored.sessions[0].number == kTwo && stored.sessions[0].subscriptions.empty());
    QVERIFY(stored.sessions[0].outgoing.empty() && stored.sessions[0].incoming.empty());
    QCOMPARE(rows("message") + rows("subscription") + rows("incoming"), 0);
  }

  void remembersWhoHadAPublishUntilItIsSettled() {
    const MessageOrigin origin{kTwo, 8};
    write({SessionOpened{kOne, PrincipalNumber{1}, "a", 10}, SessionOpened{kTwo, PrincipalNumber{2}, "b", 10},
           OutgoingPut{kOne, waiting(1, message("t", "x"), 2), origin}, OutgoingGone{kOne, 1}});
    QCOMPARE(restart().sessions.at(0).taken, (std::vector<MessageOrigin>{origin}));
    write({IncomingPut{kTwo, 8}});
    const auto stored = restart();
    QVERIFY(stored.sessions.at(0).taken.empty());
    QCOMPARE(stored.sessions.at(1).incoming, (std::vector<std::uint16_t>{8}));
    write({OutgoingPut{kOne, waiting(2, message("t", "x"), 2), origin}, SessionEnded{kTwo}});
    QVERIFY(restart().sessions.at(0).taken.empty());
  }

  void loadsWithinItsLimits() {
    SessionChanges changes;
    for (int i = 1; i <= 10; ++i) {
      const SessionNumber number{i};
      changes.push_back(SessionOpened{number, PrincipalNumber{1}, std::to_string(i), 10});
      changes.push_back(OutgoingPut{number, waiting(1, message("t", std::string(100, 'x'))), {}});
      changes.push_back(OutgoingPut{number, waiting(2, message("t", std::string(100, 'y'))), {}});
      if (i != 5) changes.push_back(SessionAway{number, fromMs(i)});
    }
    write(changes);
    SessionLoadLimits limits;
    limits.maxSessions = 4;
    auto stored = restart(limits);
    QCOMPARE(stored.droppedSessions, 6U);
    QCOMPARE(stored.sessions.size(), 4U);
    QCOMPARE(stored.sessions[0].number.value, 5);  // was connected
    QCOMPARE(stored.sessions[1].number.value, 10);
    QCOMPARE(stored.sessions[3].number.value, 8);
    QCOMPARE(rows("message"), 8);
    limits.maxMessages = 5;
    stored = restart(limits);
    QCOMPARE(stored.droppedMessages, 3U);
    QCOMPARE(rows("outgoing"), 5);
    limits.maxMessageBytes = 250;
    QCOMPARE(restart(limits).droppedMessages, 3U);
    QCOMPARE(restart().droppedMessages, 0U);
    QCOMPARE(rows("message"), 2);
  }

  void aDamagedFileIsMovedAsideAtTheStart_data() {
    QTest::addColumn<bool>("whole");
    QTest::addRow("no database at all") << true;
    QTest::addRow("one table") << false;
  }
  void aDamagedFileIsMovedAsideAtTheStart() {
    QFETCH(bool, whole);
    SessionChanges changes{SessionOpened{kOne, PrincipalNumber{1}, "a", 10}};
    for (int i = 0; i < 2000; ++i) changes.push_back(OutgoingPut{kOne, waiting(i, message("t", "payload")), {}});
    write(changes);
    m_writer.reset();
    damage(whole);
    open();
    const auto stored = m_reader->loadSessions({});
    QVERIFY2(stored.has_value(), stored ? "" : stored.error().message().c_str());
    QVERIFY(stored->sessions.empty());
    QVERIFY(std::filesystem::exists(file().string() + ".damaged-1"));
    QVERIFY(logged("moved aside"));
    QCOMPARE(write({SessionOpened{kOne, PrincipalNumber{1}, "a", 10}}), 1U);
    QCOMPARE(restart().sessions.size(), 1U);
  }

  /// Cut to 32 bits it would be the number of another one, who would then get the session.
  void aPrincipalThatCannotBeIsDamage() {
    write({SessionOpened{kOne, PrincipalNumber{1}, "a", 10}});
    m_writer.reset();
    m_reader.reset();
    Database::open(file(), Database::Mode::create).value()->exec("UPDATE session SET principal = 4294967297");
    open();
    const auto stored = m_reader->loadSessions({});
    QVERIFY(!stored || stored->sessions.empty());
    QVERIFY(logged("moved aside"));
  }

  void aFileDamagedWhileWritingBeginsAnotherLife() {
    QCOMPARE(write({SessionOpened{kOne, PrincipalNumber{1}, "a", 10}}), 1U);
    m_writer.reset();
    open();
    damage(true);
    QCOMPARE(write({SubscriptionPut{kOne, {"a", 1, false, false, 0, 0}}}), 2U);
    QVERIFY(logged("moved aside"));
    QCOMPARE(write({SessionOpened{kOne, PrincipalNumber{1}, "a", 10}}), 2U);
    QVERIFY(store(*m_writer, oneSample(1, 1'700'000'000'000, 1)).has_value());  // nothing else is touched
    const auto session = restart().sessions.at(0);
    QVERIFY(session.subscriptions.empty());  // of a session that the new file did not know
  }

  void aFullFileFailsWholeAndGoesOnLater() {
    WriterOptions options;
    options.maxDatabasePages = 60;
    open(options);
    QCOMPARE(write({SessionOpened{kOne, PrincipalNumber{1}, "a", 10}}), 1U);
    SessionChanges tooMuch;
    for (int i = 1; i <= 100; ++i) {
      tooMuch.push_back(OutgoingPut{kOne, waiting(i, message("t", std::string(10'000, 'x'))), {}});
    }
    QCOMPARE(write(tooMuch), 0U);
    QVERIFY(m_writer->status().trouble.find("no room") != std::string::npos);
    QCOMPARE(rows("outgoing"), 0);
    QCOMPARE(write({OutgoingPut{kOne, waiting(1, message("t", "x")), {}}}), 1U);
    QVERIFY(m_writer->status().trouble.empty());
    QCOMPARE(restart().sessions.at(0).outgoing.size(), 1U);
  }

  void aNewerFileIsRefusedAndLeftAlone() {
    write({SessionOpened{kOne, PrincipalNumber{1}, "a", 10}});
    m_writer.reset();
    Database::open(file(), Database::Mode::create).value()->exec("PRAGMA user_version = 99");
    const auto refused = DataFolder::open(path(), context());
    QVERIFY(!refused && refused.error().is(StorageErrc::newerVersion));
    QVERIFY(refused.error().message().find("sessions.db") != std::string::npos);
  }

 private:
  std::filesystem::path path() const { return m_dir->filePath("data").toStdString(); }
  std::filesystem::path file() const { return sessionsPath(path()); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory(m_recent)}; }

  void open(WriterOptions options = {}) {
    m_writer.reset();
    m_reader.reset();
    auto folder = DataFolder::open(path(), context()).value();
    m_reader = folder.openReader().value();
    m_writer = std::make_unique<StorageWriter>(path(), context(), std::make_shared<StorageShared>(), options);
  }
  /// What a gateway finds that starts now.
  StoredSessions restart(const SessionLoadLimits& limits = {}) {
    open();
    return m_reader->loadSessions(limits).value();
  }
  /// The life of the file that has the changes; 0 where they failed.
  std::uint64_t write(SessionChanges changes) {
    std::promise<std::uint64_t> life;
    const auto shared = std::make_shared<const SessionChanges>(std::move(changes));
    const bool taken =
        m_writer->appendSessionChanges(shared, [&](const auto& result) { life.set_value(result.value_or(0)); });
    return taken ? life.get_future().get() : 0;
  }
  int rows(const std::string& table) {
    const auto database = Database::open(file(), Database::Mode::readOnly).value();
    return static_cast<int>(database->integer(("SELECT count(*) FROM " + table).c_str()));
  }
  void damage(bool whole) {
    const auto size = std::filesystem::file_size(file());
    std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
    if (!whole) bytes.seekp(static_cast<std::streamoff>(size / 2 / 4096 * 4096));
    bytes << std::string(whole ? 4096 : size / 2, 'x');
  }
  bool logged(const std::string& text) const {
    for (const auto& entry : m_recent->newest(100)) {
      if (entry.text.find(text) != std::string::npos) return true;
    }
    return false;
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  std::shared_ptr<RecentLog> m_recent;
  SystemClock m_clock;
  MetricNames m_names;
  std::unique_ptr<HistoryReader> m_reader;
  std::unique_ptr<StorageWriter> m_writer;
};

QTEST_GUILESS_MAIN(TestSessionStore)
#include "tst_session_store.moc"
