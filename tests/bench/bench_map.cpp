#include "tests/gui/map_fleet.h"
#include "ui/models/street_importer.h"
#include "ui/widgets/map/base_map_painter.h"
#include "ui/widgets/map/car_painter.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/street_scene.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QPainter>
#include <QTemporaryDir>
#include <QTimer>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <functional>

// What the map costs at 1600 × 900 without a GPU. First the parts: deciding what is to be drawn, and drawing it. Then
// the whole page in a window, with 30,000 cars moving: how long the GUI thread is busy, how often cars are drawn anew,
// and how many frames a second a hand that pans and zooms sees. Those figures are of the machine's clock: on a machine
// that does other things besides they are too large, and gui_cpu_ms/frame is the honest one.

using namespace carport;
using namespace carport::ui;

namespace {

constexpr QSizeF kWindow(1600, 900);

/// `crowded`: all of them around Brussels, so that a near zoom has them all in sight.
MapCars fleet(std::int64_t count, bool crowded) {
  auto cars = test::makeFleet(std::size_t(count));
  if (crowded) {
    for (auto& car : cars) {
      car.position->latitude = 50.85 + (car.position->latitude - 49) / 400;
      car.position->longitude = 4.35 + (car.position->longitude - 8) / 300;
    }
  }
  return test::snapshotOf(cars);
}

CarLook look() {
  const Theme& theme = Theme::light();
  return {theme, std::make_shared<const GlyphAtlas>(theme, 1.0), textFont(TextSize::small),
          textFont(TextSize::small, TextWeight::strong)};
}

void frame(benchmark::State& state, double zoom, bool crowded) {
  const MapCars cars = fleet(state.range(0), crowded);
  const MapViewport viewport(toWorld({50.85, 4.35}), zoom, kWindow);
  const CarLook carLook = look();
  CarPainter carPainter;
  QImage image(kWindow.toSize(), QImage::Format_ARGB32_Premultiplied);
  std::size_t shown = 0;
  for (auto _ : state) {
    image.fill(Qt::transparent);
    QPainter painter(&image);
    const CarScene scene = makeCarScene(*cars, viewport, CarStore::steadyMs(), {});
    carPainter.paint(painter, scene, *cars, carLook, kWindow, {});
    shown = scene.signs.size() + scene.clusters.size();
  }
  state.counters["shown"] = double(shown);
}

void carsInAContinent(benchmark::State& state) {
  frame(state, 4.6, false);
}
void carsInACity(benchmark::State& state) {
  frame(state, 13.5, true);
}

void baseMap(benchmark::State& state) {
  QFile file(QStringLiteral(":/carport/world.cpm"));
  if (!file.open(QIODevice::ReadOnly)) {
    state.SkipWithError("no base map");
    return;
  }
  const auto map = BaseMap::decode(file.readAll());
  const BaseMapLook baseLook{Theme::light(), textFont(TextSize::small), textFont(TextSize::body), true};
  const MapViewport viewport(toWorld({50.85, 4.35}), double(state.range(0)), kWindow);
  for (auto _ : state) benchmark::DoNotOptimize(paintBaseMap(*map, viewport, baseLook, 1.0));
}

/// Processor time of this thread, which other programs do not make longer as they do the clock's; 0 where the system
/// does not tell (it is Linux that does).
double threadCpuMs() {
  QFile file(QStringLiteral("/proc/thread-self/schedstat"));
  return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').first().toDouble() / 1e6 : 0;
}

/// Counts what the GUI thread does: how long each event took that the event loop handed out, and how many paints.
class Watched : public QApplication {
 public:
  using QApplication::QApplication;

  bool notify(QObject* receiver, QEvent* event) override {
    if (m_depth > 0) return QApplication::notify(receiver, event);
    ++m_depth;
    QElapsedTimer timer;
    timer.start();
    const bool done = QApplication::notify(receiver, event);
    const double ms = double(timer.nsecsElapsed()) / 1e6;
    --m_depth;
    busyMs += ms;
    longestMs = std::max(longestMs, ms);
    return done;
  }

  double busyMs = 0;
  double longestMs = 0;

 private:
  int m_depth = 0;
};

/// Counts the paints of the map's view, and their times apart.
class Paints : public QObject {
 public:
  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() == QEvent::Paint) ++count;
    return false;
  }
  int count = 0;
};

/// A page with cars that move: `moving` of them have a new fix in each batch, 20 batches a second.
class LivePage {
 public:
  LivePage(std::size_t count, std::size_t moving, double zoom, bool crowded) : m_moving(moving), page(store) {
    auto cars = test::makeFleet(count);
    for (auto& car : cars) {
      if (crowded) {
        car.position->latitude = 50.85 + (car.position->latitude - 49) / 400;
        car.position->longitude = 4.35 + (car.position->longitude - 8) / 300;
      }
      car.position->activity = carport::api::Activity::driving;
      car.position->speed = 60;
      m_fixes.push_back(*car.position);
    }
    store.setCars(cars);
    page.resize(kWindow.toSize());
    page.show();
    page.view().setViewport({toWorld({50.85, 4.35}), zoom, kWindow});
    page.view().installEventFilter(&paints);
    QObject::connect(&m_feed, &QTimer::timeout, [this] { step(); });
    m_feed.setTimerType(Qt::PreciseTimer);
    m_feed.start(50);
    settle(1500);
  }

