#include "gateway/domain/qr_picture.h"

#include <QtTest>

#include <zlib.h>

using namespace carport;

/// QR codes as pictures: what a label shows is the code, dot by dot.
class TestQrPicture : public QObject {
  Q_OBJECT

  static std::uint32_t bigEndian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  /// The data of the next chunk, whose checksum is right; takes it off `rest`.
  static std::string chunk(std::string_view& rest, std::string_view type) {
    const std::size_t size = bigEndian(rest);
    const auto checked = rest.substr(4, size + 4);
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
    const bool isRight = checked.starts_with(type) && sum == bigEndian(rest.substr(8 + size));
    rest.remove_prefix(size + 12);
    return isRight ? std::string(checked.substr(4)) : std::string("damaged");
  }

 private slots:
  void aPngShowsEveryModule() {
    const auto picture = QrPicture::of("ACDE-2345");
    QVERIFY(picture.has_value());
    const std::string png = picture->png();
    std::string_view rest = png;
    QVERIFY(rest.starts_with("\x89PNG\r\n\x1A\n"));
    rest.remove_prefix(8);
    const std::string header = chunk(rest, "IHDR");
    const std::size_t modules = picture->side() + 2 * QrPicture::kQuietZone;
    const std::size_t side = modules * QrPicture::kDotsAModule;
    QCOMPARE(header.size(), std::size_t{13});
    QCOMPARE(std::size_t{bigEndian(header)}, side);
    QCOMPARE(std::size_t{bigEndian(std::string_view(header).substr(4))}, side);
    QCOMPARE(header[8], char{1});
    const std::string data = chunk(rest, "IDAT");
    std::string rows(side * (modules + 1), '\0');
    auto size = static_cast<uLongf>(rows.size());
    QCOMPARE(uncompress(reinterpret_cast<Bytef*>(rows.data()), &size, reinterpret_cast<const Bytef*>(data.data()),
                        static_cast<uLong>(data.size())),
             Z_OK);
    QCOMPARE(std::size_t{size}, rows.size());
    QCOMPARE(chunk(rest, "IEND"), std::string());
    QVERIFY(rest.empty());
    for (std::size_t y = 0; y < side; ++y) {
      for (std::size_t x = 0; x < side; ++x) {
        const auto byte = static_cast<unsigned char>(rows[y * (modules + 1) + 1 + x / 8]);
        const bool isBlack = (byte >> (7 - x % 8) & 1U) == 0;
        QCOMPARE(isBlack, isDarkAt(*picture, x / QrPicture::kDotsAModule, y / QrPicture::kDotsAModule));
      }
    }
  }

  void textsHaveALength() {
    QVERIFY(!QrPicture::of(""));
    QVERIFY(QrPicture::of(std::string(QrPicture::kMaxTextBytes, 'A')).has_value());
    QVERIFY(!QrPicture::of(std::string(QrPicture::kMaxTextBytes + 1, 'A')));
  }

 private:
  static bool isDarkAt(const QrPicture& picture, std::size_t x, std::size_t y) {
    constexpr std::size_t kQuiet = QrPicture::kQuietZone;
    const bool isInside = x >= kQuiet && y >= kQuiet && x < picture.side() + kQuiet && y < picture.side() + kQuiet;
    return isInside && picture.isDark(x - kQuiet, y - kQuiet);
  }
};

QTEST_GUILESS_MAIN(TestQrPicture)
#include "tst_qr_picture.moc"
