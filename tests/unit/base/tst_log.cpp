#include "gateway/base/log.h"

#include <QtTest>

#include <memory>
#include <string>

using namespace carport;

/// What comes from outside stays on its line, whole characters only.
class TestLog : public QObject {
  Q_OBJECT

 private slots:
  void keepsWhatComesFromOutsideOnItsLine() {
    m_log.warning("car-1 may not publish on x\n2026-01-01 error: forged\x1b[2J", {{"topic", "a\r\nb \"c\""}});
    const std::string kept =
        "car-1 may not publish on x\\x0a2026-01-01 error: forged\\x1b[2J topic=\"a\\x0d\\x0ab \\\"c\\\"\"";
    QCOMPARE(newest(), kept);
    m_log.warning("Käfer “7” fährt");
    QCOMPARE(newest(), std::string("Käfer “7” fährt"));
  }

  void cutsBetweenCharacters() {
    for (const char* before : {"", "x"}) {
      std::string text = before;
      while (text.size() < 3000) text += "ü";
      m_log.warning(text);
      const auto kept = newest();
      QVERIFY(kept.size() < 2010);
      QVERIFY(kept.ends_with("ü…"));
      QVERIFY(!QString::fromStdString(kept).contains(QChar::ReplacementCharacter));
    }
  }

 private:
  std::string newest() const { return m_recent->newest(1).at(0).text; }

  std::shared_ptr<RecentLog> m_recent = std::make_shared<RecentLog>();
  Log m_log = Log::toMemory(m_recent);
};

QTEST_GUILESS_MAIN(TestLog)
#include "tst_log.moc"
