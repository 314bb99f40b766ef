#include "gateway/base/base_errc.h"
#include "gateway/storage/data_folder.h"
#include "gateway/storage/sqlite_nitrogen_store.h"

#include <QTemporaryDir>
#include <QtTest>

#include <future>
#include <optional>

using namespace carport;

namespace {
const PrincipalNumber kAnna{3}, kVan{4};

NitrogenMessage messageFrom(PrincipalNumber from, const char* type, std::int64_t ms) {
  NitrogenMessage message;
  message.from = from;
  message.type = type;
  message.ts = fromMs(ms);
  message.indexUntil = fromMs(INT64_MAX);
  message.document = R"({"a":1})";
  return message;
}
}  // namespace

/// What Nitrogen's API keeps, through the storage's writer and readers.
class TestNitrogenStore : public QObject {
  Q_OBJECT

  QTemporaryDir m_dir;
  MetricNames m_names;
  ManualClock m_clock;
  std::optional<DataFolder> m_folder;
  std::unique_ptr<DurableLog> m_writer;
  std::unique_ptr<HistoryReader> m_reader;
  int m_folders = 0;

  Result<void> change(const DurableLog::NitrogenChange& change) {
    std::promise<Result<void>> answer;
    auto done = answer.get_future();
    if (!m_writer->changeNitrogen(change, 100, [&](const Result<void>& result) { answer.set_value(result); })) {
      return fail(BaseErrc::queueFull);
    }
    return done.get();
  }
  Result<void> add(std::vector<NitrogenMessage> messages) {
    return change([this, &messages](NitrogenStore& store) { return store.addMessages(messages, m_clock.now()); });
  }
  std::vector<NitrogenMessage> found(NitrogenSearch search) {
    search.now = m_clock.now();
    std::vector<NitrogenMessage> messages;
    const auto reader = m_reader->nitrogen();
    if (!reader || *reader == nullptr) return messages;
    const auto visited = (*reader)->visitMessages(search, [&](const NitrogenMessage& message) {
      messages.push_back(message);
      return true;
    });
    if (!visited) qFatal("%s", visited.error().message().c_str());
    return messages;
  }
  void open() {
    m_folder.emplace(DataFolder::open(path(), {m_names, m_clock, Log::toMemory()}).value());
    m_writer = m_folder->startWriter().value();
    m_reader = m_folder->openReader().value();
  }
  std::filesystem::path path() const { return m_dir.filePath(QString::number(m_folders)).toStdString(); }

 private slots:
  void initTestCase() { QVERIFY(initCryptography()); }
  void init() {
    ++m_folders;
    open();
  }
  void cleanup() {
    m_reader.reset();
    m_writer.reset();
    m_folder.reset();
  }

  void nothingIsThereAtFirst() {
    const auto reader = m_reader->nitrogen();
    QVERIFY(reader && *reader == nullptr);
    QVERIFY(!std::filesystem::exists(nitrogenPath(path())));
  }

  void messagesAreFoundByWhatNarrows() {
    auto toVan = messageFrom(kAnna, "command", 3000);
    toVan.to = kVan;
    toVan.command = "01COMMAND";
    QVERIFY(add({messageFrom(kAnna, "ip", 2000), messageFrom(kVan, "ip", 1000), toVan}));
    QCOMPARE(found({}).size(), std::size_t{3});
    QCOMPARE(toMs(found({}).front().ts), 3000);
    NitrogenSearch oldest;
    oldest.newestFirst = false;
    QCOMPARE(toMs(found(oldest).front().ts), 1000);
    NitrogenSearch search;
    search.from = kAnna;
    QCOMPARE(found(search).size(), std::size_t{2});
    search = {};
    search.to = kVan;
    QCOMPARE(found(search).size(), std::size_t{1});
    QCOMPARE(found(search).front().command, std::string("01COMMAND"));
    search = {};
    search.type = "ip";
    QCOMPARE(found(search).size(), std::size_t{2});
    const auto number = found(search).front().number;
    QVERIFY((*m_reader->nitrogen())->message(number).value()->type == "ip");
    QVERIFY(change([number](NitrogenStore& store) { return store.removeMessages(std::array{number}); }));
    QCOMPARE(found(search).size(), std::size_t{1});
    QVERIFY(!(*m_reader->nitrogen())->message(number).value());
  }

  void whatIsOverIsNotFoundAndGoes() {
    auto brief = messageFrom(kAnna, "log", 1000);
    brief.indexUntil = m_clock.now() + Milliseconds(500);
    QVERIFY(add({brief, messageFrom(kAnna, "log", 2000)}));
    QCOMPARE(found({}).size(), std::size_t{2});
    m_clock.advance(Milliseconds(500));
    QCOMPARE(found({}).size(), std::size_t{1});
    m_clock.advance(SqliteNitrogenStore::kSweepEvery);
    QVERIFY(add({messageFrom(kVan, "log", 3000)}));
    auto database = Database::open(nitrogenPath(path()), Database::Mode::readOnly).value();
    QCOMPARE(database->integer("SELECT count(*) FROM message"), 2);
  }

  void theOldestOfASenderGiveWay() {
    std::vector<NitrogenMessage> many;
    for (int i = 0; i < NitrogenStore::kMaxMessagesOfSender; ++i) many.push_back(messageFrom(kAnna, "x", 10 + i));
    QVERIFY(add(many));
    QVERIFY(add({messageFrom(kVan, "x", 1)}));
    QVERIFY(add({messageFrom(kAnna, "x", 1'000'000)}));
    NitrogenSearch search;
    search.from = kAnna;
    QVERIFY(std::int64_t(found(search).size()) <= NitrogenStore::kMaxMessagesOfSender);
    QCOMPARE(toMs(found(search).front().ts), 1'000'000);
    search.newestFirst = false;
    QVERIFY(toMs(found(search).front().ts) > 10);
    search.from = kVan;
    QCOMPARE(found(search).size(), std::size_t{1});
  }

