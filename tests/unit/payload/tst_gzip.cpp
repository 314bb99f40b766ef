#include "gateway/protocol/payload/gzip.h"
#include "gateway/protocol/payload/payload_errc.h"
#include "tests/support/zipped.h"

#include <QtTest>

using namespace carport;
using carport::test::zipped;
using namespace carport::payload;

namespace {

std::string noise(std::size_t bytes) {
  std::string text(bytes, '\0');
  std::uint32_t state = 1;
  for (char& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

}  // namespace

/// gzip comes out as it went in, and a bomb goes off nowhere.
class TestGzip : public QObject {
  Q_OBJECT

 private slots:
  void whatWentInComesOut() {
    for (const auto& text : {std::string(), std::string("{}"), noise(100'000), std::string(200'000, 'x')}) {
      const auto out = inflateGzip(zipped(text), 256 * 1024);
      QVERIFY2(out.has_value(), out ? "" : out.error().message().c_str());
      QVERIFY(*out == text);
    }
  }

  void theLimitIsTheLastByteThatFits() {
    for (const std::size_t size : {std::size_t{1}, std::size_t{16 * 1024}, std::size_t{40'000}}) {
      const auto packed = zipped(std::string(size, 'a'));
      QVERIFY(inflateGzip(packed, size).has_value());
      const auto tooMuch = inflateGzip(packed, size - 1);
      QVERIFY(!tooMuch && tooMuch.error().is(PayloadErrc::tooLarge));
    }
  }

  void aBombStopsAtTheLimit() {
    const auto bomb = zipped(std::string(64 * 1024 * 1024, '\0'));
    QVERIFY(bomb.size() < 70'000);
    const auto out = inflateGzip(bomb, 1000);
    QVERIFY(!out && out.error().is(PayloadErrc::tooLarge));
  }

  void membersFollowOneAnother() {
    const auto both = inflateGzip(zipped("one") + zipped(" and two"), 100);
    QVERIFY(both && *both == "one and two");
    const auto limited = inflateGzip(zipped("one") + zipped(" and two"), 10);
    QVERIFY(!limited && limited.error().is(PayloadErrc::tooLarge));
  }

  void everyCutAndEveryDamageIsNoticed() {
    const auto packed = zipped("what a car says");
    for (std::size_t length = 0; length < packed.size(); ++length) {
      const auto out = inflateGzip(packed.substr(0, length), 1000);
      QVERIFY(!out && out.error().is(PayloadErrc::badGzip));
    }
    for (std::size_t at = packed.size() - 8; at < packed.size(); ++at) {  // its checksum and length
      auto damaged = packed;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      QVERIFY(!inflateGzip(damaged, 1000).has_value());
    }
    for (const char* text : {"{}", "no gzip at all", "\x1f\x8b"}) QVERIFY(!inflateGzip(text, 1000).has_value());
    QVERIFY(!inflateGzip(packed + "rest", 1000).has_value());
    // zlib's own format is another one.
    QVERIFY(!inflateGzip(zipped("what a car says", test::kZlibWindowBits), 1000).has_value());
  }
};

QTEST_GUILESS_MAIN(TestGzip)
#include "tst_gzip.moc"
