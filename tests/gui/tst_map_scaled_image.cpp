#include "ui/widgets/map/scaled_image.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>
#include <cstdlib>

using namespace carport::ui;

namespace {

/// Something of which each pixel tells where it is.
QImage pattern() {
  QImage image(200, 300, QImage::Format_ARGB32_Premultiplied);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) image.setPixel(x, y, qRgb(x, y / 2, (x * 7 + y * 13) % 256));
  }
  return image;
}

QImage canvas(qreal ratio) {
  QImage image(QSize(500, 700) * ratio, QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(ratio);
  image.fill(Qt::white);
  return image;
}

int difference(const QImage& one, const QImage& other) {
  int largest = 0;
  for (int y = 0; y < one.height(); ++y) {
    for (int x = 0; x < one.width(); ++x) {
      const QRgb a = one.pixel(x, y);
      const QRgb b = other.pixel(x, y);
      largest = std::max({largest, std::abs(qRed(a) - qRed(b)), std::abs(qGreen(a) - qGreen(b)),
                          std::abs(qBlue(a) - qBlue(b))});
    }
  }
  return largest;
}

}  // namespace

/// A picture drawn strip by strip is the picture that is drawn at once.
class TestMapScaledImage : public QObject {
  Q_OBJECT

 private slots:
  void looksAsDrawnAtOnce_data() {
    QTest::addColumn<double>("ratio");
    QTest::addColumn<QRectF>("target");
    QTest::newRow("larger") << 1.0 << QRectF(20.3, 30.7, 411.5, 617.1);
    QTest::newRow("smaller") << 1.0 << QRectF(20.3, 30.7, 133.3, 199.9);
    QTest::newRow("beyond the edges") << 1.0 << QRectF(-120, -333.3, 900, 1350);
    QTest::newRow("a screen of 125 %") << 1.25 << QRectF(10.1, 20.2, 400, 600);
    QTest::newRow("a screen of 200 %") << 2.0 << QRectF(-10, 20.2, 400, 600);
  }
  void looksAsDrawnAtOnce() {
    QFETCH(double, ratio);
    QFETCH(QRectF, target);
    QImage strips = canvas(ratio);
    QImage whole = canvas(ratio);
    {
      QPainter painter(&strips);
      drawScaled(painter, target, pattern());
      QPainter at(&whole);
      at.setRenderHint(QPainter::SmoothPixmapTransform);
      at.drawImage(target, pattern(), QRectF(QPointF(), QSizeF(pattern().size())));
    }
    QVERIFY2(difference(strips, whole) <= 1, qPrintable(QString::number(difference(strips, whole))));
    QVERIFY(difference(strips, canvas(ratio)) > 0);
  }

  void keepsToTheClip() {
    QImage image = canvas(1);
    QPainter painter(&image);
    painter.setClipRect(QRect(100, 100, 50, 300));
    drawScaled(painter, QRectF(0, 0, 500, 700), pattern());
    painter.end();
    QVERIFY(image.pixelColor(125, 250) != QColor(Qt::white));
    QCOMPARE(image.pixelColor(99, 250), QColor(Qt::white));
    QCOMPARE(image.pixelColor(125, 401), QColor(Qt::white));
  }
};

QTEST_MAIN(TestMapScaledImage)
#include "tst_map_scaled_image.moc"
