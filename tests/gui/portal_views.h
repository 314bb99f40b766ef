#pragma once

#include "gateway/simulator/town.h"
#include "tests/gui/portal_window.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/map/car_colours.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_page.h"

#include <QScrollArea>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

/// Everything that the window can show of a driving fleet, each with the way to it: for tests that walk through all of
/// it and for the pictures in docs/screenshots, whose names these are.
namespace carport::test {

struct PortalView {
  QString name;
  std::function<bool()> open;  ///< false where there is no such thing
};

class PortalViews {
 public:
  explicit PortalViews(PortalWindow& portal) : m_portal(portal) {}

  std::vector<PortalView> all() {
    return {{"map", [this] { return map(); }},
            {"map-far", [this] { return mapAt(place(), 5); }},
            {"map-near", [this] { return mapAt(place(), 16.4); }},
            {"map-car", [this] { return mapCar(); }},
            {"map-past", [this] { return mapPast(); }},
            {"map-metric", [this] { return mapMetric(); }},
            {"map-layers", [this] { return map() && press(window(), "Layers") && rest(); }},
            {"map-heat", [this] { return mapHeat(); }},
            {"palette", [this] { return map() && palette(); }},
            {"keys", [this] { return map() && key(Qt::Key_Question); }},
            {"cars", [this] { return page(Qt::Key_2); }},
            {"add-car", [this] { return page(Qt::Key_2) && drawer(Qt::Key_N); }},
            {"car", [this] { return carAt(0); }},
            {"car-middle", [this] { return carAt(0.5); }},
            {"car-end", [this] { return carAt(1); }},
            {"permissions", [this] { return page(Qt::Key_3); }},
            {"rule", [this] { return page(Qt::Key_3) && press(window(), "Add rule") && rest(); }},
            {"commands", [this] { return page(Qt::Key_4); }},
            {"gateway", [this] { return page(Qt::Key_5); }},
            {"connect", [this] { return page(Qt::Key_5) && drawer(Qt::Key_O); }}};
  }

  /// Backs out of whatever is open: the present, the map, nothing chosen.
  void leave() {
    window().timeMachine().goLive();
    mapPage().colours().setColouring({});
    if (auto* heat = mapPage().layers().layer("heat")) heat->setOn(false);
    for (int step = 0; step < 4; ++step) m_portal.keys(Qt::Key_Escape, Qt::NoModifier);
    m_portal.drawer().close();
    m_portal.keys(Qt::Key_1);
    for (int step = 0; step < 3; ++step) QTest::keyClick(&view(), Qt::Key_Escape);
  }

  /// A car of the fleet that drives, near the middle of the town, with its place.
  bool findCar() {
    const ui::CarStore& store = m_portal.portal.store;
    double nearest = 1e9;
    for (ui::CarStore::Row row = 0; row < store.size(); ++row) {
      const api::CarPosition& position = store.position(row);
      if (position.activity != api::Activity::driving || std::isnan(position.latitude)) continue;
      const double off = std::hypot(position.latitude - kTown.latitude, position.longitude - kTown.longitude);
      if (off >= nearest) continue;
      nearest = off;
      m_car = store.numbers()[row];
    }
    return nearest < 1e9;
  }
  PrincipalNumber car() const { return m_car; }
  /// How far back the view of the past goes.
  void setPast(Milliseconds past) { m_past = past; }

 private:
  static inline const ui::GeoPoint kTown{sim::TownPlan().centre.latitude, sim::TownPlan().centre.longitude};
  /// Pictures wait until the last detail is there; where things stand is told sooner.
  static int restMs() { return qEnvironmentVariableIsEmpty("CARPORT_PICTURES") ? 150 : 700; }
  static int plotRestMs() { return 2 * restMs(); }

  ui::MainWindow& window() { return *m_portal.window; }
  ui::MapPage& mapPage() { return *window().findChild<ui::MapPage*>(); }
  ui::MapView& view() { return mapPage().view(); }

  ui::GeoPoint place() {
    const ui::CarStore& store = m_portal.portal.store;
    const auto row = store.rowOf(m_car);
    return row ? ui::GeoPoint{store.position(*row).latitude, store.position(*row).longitude} : kTown;
  }

  /// Until answers, pictures of streets and what is drawn a little later are there.
  bool rest(int ms = restMs()) {
    QTest::qWait(ms);
    return QTest::qWaitFor([this] { return !view().isVisible() || view().isSettled(); }, kPatienceMs);
  }
  bool page(Qt::Key key) {
    m_portal.keys(key);
    return rest();
  }
  bool drawer(Qt::Key key) {
    m_portal.keys(key);
    return QTest::qWaitFor([this] { return m_portal.drawer().isOpen(); }, kPatienceMs) && rest();
  }
  bool map() {
    window().showPage(ui::Page::map);
    view().fitAll(false);
    return rest();
  }
  bool mapAt(ui::GeoPoint at, double zoom) {
    window().showPage(ui::Page::map);
    view().jumpTo(ui::toWorld(at), zoom);
    return rest();
  }
  bool mapCar() {
    if (!mapAt(place(), 15)) return false;
    mapPage().showCar(m_car);
    return QTest::qWaitFor([this] { return m_portal.drawer().isOpen(); }, kPatienceMs) && rest(plotRestMs());
  }
  bool mapPast() {
    if (!map()) return false;
    ui::TimeMachine& machine = window().timeMachine();
    machine.goTo(machine.present() - m_past);
    return QTest::qWaitFor([&] { return !machine.isLoading(); }, kPatienceMs) && rest(plotRestMs());
  }
  bool mapMetric() {
    if (!map()) return false;
    mapPage().colours().setColouring({"soc", {}});
    return rest(plotRestMs());
  }
  bool mapHeat() {
    if (!map()) return false;
    mapPage().layers().layer("heat")->setOn(true);
    return rest(plotRestMs());
  }
  bool palette() {
    m_portal.keys(Qt::Key_K);
    QTest::keyClicks(QApplication::focusWidget(), "taxi");
    return rest();
  }
  bool key(Qt::Key key) {
    view().setFocus();
    m_portal.keys(key, Qt::NoModifier);
    return rest();
  }
  bool carAt(double part) {
    window().showCarPage(m_car);
    if (!rest(plotRestMs())) return false;
    for (auto* page : window().findChildren<ui::CarPage*>()) {
      auto* area = page->findChild<QScrollArea*>();
      if (!page->isVisible() || !area) continue;
      QScrollBar* bar = area->verticalScrollBar();
      bar->setValue(static_cast<int>(std::lround(bar->maximum() * part)));
    }
    return rest();
  }

  PortalWindow& m_portal;
  PrincipalNumber m_car;
  Milliseconds m_past{300'000};
};

}  // namespace carport::test
