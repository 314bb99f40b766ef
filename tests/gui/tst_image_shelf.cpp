#include "ui/widgets/map/image_shelf.h"

#include <QtTest>

using carport::ui::ImageShelf;

/// Pictures of cars are drawn over once nobody shows them any more, and not before.
class TestImageShelf : public QObject {
  Q_OBJECT

 private slots:
  void whatIsShownIsNotDrawnOver() {
    ImageShelf shelf;
    QImage shown = draw(shelf, Qt::red);
    const uchar* first = shown.constBits();
    const QImage next = draw(shelf, Qt::blue);
    QVERIFY(next.constBits() != first);
    QCOMPARE(shown.pixelColor(3, 3), QColor(Qt::red));
    shown = next;
    QVERIFY(draw(shelf, Qt::green).constBits() == first);
    QCOMPARE(shown.pixelColor(3, 3), QColor(Qt::blue));
  }

  void aPictureIsTransparentAtFirst() {
    ImageShelf shelf;
    for (int n = 0; n < 4; ++n) {
      draw(shelf, Qt::red);
      const QImage image = shelf.take(kSize);
      QCOMPARE(image.pixel(0, 0), 0U);
      QCOMPARE(image.pixel(kSize.width() - 1, kSize.height() - 1), 0U);
    }
  }

  void anotherSizeIsAnotherPicture() {
    ImageShelf shelf;
    draw(shelf, Qt::red);
    const QImage image = shelf.take({40, 30});
    QCOMPARE(image.size(), QSize(40, 30));
    QCOMPARE(image.pixel(39, 29), 0U);
    QVERIFY(shelf.take({}).isNull());
  }

 private:
  static constexpr QSize kSize{64, 48};

  static QImage draw(ImageShelf& shelf, const QColor& colour) {
    QImage image = shelf.take(kSize);
    image.fill(colour);
    shelf.keep(image);
    return image;
  }
};

QTEST_GUILESS_MAIN(TestImageShelf)
#include "tst_image_shelf.moc"
