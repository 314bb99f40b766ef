#include "gateway/storage/command_table.h"
#include "gateway/storage/event_table.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/transaction.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include <memory>
#include <unordered_set>

using namespace carport;

namespace {

constexpr int kRows = 1000;
constexpr std::uint32_t kCars = 250;

CarSet everySecondUpTo(std::uint32_t last) {
  auto cars = std::make_shared<std::unordered_set<PrincipalNumber>>();
  for (std::uint32_t car = 2; car <= last; car += 2) cars->insert(PrincipalNumber{car});
  return cars;
}

}  // namespace

/// Events and commands of some cars alone, however many others there are between them.
class TestCarSets : public QObject {
  Q_OBJECT

 private slots:
  void init() { m_dir = std::make_unique<QTemporaryDir>(); }

  void eventsOfSomeCars_data() { sizes(); }
  void eventsOfSomeCars() {
    QFETCH(quint32, last);
    const auto database = open(telemetryMigrations());
    QVERIFY(database);
    EventTable table(*database);
    Transaction transaction(*database);  // a thousand commits of their own take half a minute
    for (int i = 0; i < kRows; ++i) {
      api::Event event;
      event.car = PrincipalNumber{static_cast<std::uint32_t>(i) % kCars + 1};
      event.time = fromMs(1000 + i / 3);  // some of the same moment
      table.insert(event);
    }
    transaction.commit();
    EventQuery query;
    query.cars = everySecondUpTo(last);
    query.limit = 7;
    int seen = 0;
    for (auto page = table.select(query); !page.empty(); page = table.select(query)) {
      for (const api::Event& event : page) {
        QVERIFY(query.cars->contains(event.car));
        QVERIFY(std::pair(event.time, event.number.value) < std::pair(query.before.time, query.before.number));
        query.before = {event.time, event.number.value};
      }
      seen += int(page.size());
      if (seen < expected(last)) QCOMPARE(page.size(), query.limit);  // no page is short because of others
    }
    QCOMPARE(seen, expected(last));
  }

  void commandsToSomeCars_data() { sizes(); }
  void commandsToSomeCars() {
    QFETCH(quint32, last);
    const auto database = open(registryMigrations());
    QVERIFY(database);
    CommandTable table(*database);
    Transaction transaction(*database);
    for (int i = 0; i < kRows; ++i) {
      api::Command command;
      command.id = fmt::format("{:026}", i);
      command.car = PrincipalNumber{static_cast<std::uint32_t>(i) % kCars + 1};
      table.put(command);
    }
    transaction.commit();
    CommandQuery query;
    query.cars = everySecondUpTo(last);
    query.limit = 7;
    int seen = 0;
    for (auto page = table.select(query); !page.empty(); page = table.select(query)) {
      for (const api::Command& command : page) {
        QVERIFY(query.cars->contains(command.car));
        QVERIFY(!query.before || command.id < *query.before);
        query.before = command.id;
      }
      seen += int(page.size());
      if (seen < expected(last)) QCOMPARE(page.size(), query.limit);
    }
    QCOMPARE(seen, expected(last));
  }

 private:
  static void sizes() {
    QTest::addColumn<quint32>("last");
    QTest::newRow("none") << 0U;
    QTest::newRow("few") << 20U;
    QTest::newRow("as many as are looked up one by one") << quint32(2 * kFewCars);
    QTest::newRow("one more") << quint32(2 * kFewCars + 2);
    QTest::newRow("many") << kCars;
  }
  static int expected(quint32 last) { return int(last / 2) * (kRows / int(kCars)); }

  std::unique_ptr<Database> open(std::span<const Migration> migrations) const {
    auto opened = Database::open(m_dir->filePath("some.db").toStdString(), Database::Mode::create);
    return opened && migrate(**opened, migrations) ? *std::move(opened) : nullptr;
  }

  std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestCarSets)
#include "tst_car_sets.moc"
