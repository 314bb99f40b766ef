#include "ui/widgets/charts/plot_raster.h"

#include <QPainter>
#include <QTest>

#include <array>
#include <cmath>
#include <limits>

using namespace carport::ui;

namespace {

constexpr QRect kArea(10, 20, 40, 30);
const QColor kInk(Qt::black);

/// What the raster shows over white; `place` is in the area's own coordinates.
QImage shown(const PlotRaster& raster, qreal ratio = 1) {
  QImage image(QSize(60, 60) * ratio, QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(ratio);
  image.fill(Qt::white);
  QPainter painter(&image);
  raster.paint(painter);
  painter.end();
  return image;
}

int darkness(const QImage& image, int x, int y) {
  return 255 - qGray(image.pixel(x, y));
}

/// The whole ink of a picture, in full pixels.
double inkOf(const QImage& image) {
  double sum = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) sum += darkness(image, x, y) / 255.0;
  }
  return sum;
}

}  // namespace

class TestPlotRaster : public QObject {
  Q_OBJECT

 private slots:
  void init() { m_raster.begin(kArea, 1); }

  void drawsNothingOfItself() { QCOMPARE(inkOf(shown(m_raster)), 0.0); }

  void fillsThePixelsUnderALevelLine() {
    m_raster.line(std::array{QPointF(15, 30.5), QPointF(25, 30.5)}, 1, kInk);
    const QImage image = shown(m_raster);
    QCOMPARE(darkness(image, 15, 30), 255);
    QCOMPARE(darkness(image, 24, 30), 255);
    QCOMPARE(darkness(image, 25, 30), 0);
    QCOMPARE(darkness(image, 20, 29), 0);
    QCOMPARE(darkness(image, 20, 31), 0);
  }

  void sharesALineBetweenTwoPixelsThatItLiesBetween() {
    m_raster.line(std::array{QPointF(20, 25), QPointF(20, 45)}, 1, kInk);
    const QImage image = shown(m_raster);
    QVERIFY(std::abs(darkness(image, 19, 30) - 128) <= 2);
    QVERIFY(std::abs(darkness(image, 20, 30) - 128) <= 2);
  }

  void spendsAsMuchInkAsTheLineIsLongAndWide_data() {
    QTest::addColumn<QPointF>("to");
    QTest::newRow("level") << QPointF(45, 35);
    QTest::newRow("flat") << QPointF(45, 41);
    QTest::newRow("diagonal") << QPointF(28, 48);
    QTest::newRow("steep") << QPointF(19, 49);
    QTest::newRow("back and up") << QPointF(12, 22);
  }
  void spendsAsMuchInkAsTheLineIsLongAndWide() {
    QFETCH(QPointF, to);
    const QPointF from(16, 35);
    m_raster.line(std::array{from, to}, 1.6, kInk);
    const double expected = 1.6 * std::hypot(to.x() - from.x(), to.y() - from.y());
    QVERIFY(std::abs(inkOf(shown(m_raster)) - expected) < expected * 0.05);
  }

  void leavesNoSeamWhereTwoPiecesMeet() {
    m_raster.line(std::array{QPointF(15, 30.5), QPointF(19.3, 30.5), QPointF(19.7, 30.5), QPointF(25, 30.5)}, 1, kInk);
    const QImage image = shown(m_raster);
    for (int x = 15; x < 25; ++x) QVERIFY(darkness(image, x, 30) >= 253);
  }

  void cutsWhatLiesOutside() {
    m_raster.line(std::array{QPointF(-1e7, 35.5), QPointF(1e7, 35.5)}, 1, kInk);
    m_raster.line(std::array{QPointF(30.5, -1e9), QPointF(30.5, 1e9)}, 1, kInk);
    m_raster.line(std::array{QPointF(-50, -50), QPointF(-40, -90)}, 3, kInk);
    const QImage image = shown(m_raster);
    QCOMPARE(inkOf(image), double(kArea.width() + kArea.height() - 1));
    QCOMPARE(darkness(image, kArea.right(), 35), 255);
    QCOMPARE(darkness(image, 30, kArea.bottom()), 255);
  }

  void leavesOutWhatIsNoPlace() {
    const double none = std::numeric_limits<double>::quiet_NaN();
    m_raster.line(std::array{QPointF(15, 30.5), QPointF(20, none), QPointF(21, 30.5), QPointF(25, 30.5)}, 1, kInk);
    QCOMPARE(inkOf(shown(m_raster)), 4.0);
    m_raster.line(std::array<QPointF, 1>{QPointF(30, 30)}, 1, kInk);
    m_raster.line({}, 1, kInk);
    QCOMPARE(inkOf(shown(m_raster)), 4.0);
  }

  void blendsABandsColumnsOnce() {
    QColor pale = kInk;
    pale.setAlpha(51);
    m_raster.column(QRectF(15, 25, 2, 10), pale);
    m_raster.column(QRectF(17, 25, 1, 10), pale);
    const QImage image = shown(m_raster);
    for (int x = 15; x < 18; ++x) QVERIFY(std::abs(darkness(image, x, 30) - 51) <= 1);
    QVERIFY(std::abs(inkOf(image) - 3 * 10 * 0.2) < 0.2);
  }

  void putsALineOverABand() {
    m_raster.column(QRectF(15, 25, 20, 20), Qt::red);
    m_raster.line(std::array{QPointF(15, 30.5), QPointF(35, 30.5)}, 1, Qt::blue);
    const QImage image = shown(m_raster);
    QCOMPARE(image.pixelColor(20, 30), QColor(Qt::blue));
    QCOMPARE(image.pixelColor(20, 32), QColor(Qt::red));
  }

  void isAsSharpAsTheScreen() {
    m_raster.begin(kArea, 2);
    m_raster.line(std::array{QPointF(15, 30.25), QPointF(25, 30.25)}, 0.5, kInk);
    const QImage image = shown(m_raster, 2);
    QCOMPARE(darkness(image, 40, 60), 255);
    QCOMPARE(darkness(image, 40, 61), 0);
    QCOMPARE(inkOf(image), 20.0);
  }

  /// Nothing asks for memory without limit: a poster is drawn coarser, over all of its area.
  void aPosterIsCoarser() {
    const QRect poster(0, 0, 20'000, 20'000);
    m_raster.begin(poster, 1);
    m_raster.line(std::array{QPointF(0, 19'000), QPointF(20'000, 19'000)}, 400, kInk);
    QImage image(200, 200, QImage::Format_ARGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.scale(0.01, 0.01);
    m_raster.paint(painter);
    painter.end();
    QCOMPARE(darkness(image, 199, 190), 255);
    QCOMPARE(darkness(image, 199, 180), 0);
  }

  void beginsAnewWithoutWhatWasThere() {
    m_raster.line(std::array{QPointF(15, 30), QPointF(40, 45)}, 3, kInk);
    m_raster.begin(kArea, 1);
    QCOMPARE(inkOf(shown(m_raster)), 0.0);
  }

 private:
  PlotRaster m_raster;
};

QTEST_MAIN(TestPlotRaster)
#include "tst_plot_raster.moc"