  /// Sleeps between events, as the program does: asking for them again and again would cost what is measured.
  static void settle(int ms) {
    QEventLoop loop;
    QTimer::singleShot(ms, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
  }

 private:
  void step() {
    m_batch.clear();  // in the program another thread makes it
    for (std::size_t n = 0; n < m_moving; ++n) {
      carport::api::CarPosition& fix = m_fixes[m_next++ % m_fixes.size()];
      fix.latitude += 0.0001;
      fix.time += std::chrono::milliseconds(50);
      m_batch.push_back(fix);
    }
    store.applyPositions(m_batch);
  }

  std::size_t m_moving;
  std::vector<carport::api::CarPosition> m_fixes;
  std::vector<carport::api::CarPosition> m_batch;
  std::size_t m_next = 0;
  QTimer m_feed;

 public:
  CarStore store;
  MapPage page;
  Paints paints;
};

void live(benchmark::State& state, double zoom, bool crowded, const std::function<void(MapView&, int)>& hand) {
  auto& application = static_cast<Watched&>(*qApp);
  LivePage live(30'000, std::size_t(state.range(0)), zoom, crowded);
  int pictures = 0;
  QObject::connect(&live.page.view(), &MapView::carsDrawn, &live.page, [&] { ++pictures; });
  QTimer hands;
  hands.setTimerType(Qt::PreciseTimer);
  int frame = 0;
  QObject::connect(&hands, &QTimer::timeout, &live.page, [&] { hand(live.page.view(), frame++); });
  if (hand) hands.start(16);
  live.paints.count = 0;
  application.busyMs = 0;
  application.longestMs = 0;
  double seconds = 0;
  const double cpuBefore = threadCpuMs();
  for (auto _ : state) {
    LivePage::settle(5'000);
    seconds += 5;
  }
  state.counters["gui_cpu_ms/frame"] = (threadCpuMs() - cpuBefore) / std::max(1, live.paints.count);
  state.counters["frames/s"] = live.paints.count / seconds;
  state.counters["cars/s"] = pictures / seconds;
  state.counters["busy_ms/frame"] = application.busyMs / std::max(1, live.paints.count);
  state.counters["busy_%"] = application.busyMs / seconds / 10;
  state.counters["longest_ms"] = application.longestMs;
}

void liveContinent(benchmark::State& state) {
  live(state, 4.6, false, {});
}
void liveCity(benchmark::State& state) {
  live(state, 13.5, true, {});
}
void panContinent(benchmark::State& state) {
  live(state, 4.6, false, [](MapView& view, int n) {
    view.setViewport(view.viewport().panned({(n / 60) % 2 == 0 ? 7.0 : -7.0, 2}));
  });
}
void panCity(benchmark::State& state) {
  live(state, 13.5, true, [](MapView& view, int n) {
    view.setViewport(view.viewport().panned({(n / 60) % 2 == 0 ? 7.0 : -7.0, 0}));
  });
}
void zoomCity(benchmark::State& state) {
  live(state, 13.0, true, [](MapView& view, int n) {
    view.setViewport(view.viewport().zoomedAt({800, 450}, 13 + 0.8 * std::sin(n / 40.0)));
  });
}

/// The extract that CARPORT_EXTRACT names (Monaco's beside the project, where there is one), in its middle.
void streets(benchmark::State& state) {
  const QString extract = qEnvironmentVariable("CARPORT_EXTRACT", QStringLiteral("../shared/data/osm/monaco.osm.pbf"));
  const QTemporaryDir folder;
  const auto imported = importStreets(extract, folder.path(), [](double) { return true; });
  if (!imported) {
    state.SkipWithError(imported.error().message().c_str());
    return;
  }
  QFile file(QStringLiteral(":/carport/world.cpm"));
  const auto map = file.open(QIODevice::ReadOnly) ? BaseMap::decode(file.readAll()) : Result<BaseMap>(BaseMap());
  const BaseMapLook baseLook{Theme::light(), textFont(TextSize::small), textFont(TextSize::body), true};
  const MapViewport viewport(imported->bounds.center(), double(state.range(0)), kWindow);
  StreetShelf shelf;
  for (auto _ : state) {
    const StreetScene scene = shelf.gather({imported->file}, viewport);
    benchmark::DoNotOptimize(paintBaseMap(*map, viewport, baseLook, 1.0, &scene));
  }
}

void importOfStreets(benchmark::State& state) {
  const QString extract = qEnvironmentVariable("CARPORT_EXTRACT", QStringLiteral("../shared/data/osm/monaco.osm.pbf"));
  const QTemporaryDir folder;
  for (auto _ : state) {
    if (!importStreets(extract, folder.path(), [](double) { return true; })) state.SkipWithError("no extract");
  }
}

BENCHMARK(carsInAContinent)->Arg(1'000)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(carsInACity)->Arg(1'000)->Arg(5'000)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(baseMap)->Arg(3)->Arg(5)->Arg(8)->Arg(14)->Unit(benchmark::kMillisecond);
BENCHMARK(streets)->Arg(12)->Arg(13)->Arg(15)->Arg(17)->Unit(benchmark::kMillisecond);
BENCHMARK(importOfStreets)->Unit(benchmark::kMillisecond);
// 3,000 fixes in 50 ms: 60,000 messages a second; 30,000: every car has moved.
BENCHMARK(liveContinent)->Arg(3'000)->Arg(30'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(liveCity)->Arg(3'000)->Arg(30'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(panContinent)->Arg(3'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(panCity)->Arg(3'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(zoomCity)->Arg(3'000)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  Watched application(argc, argv);
  applyTheme(application, Theme::light());
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
