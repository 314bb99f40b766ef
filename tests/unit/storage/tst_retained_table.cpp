#include "gateway/storage/data_folder.h"
#include "gateway/storage/database.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/storage_shared.h"
#include "gateway/storage/storage_writer.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <atomic>

using namespace carport;
using namespace carport::test;

class TestRetainedTable : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    restart();
  }

  void messagesKeepTheirPropertiesAndExpiry() {
    const auto save = [this](RetainedMessage retained) {
      std::promise<bool> saved;
      m_writer->saveRetained(std::move(retained), [&](const auto& r) { saved.set_value(r.has_value()); });
      return saved.get_future().get();
    };
    QVERIFY(save({"a", "1", 2, fromMs(5), std::string("p\0q", 3), fromMs(77)}));
    QVERIFY(save({"b", "old", 1, fromMs(6), {}, {}}));
    QVERIFY(save({"b", "new", 0, fromMs(7), {}, {}}));
    QVERIFY(save({"c", "1", 0, fromMs(8), {}, {}}));
    QVERIFY(save({"c", "", 0, fromMs(9), {}, {}}));
    restart();
    const auto kept = m_reader->retainedMessages().value();
    QCOMPARE(kept.size(), 2U);
    QCOMPARE(kept[0].properties, std::string("p\0q", 3));
    QVERIFY(kept[0].expiresAt == fromMs(77) && kept[0].qos == 2);
    QVERIFY(kept[1].payload == "new" && !kept[1].expiresAt && kept[1].properties.empty());
  }

  void manyMessagesDoNotHoldUpSamples() {
    constexpr int kTopics = 5000;
    std::promise<void> entered, release;
    auto released = release.get_future().share();
    QVERIFY(m_writer->changeRegistry(
        [&](RegistryStore&) -> Result<void> {
          entered.set_value();
          released.wait();
          return {};
        },
        {}));
    entered.get_future().get();
    std::atomic<int> saved{0};
    int savedBefore = -1;
    std::promise<void> stored;
    for (int i = 0; i < kTopics; ++i) {
      QVERIFY(m_writer->saveRetained(
          {"topic/" + std::to_string(i % (kTopics / 2)), std::to_string(i), 1, fromMs(1), {}, {}},
          [&](const Result<void>& result) { saved += result ? 1 : 0; }));
    }
    QVERIFY(
        m_writer->appendSamples(std::make_shared<SampleBatch>(oneSample(1, 1'700'000'000'000, 1)), [&](const auto&) {
          savedBefore = saved;
          stored.set_value();
        }));
    release.set_value();
    stored.get_future().get();
    QVERIFY2(savedBefore <= int(StorageWriter::kMaxRetainedPerCommit), QByteArray::number(savedBefore).constData());
    m_writer.reset();  // writes what was held back
    QCOMPARE(saved.load(), kTopics);
    restart();
    const auto kept = m_reader->retainedMessages().value();
    QCOMPARE(kept.size(), std::size_t(kTopics / 2));
    for (const auto& message : kept) {  // the newer of two
      QCOMPARE(std::stoi(message.payload), std::stoi(message.topic.substr(6)) + kTopics / 2);
    }
    QVERIFY(std::is_sorted(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.topic < b.topic; }));
  }

  void anOlderFolderKeepsItsMessages() {
    m_writer.reset();
    m_reader.reset();
    std::filesystem::remove_all(path());
    std::filesystem::create_directories(path());
    {
      const auto old = Database::open(path() / "registry.db", Database::Mode::create).value();
      QVERIFY(migrate(*old, registryMigrations().first(2)));
      old->exec("INSERT INTO retained(topic, payload, qos, at) VALUES ('b', 'x', 1, 5), ('a', 'y', 0, 6)");
    }
    restart();
    const auto kept = m_reader->retainedMessages().value();
    QCOMPARE(kept.size(), 2U);
    QVERIFY(kept[0].topic == "a" && kept[0].payload == "y" && kept[0].properties.empty() && !kept[0].expiresAt);
    QVERIFY(kept[1].topic == "b" && kept[1].qos == 1 && kept[1].at == fromMs(5));
  }

 private:
  std::filesystem::path path() const { return m_dir->filePath("data").toStdString(); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory(m_recent)}; }
  void restart() {
    m_writer.reset();
    m_reader.reset();
    m_reader = DataFolder::open(path(), context()).value().openReader().value();
    m_writer = std::make_unique<StorageWriter>(path(), context(), std::make_shared<StorageShared>(), WriterOptions{});
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  std::shared_ptr<RecentLog> m_recent = std::make_shared<RecentLog>();
  SystemClock m_clock;
  MetricNames m_names;
  std::unique_ptr<HistoryReader> m_reader;
  std::unique_ptr<StorageWriter> m_writer;
};

QTEST_GUILESS_MAIN(TestRetainedTable)
#include "tst_retained_table.moc"
