#include "ui/widgets/map/map_camera.h"

#include <QTest>

#include <cmath>

using namespace carport::ui;

class TestMapCamera : public QObject {
  Q_OBJECT

 private slots:
  void init() { m_camera.jumpTo({toWorld({50, 4}), 10, {800, 600}}); }

  void followsTheHandAtOnce() {
    m_camera.zoomBy(1, {400, 300});
    QVERIFY(m_camera.viewport().zoom() > 10);
    QVERIFY(m_camera.viewport().zoom() < 11);
    QTRY_COMPARE(m_camera.viewport().zoom(), 11.0);
  }

  /// Notches that come quicker than frames put no frame off.
  void zoomsWhileTheWheelIsTurnedOnAndOn() {
    m_camera.zoomBy(0.1, {400, 300});
    const double begun = m_camera.viewport().zoom();
    for (int notch = 0; notch < 25; ++notch) {
      m_camera.zoomBy(0.1, {400, 300});
      QTest::qWait(4);
    }
    QVERIFY(m_camera.viewport().zoom() > begun + 0.5);
    QTRY_VERIFY(std::abs(m_camera.viewport().zoom() - 12.6) < 1e-6);
  }

  void tellsWhereItIsGoing() {
    QCOMPARE(m_camera.target().zoom(), 10.0);
    m_camera.zoomBy(1.5, {100, 50});
    QCOMPARE(m_camera.target().zoom(), 11.5);
    const WorldPoint there = m_camera.target().centre();
    QTRY_COMPARE(m_camera.viewport().zoom(), 11.5);
    QVERIFY((m_camera.viewport().centre() - there).manhattanLength() * m_camera.viewport().worldPx() < 0.01);
    m_camera.beginDrag();
    QTest::qWait(20);
    m_camera.dragBy({30, 0});
    m_camera.endDrag();
    QVERIFY(m_camera.isMoving());
    const double left = m_camera.target().centre().x();
    QVERIFY(left < m_camera.viewport().centre().x());
    QTRY_VERIFY(!m_camera.isMoving());
    QVERIFY(std::abs(m_camera.viewport().centre().x() - left) * m_camera.viewport().worldPx() < 15);
  }

  /// Whoever paints slowly is left as much time for other things as for painting.
  void restsAsLongAsAFrameTook() {
    int steps = 0;
    const auto counting = connect(&m_camera, &MapCamera::moved, this, [&] {
      ++steps;
      m_camera.frameTook(45);
    });
    m_camera.zoomBy(1, {400, 300});
    QTRY_COMPARE(m_camera.viewport().zoom(), 11.0);
    disconnect(counting);
    QVERIFY2(steps <= 12, qPrintable(QString::number(steps)));
    QVERIFY(steps >= 3);
  }

  /// What else is painted meanwhile puts no step off.
  void goesOnWhateverElseIsPainted() {
    m_camera.zoomBy(1, {400, 300});
    const double begun = m_camera.viewport().zoom();
    for (int frame = 0; frame < 60; ++frame) {
      m_camera.frameTook(30);
      QTest::qWait(4);
    }
    QVERIFY(m_camera.viewport().zoom() > begun + 0.4);
  }

 private:
  MapCamera m_camera;
};

QTEST_MAIN(TestMapCamera)
#include "tst_map_camera.moc"
