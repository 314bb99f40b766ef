#include "tests/gui/map_fleet.h"
#include "ui/widgets/map/base_map_painter.h"
#include "ui/widgets/map/car_painter.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QFile>
#include <QPainter>

#include <benchmark/benchmark.h>

// What a frame of the map costs at 1600 × 900: deciding what is to be drawn, and drawing it.

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

BENCHMARK(carsInAContinent)->Arg(1'000)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(carsInACity)->Arg(1'000)->Arg(5'000)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(baseMap)->Arg(3)->Arg(5)->Arg(8)->Arg(14)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  applyTheme(application, Theme::light());
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
