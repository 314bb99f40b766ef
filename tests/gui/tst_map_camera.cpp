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

 private:
  MapCamera m_camera;
};

QTEST_MAIN(TestMapCamera)
#include "tst_map_camera.moc"
