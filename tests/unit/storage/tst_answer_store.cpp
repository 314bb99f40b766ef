#include "gateway/storage/sqlite_registry_store.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <string>

using namespace carport;

/// Answers that are kept for whoever asks the same again: how long, how many, and that a restart does not lose them.
class TestAnswerStore : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  std::unique_ptr<SqliteRegistryStore> m_store;

  std::unique_ptr<SqliteRegistryStore> open() const {
    auto opened = SqliteRegistryStore::open(m_dir->path().toStdString() + "/registry.db", m_clock);
    return opened ? *std::move(opened) : nullptr;
  }
  static KeptAnswer wanted(std::uint8_t key, std::uint32_t caller = 1) {
    KeptAnswer answer;
    answer.key.fill(key);
    answer.request.fill(0xEE);
    answer.caller = PrincipalNumber{caller};
    return answer;
  }
  /// So many answers of a caller, as if they had come one after the other.
  void fill(std::size_t count, std::uint32_t caller) {
    m_store->database()
        .query(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO answer SELECT "
            "CAST(printf('%032d', i + ? * 1000000) AS BLOB), zeroblob(32), ?, ?, 200, x'00' FROM n")
        .bind(count, caller, caller, m_clock.now())
        .run();
  }

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_clock.setNow(fromMs(1'700'000'000'000));
    m_store = open();
    QVERIFY(m_store != nullptr);
  }

  void anAnswerIsKeptWholeAndOverARestart() {
    AnswerStore& answers = m_store->answers();
    const auto begun = answers.begin(wanted(1));
    QVERIFY(begun.has_value() && !*begun);
    const auto again = answers.begin(wanted(1));
    QVERIFY(again.has_value() && again->has_value());
    QCOMPARE((*again)->status, 0);
    const std::string sealed("with\0zero", 9);
    QVERIFY(answers.finish(wanted(1).key, 201, sealed).has_value());
    m_store = open();
    const auto kept = m_store->answers().begin(wanted(1));
    QVERIFY(kept.has_value() && kept->has_value());
    QCOMPARE((*kept)->status, 201);
    QVERIFY((*kept)->sealed == sealed);
    QVERIFY((*kept)->request == wanted(1).request);
    QCOMPARE((*kept)->caller.value, 1U);
    QVERIFY((*kept)->madeAt == m_clock.now());
  }

  void aKeyThatWasGivenBackIsFree() {
    AnswerStore& answers = m_store->answers();
    QVERIFY(!*answers.begin(wanted(2)));
    QVERIFY(answers.giveBack(wanted(2).key).has_value());
    QVERIFY(!*answers.begin(wanted(2)));
  }

  void aDayIsHowLongOneIsKept() {
    AnswerStore& answers = m_store->answers();
    QVERIFY(!*answers.begin(wanted(3)));
    m_clock.advance(AnswerStore::kKept);
    QVERIFY(answers.begin(wanted(3))->has_value());
    m_clock.advance(Milliseconds(1));
    QVERIFY(!*answers.begin(wanted(3)));
  }

  void nobodyHasMoreThanHisPart() {
    fill(AnswerStore::kMaxOfCaller - 1, 1);
    AnswerStore& answers = m_store->answers();
    QVERIFY(answers.begin(wanted(4, 1)).has_value());
    const auto refused = answers.begin(wanted(5, 1));
    QVERIFY(!refused.has_value());
    QVERIFY(refused.error().kind() == ErrorKind::limit);
    QVERIFY(refused.error().message().find("10000 idempotency keys") == 0);
    // What is kept already is answered all the same, and others are not kept out.
    QVERIFY(answers.begin(wanted(4, 1)).has_value());
    QVERIFY(answers.begin(wanted(5, 2)).has_value());
  }

  void thereAreNoMoreThanSomeInAll() {
    for (std::uint32_t caller = 1; caller <= 11; ++caller) fill(AnswerStore::kMaxAnswers / 11 + 1, caller);
    QVERIFY(!m_store->answers().begin(wanted(6, 99)).has_value());
    m_clock.advance(AnswerStore::kKept + Milliseconds(1));
    QVERIFY(m_store->answers().begin(wanted(6, 99)).has_value());
  }
};

QTEST_GUILESS_MAIN(TestAnswerStore)
#include "tst_answer_store.moc"