  // The oldest message of all is that of somebody who has no other.
  void whoeverHasMostGivesWayToOthers() {
    QVERIFY(add({messageFrom(kVan, "x", 1)}));
    constexpr auto kEach = NitrogenStore::kMaxMessagesOfSender;
    for (std::uint32_t sender = 100; sender < 100 + NitrogenStore::kMaxMessages / kEach; ++sender) {
      std::vector<NitrogenMessage> many(kEach, messageFrom(PrincipalNumber{sender}, "x", 2));
      QVERIFY(add(std::move(many)));
    }
    NitrogenSearch search;
    search.from = kVan;
    QCOMPARE(found(search).size(), std::size_t{1});
    auto database = Database::open(nitrogenPath(path()), Database::Mode::readOnly).value();
    QVERIFY(database->integer("SELECT count(*) FROM message") <= NitrogenStore::kMaxMessages);
    QVERIFY(database->integer("SELECT count(*) FROM message") > NitrogenStore::kMaxMessages - kEach);
  }

  void aChangeThatFailsIsTakenBackAlone() {
    const auto failed = change([this](NitrogenStore& store) -> Result<void> {
      std::array one{messageFrom(kAnna, "lost", 1)};
      if (auto added = store.addMessages(one, m_clock.now()); !added) return added;
      return fail(BaseErrc::invalidArgument, "no");
    });
    QVERIFY(!failed);
    QVERIFY(add({messageFrom(kAnna, "kept", 2)}));
    QCOMPARE(found({}).size(), std::size_t{1});
  }

  void profilesKeysAndBlobsComeBackAfterARestart() {
    NitrogenApiKey key;
    key.owner = kAnna;
    key.name = "mine";
    NitrogenBlob blob;
    blob.owner = kVan;
    blob.contentType = "image/png";
    blob.bytes = std::string("\0\1\2", 3);
    QVERIFY(change([&](NitrogenStore& store) -> Result<void> {
      if (auto done = store.saveProfile({kAnna, R"({"nickname":"a"})"}); !done) return done;
      if (auto done = store.saveApiKey(key); !done) return done;
      key.used = 5;
      if (auto done = store.saveApiKey(key); !done) return done;
      return store.addBlob(blob);
    }));
    cleanup();
    open();
    const auto reader = *m_reader->nitrogen();
    QVERIFY(reader != nullptr);
    QCOMPARE(reader->profiles().value().front().document, std::string(R"({"nickname":"a"})"));
    QCOMPARE(reader->apiKeys().value().front().used, 5);
    QCOMPARE(reader->blob(blob.number).value()->bytes, blob.bytes);
    QVERIFY(!reader->blob(blob.number + 1).value());
    QVERIFY(change([](NitrogenStore& store) { return store.forget(kAnna); }));
    QVERIFY(reader->profiles().value().empty() && reader->apiKeys().value().empty());
  }

  void blobsHaveALimit() {
    NitrogenBlob blob;
    blob.owner = kVan;
    blob.bytes.assign(NitrogenStore::kMaxBlobBytesOfOwner / 4, 'x');
    const auto addOne = [&] { return change([&blob](NitrogenStore& store) { return store.addBlob(blob); }); };
    for (int i = 0; i < 4; ++i) QVERIFY(addOne());
    QVERIFY(!addOne());
    blob.owner = kAnna;
    QVERIFY(addOne());
  }

  void aDatabaseOfTheFirstVersionIsBroughtUpToDate() {
    NitrogenBlob blob;
    blob.owner = kVan;
    blob.bytes = "old";
    const auto addOne = [&] { return change([&blob](NitrogenStore& store) { return store.addBlob(blob); }); };
    QVERIFY(addOne());
    const auto old = blob.number;
    cleanup();
    {
      auto database = Database::open(nitrogenPath(path()), Database::Mode::create).value();
      for (const char* step :
           {"DROP INDEX blob_organisation", "ALTER TABLE blob DROP COLUMN organisation", "PRAGMA user_version = 1"}) {
        database->exec(step);
      }
    }
    open();
    QCOMPARE((*m_reader->nitrogen())->blob(old).value()->bytes, std::string("old"));
    blob.organisation = "acme";
    QVERIFY(addOne());
    QCOMPARE((*m_reader->nitrogen())->blob(old).value()->bytes, std::string("old"));
    auto database = Database::open(nitrogenPath(path()), Database::Mode::readOnly).value();
    QCOMPARE(database->integer("SELECT count(*) FROM blob WHERE organisation = 'acme'"), 1);
  }

  void anOrganisationsBlobsHaveALimit() {
    NitrogenBlob blob;
    blob.bytes.assign(NitrogenStore::kMaxBlobBytesOfOwner / 2, 'x');
    const auto addOne = [&](std::uint32_t owner, const char* organisation) {
      blob.owner = PrincipalNumber{owner};
      blob.organisation = organisation;
      return change([&blob](NitrogenStore& store) { return store.addBlob(blob); }).has_value();
    };
    constexpr auto kMost = NitrogenStore::kMaxBlobBytesOfOrganisation / (NitrogenStore::kMaxBlobBytesOfOwner / 2);
    for (std::uint32_t owner = 100; owner < 100 + kMost; ++owner) QVERIFY(addOne(owner, "acme"));
    QVERIFY(!addOne(200, "acme"));
    QVERIFY(addOne(201, "other"));
    QVERIFY(addOne(202, ""));
  }
};

QTEST_GUILESS_MAIN(TestNitrogenStore)
#include "tst_nitrogen_store.moc"
