#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "tests/unit/mqtt/hex_bytes.h"

#include <QtTest>

#include <random>
#include <vector>

using namespace carport::mqtt;

namespace {

struct Cut {
  std::uint8_t firstByte = 0;
  std::string body;
  bool operator==(const Cut&) const = default;
};

/// Everything that `reader` has to give now.
std::vector<Cut> drain(FrameReader& reader) {
  std::vector<Cut> cuts;
  for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
    cuts.push_back({(*frame)->firstByte, std::string((*frame)->body)});
  }
  return cuts;
}

std::string packetOf(std::size_t bodyBytes, char fill) {
  std::string packet = "\x30";
  std::size_t rest = bodyBytes;
  do {
    const auto low = rest & 0x7F;
    rest >>= 7;
    packet.push_back(char(rest != 0 ? low | 0x80 : low));
  } while (rest != 0);
  return packet + std::string(bodyBytes, fill);
}

}  // namespace

class TestFrameReader : public QObject {
  Q_OBJECT

 private slots:
  void readsRemainingLengths_data() {
    QTest::addColumn<int>("bodyBytes");
    for (const int bytes : {0, 1, 127, 128, 16'383, 16'384, 200'000}) QTest::addRow("%d", bytes) << bytes;
  }
  void readsRemainingLengths() {  // §2.2.3, table 2.4
    QFETCH(int, bodyBytes);
    FrameReader reader;
    const std::string packet = packetOf(std::size_t(bodyBytes), 'x');
    reader.feed(packet);
    const auto cuts = drain(reader);
    QCOMPARE(cuts.size(), std::size_t(1));
    QCOMPARE(cuts[0].body.size(), std::size_t(bodyBytes));
    QCOMPARE(reader.heldBytes(), std::size_t(0));
  }

  void doesNotCopyWholePackets() {
    FrameReader reader;
    const std::string packets = packetOf(10, 'a') + packetOf(20, 'b');
    reader.feed(packets);
    const auto first = reader.next();
    QVERIFY((*first)->body.data() == packets.data() + 2);
    const auto second = reader.next();
    QVERIFY((*second)->body.data() == packets.data() + 14);
  }

  void anyCutGivesTheSame() {
    std::string stream;
    for (const std::size_t bytes : {0u, 3u, 130u, 1u, 20'000u, 0u, 127u})
      stream += packetOf(bytes, char('a' + bytes % 20));
    FrameReader whole;
    whole.feed(stream);
    const auto expected = drain(whole);
    QCOMPARE(expected.size(), std::size_t(7));

    std::mt19937 random(1);
    for (const int longest : {1, 2, 3, 7, 100, 5000}) {
      FrameReader reader;
      std::vector<Cut> cuts;
      for (std::size_t at = 0; at < stream.size();) {
        const auto size = std::size_t(std::uniform_int_distribution(1, longest)(random));
        const std::string piece = stream.substr(at, size);  // its own memory, gone after this turn
        reader.feed(piece);
        for (auto& cut : drain(reader)) cuts.push_back(std::move(cut));
        at += size;
      }
      QVERIFY(cuts == expected);
      QCOMPARE(reader.heldBytes(), std::size_t(0));
    }
  }

  void keepsWhatIsLeftDuringAPause() {
    FrameReader reader;
    {
      const std::string stream = packetOf(2, 'a') + packetOf(3, 'b') + packetOf(4, 'c').substr(0, 3);
      reader.feed(stream);
      QVERIFY(*reader.next());
      reader.keepRest();
    }
    QCOMPARE(reader.heldBytes(), std::size_t(8));
    const std::string rest = packetOf(4, 'c').substr(3) + packetOf(1, 'd');
    reader.feed(rest);
    const auto cuts = drain(reader);
    QCOMPARE(cuts.size(), std::size_t(3));
    QVERIFY(cuts[0].body == "bbb" && cuts[1].body == "cccc" && cuts[2].body == "d");
  }

  void refusesALengthOfFiveBytes() {
    FrameReader reader;
    const std::string bytes = hexBytes("30 ff ff ff ff 01");
    reader.feed(bytes);
    const auto frame = reader.next();
    QVERIFY(!frame && frame.error().is(MqttErrc::malformedPacket));
  }

  void refusesTooLargeBeforeTheBodyCame() {
    FrameReader reader(1000);
    const std::string fits = packetOf(997, 'x');
    reader.feed(fits);
    QVERIFY(*reader.next());
    const std::string header = packetOf(998, 'x').substr(0, 3);
    reader.feed(header);
    const auto frame = reader.next();
    QVERIFY(!frame && frame.error().is(MqttErrc::packetTooLarge));
    QVERIFY(frame.error().message().find("1001") != std::string::npos);
    QCOMPARE(reader.heldBytes(), std::size_t(0));
  }

  void holdsOnlyWhatCame() {
    FrameReader reader(kMaxRemainingLength + 5);
    const std::string beginning = hexBytes("30 ff ff ff 7f 01 02");  // declares 256 MiB
    reader.feed(beginning);
    QVERIFY(!*reader.next());
    QCOMPARE(reader.heldBytes(), std::size_t(7));
  }
};

QTEST_GUILESS_MAIN(TestFrameReader)
#include "tst_frame_reader.moc"
