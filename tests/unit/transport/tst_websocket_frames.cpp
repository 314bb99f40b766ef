#include "gateway/transport/websocket_frames.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace carport;

namespace {

constexpr int kFinal = 0x80;
constexpr int kBinary = 2;

/// A client's frame; the length as short as it can be.
std::string frame(int first, std::string payload, bool masked = true) {
  std::string out(1, static_cast<char>(first));
  const int maskBit = masked ? 0x80 : 0;
  const auto size = payload.size();
  const auto bigEndian = [&](int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(size >> (8 * i)));
  };
  if (size < 126) {
    out.push_back(static_cast<char>(maskBit | static_cast<int>(size)));
  } else if (size <= 0xFFFF) {
    out.push_back(static_cast<char>(maskBit | 126));
    bigEndian(2);
  } else {
    out.push_back(static_cast<char>(maskBit | 127));
    bigEndian(8);
  }
  if (!masked) return out + payload;
  const std::string mask("\x11\xA5\x00\xFF", 4);
  out += mask;
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  return out + payload;
}

struct Heard final : WebSocketControls {
  std::vector<std::string> pings;
  std::vector<int> closes;
  void onPing(std::string_view payload) override { pings.emplace_back(payload); }
  void onClose(WebSocketClose code) override { closes.push_back(int(code)); }
};

struct Decoded {
  std::string payload;
  Heard heard;
  WebSocketClose mistake = WebSocketClose::none;
};

/// Everything, fed in pieces of `step` bytes.
Decoded decode(const std::string& bytes, std::size_t step) {
  WebSocketFrameDecoder decoder;
  Decoded result;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    std::string piece = bytes.substr(at, step);
    const auto size = decoder.decode(piece, result.heard);
    result.payload += piece.substr(0, size);
    if (decoder.mistake() != WebSocketClose::none || !result.heard.closes.empty()) break;
  }
  result.mistake = decoder.mistake();
  return result;
}

std::string numbers(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.push_back(static_cast<char>(i * 7 + i / 256));
  return text;
}

}  // namespace

/// The client's frames, decoded however they come.
class TestWebSocketFrames : public QObject {
  Q_OBJECT

 private slots:
  void takesPayloadOutOfFrames_data() {
    QTest::addColumn<int>("size");
    for (int size : {0, 1, 7, 8, 9, 125, 126, 127, 65'535, 65'536, 200'000}) QTest::addRow("%d", size) << size;
  }
  void takesPayloadOutOfFrames() {
    QFETCH(int, size);
    const auto payload = numbers(static_cast<std::size_t>(size));
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{64}, std::size_t{1'000'000}}) {
      const auto result = decode(frame(kFinal | kBinary, payload) + frame(kFinal | kBinary, "next"), step);
      QVERIFY(result.payload == payload + "next");
      QVERIFY(result.mistake == WebSocketClose::none);
    }
  }

  void messagesComeInPiecesWithPingsBetween() {
    const auto bytes = frame(kBinary, "one ") + frame(kFinal | 9, "are you there") + frame(0, "two ") +
                       frame(kFinal | 10, "unasked") + frame(kFinal, "three") + frame(kFinal | kBinary, "!");
    for (std::size_t step = 1; step < 12; ++step) {
      const auto result = decode(bytes, step);
      QCOMPARE(QByteArray::fromStdString(result.payload), QByteArray("one two three!"));
      QVERIFY(result.heard.pings == std::vector<std::string>{"are you there"});
    }
  }

  void closing_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<int>("answer");  // 0: a mistake
    const auto code = [](int value) { return QByteArray{}.append(char(value >> 8)).append(char(value)); };
    QTest::newRow("nothing") << QByteArray() << 1000;
    QTest::newRow("normal") << code(1000) << 1000;
    QTest::newRow("going away, with a reason") << code(1001) + "bye" << 1001;
    QTest::newRow("of its own") << code(4000) << 4000;
    QTest::newRow("half a code") << QByteArray(1, '\3') << 0;
    for (int bad : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) QTest::addRow("%d", bad) << code(bad) << 0;
  }
  void closing() {
    QFETCH(QByteArray, payload);
    QFETCH(int, answer);
    const auto result = decode(frame(kFinal | 8, payload.toStdString()) + frame(kFinal | kBinary, "late"), 1000);
    QVERIFY(result.payload.empty());
    if (answer == 0) {
      QVERIFY(result.mistake == WebSocketClose::protocolError);
      QVERIFY(result.heard.closes.empty());
    } else {
      QVERIFY(result.heard.closes == std::vector<int>{answer});
    }
  }

  void mistakesEndIt_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const auto row = [](const char* name, const std::string& bytes, WebSocketClose code) {
      QTest::newRow(name) << QByteArray::fromStdString(bytes) << int(code);
    };
    using enum WebSocketClose;
    row("no mask", frame(kFinal | kBinary, "x", false), protocolError);
    row("text", frame(kFinal | 1, "x"), unsupportedData);
    row("reserved bit", frame(kFinal | 0x40 | kBinary, "x"), protocolError);
    row("unknown opcode", frame(kFinal | 3, "x"), protocolError);
    row("unknown control", frame(kFinal | 11, "x"), protocolError);
    row("continues nothing", frame(kFinal, "x"), protocolError);
    row("begins within", frame(kBinary, "x") + frame(kFinal | kBinary, "y"), protocolError);
    row("long ping", frame(kFinal | 9, std::string(126, 'x')), protocolError);
    row("ping in pieces", frame(9, "x"), protocolError);
    row("length of 16 bits too long", std::string("\x82\xFE\x00\x05", 4) + "mask" + "12345", protocolError);
    row("length of 64 bits too long", std::string("\x82\xFF\0\0\0\0\0\0\xFF\xFF", 10) + "mask", protocolError);
    row("4 GB", std::string("\x82\xFF\0\0\0\1\0\0\0\0", 10) + "mask", tooLarge);
    row("top bit of the length", std::string("\x82\xFF\x80\0\0\0\0\0\0\0", 10) + "mask", tooLarge);
  }
  void mistakesEndIt() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    for (const std::size_t step : {std::size_t{1}, std::size_t{1000}}) {
      QCOMPARE(int(decode(bytes.toStdString(), step).mistake), code);
    }
  }

  void saysAtOnceWhatIsWrongWithTheFirstBytes() {
    WebSocketFrameDecoder decoder;
    Heard heard;
    std::string start("\x81\xFE", 2);
    QCOMPARE(decoder.decode(start, heard), std::size_t{0});
    QVERIFY(decoder.mistake() == WebSocketClose::unsupportedData);
    QVERIFY(decoder.explanation().find("text") != std::string_view::npos);
  }

  void writesHeaders() {
    QCOMPARE(webSocketBinaryHeader(5), std::string("\x82\x05"));
    QCOMPARE(webSocketBinaryHeader(126), std::string("\x82\x7E\x00\x7E", 4));
    QCOMPARE(webSocketBinaryHeader(0x12345), std::string("\x82\x7F\0\0\0\0\0\x01\x23\x45", 10));
    QCOMPARE(webSocketPong("ab"), std::string("\x8A\x02"
                                              "ab"));
    QCOMPARE(webSocketClosing(WebSocketClose::normal), std::string("\x88\x02\x03\xE8"));
  }
};

QTEST_GUILESS_MAIN(TestWebSocketFrames)
#include "tst_websocket_frames.moc"
