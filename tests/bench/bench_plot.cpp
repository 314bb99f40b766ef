#include "ui/models/plot_pyramid.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/style/apply_theme.h"

#include <QApplication>
#include <QImage>
#include <QPainter>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

// What a frame of a plot costs at 1600 × 900 while it is zoomed and moved: finding what its pixels show among all
// points, and drawing it.

using namespace carport;
using namespace carport::ui;

namespace {

constexpr QSize kWindow(1600, 900);
constexpr std::int64_t kStepMs = 100;
/// A full zoom from everything to some seconds, and back.
constexpr int kFramesPerZoom = 40;

/// A drive by a noisy sensor: never two equal neighbours, so that nothing is easy to draw.
double valueAt(std::int64_t index) {
  const double slow = 50 * std::sin(double(index) / 90'000);
  const double fast = 12 * std::sin(double(index) / 37);
  const double noise = double((index * 2'654'435'761LL) % 1'000) / 100;
  return 60 + slow + fast + noise;
}

const PlotPyramid& pyramid(std::int64_t count) {
  static PlotPyramid points;
  if (std::int64_t(points.size()) == count) return points;
  points = PlotPyramid();
  points.reserve(std::size_t(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const double value = valueAt(i);
    points.append({fromMs(i * kStepMs), value, value, value, value, 1});
  }
  return points;
}

/// The range of a frame: from everything to a minute about a third of the way, by equal factors.
TimeRange rangeOf(std::int64_t count, int frame) {
  const double whole = double(count * kStepMs);
  const double share = double(frame % kFramesPerZoom) / kFramesPerZoom;
  const double length = whole * std::pow(60'000 / whole, share);
  const double from = (whole - length) / 3;
  return {fromMs(std::int64_t(from)), fromMs(std::int64_t(from + length))};
}

/// In milliseconds; `cpu`: of this process, without what other programs did meanwhile.
struct Cost {
  double wall = 0;
  double cpu = 0;
};

template <typename Work>
Cost milliseconds(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpuBegin = std::clock();
  work();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  return {took.count(), double(std::clock() - cpuBegin) * 1e3 / CLOCKS_PER_SEC};
}

void zoom(benchmark::State& state) {
  const std::int64_t count = state.range(0);
  const auto lines = std::size_t(state.range(1));
  const PlotPyramid& points = pyramid(count);
  PlotView view;
  view.resize(kWindow);
  QImage image(kWindow, QImage::Format_ARGB32_Premultiplied);
  std::size_t shown = 0;
  const auto draw = [&](int frame) {
    const TimeRange range = rangeOf(count, frame);
    std::vector<ChartSeries> series;
    for (std::size_t i = 0; i < lines; ++i) {
      series.push_back({QString::number(i), QString::number(i), points.points(range, std::size_t(view.plotWidth()))});
    }
    shown = std::max(shown, series.front().points.size());
    view.setRange(range);
    view.setSeries(std::move(series));
    view.render(&image);
  };
  // Opening a plot also finds fonts and memory: not a frame of a zoom, so it has a figure of its own.
  const double first = milliseconds([&] { draw(0); }).wall;
  int frame = 0;
  Cost slowest;
  for (auto _ : state) {
    const Cost cost = milliseconds([&] { draw(frame++); });
    slowest = {std::max(slowest.wall, cost.wall), std::max(slowest.cpu, cost.cpu)};
  }
  state.counters["first_ms"] = first;
  state.counters["slowest_ms"] = slowest.wall;
  state.counters["slowest_cpu_ms"] = slowest.cpu;
  state.counters["points_shown"] = double(shown);
}

/// The crosshair moves over lines that stay.
void crosshair(benchmark::State& state) {
  const PlotPyramid& points = pyramid(10'000'000);
  PlotView view;
  view.resize(kWindow);
  const TimeRange range = rangeOf(10'000'000, 0);
  view.setRange(range);
  view.setSeries({{"one", "", points.points(range, std::size_t(view.plotWidth()))}});
  QImage image(kWindow, QImage::Format_ARGB32_Premultiplied);
  int pixel = 0;
  for (auto _ : state) {
    view.setCrosshair(view.geometryOfPlot().timeAt(100 + pixel++ % 1'400));
    view.render(&image);
  }
}

/// A sample arrives at the right end.
void append(benchmark::State& state) {
  PlotPyramid points;
  std::int64_t i = 0;
  for (auto _ : state) {
    const double value = valueAt(i);
    points.append({fromMs(i++), value, value, value, value, 1});
  }
}

BENCHMARK(zoom)
    ->ArgNames({"points", "lines"})
    ->Args({1'000, 1})
    ->Args({1'000'000, 1})
    ->Args({10'000'000, 1})
    ->Args({10'000'000, 4})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(4 * kFramesPerZoom);
BENCHMARK(crosshair)->Unit(benchmark::kMillisecond);
BENCHMARK(append);

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  applyTheme(application, Theme::light());
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
