#include "ui/models/car_filter_model.h"
#include "ui/models/car_store.h"
#include "ui/models/car_table_model.h"
#include "ui/models/palette_cars.h"
#include "ui/models/palette_model.h"

#include <QCoreApplication>

#include <benchmark/benchmark.h>

#include <string>

// What the table of 30,000 cars costs: a letter typed into its search, another order, and bringing the order up to date
// while cars move; and a letter typed into the palette.

using namespace carport;
using namespace carport::ui;

namespace {

void fill(CarStore& store, std::uint32_t count) {
  std::vector<api::Car> cars;
  for (std::uint32_t i = 1; i <= count; ++i) {
    api::Car car;
    car.principal.number = PrincipalNumber{i};
    car.principal.id = "car-" + std::to_string(100'000 + i);
    car.principal.name = "Delivery van " + std::to_string(i);
    car.principal.groups = {"group-" + std::to_string(i % 40), i % 2 == 0 ? "north" : "south"};
    api::CarPosition position;
    position.car = car.principal.number;
    position.time = SystemClock().now();
    position.latitude = 50 + i * 1e-5;
    position.longitude = 4 + i * 1e-5;
    position.speed = float(i * 7919 % 130);
    position.activity = position.speed > 50 ? api::Activity::driving : api::Activity::parked;
    car.position = position;
    cars.push_back(std::move(car));
  }
  store.setCars(cars);
}

void filters(benchmark::State& state, const char* text) {
  CarStore store;
  fill(store, std::uint32_t(state.range(0)));
  CarTableModel table(store);
  CarFilterModel filter(table);
  for (auto _ : state) {
    filter.setText(QString::fromUtf8(text));
    state.PauseTiming();
    state.counters["shown"] = double(filter.rowCount());
    filter.setText({});
    state.ResumeTiming();
  }
}

void filterByWord(benchmark::State& state) {
  filters(state, "van 12");
}
void filterByQuery(benchmark::State& state) {
  filters(state, "state:driving speed>80 group:north");
}
void filterByAge(benchmark::State& state) {
  filters(state, "age<1d -group:south is:located");
}

void sorts(benchmark::State& state, CarColumn column) {
  CarStore store;
  fill(store, std::uint32_t(state.range(0)));
  CarTableModel table(store);
  CarFilterModel filter(table);
  bool ascending = false;
  for (auto _ : state) {
    filter.sortBy(CarColumnSpec::of(column), ascending ? Qt::AscendingOrder : Qt::DescendingOrder);
    ascending = !ascending;
  }
}

void sortBySpeed(benchmark::State& state) {
  sorts(state, CarColumn::speed);
}
void sortByName(benchmark::State& state) {
  sorts(state, CarColumn::car);
}

/// A letter typed into the palette, with 30,000 cars and as many names of places.
void palette(benchmark::State& state, const char* text) {
  CarStore store;
  fill(store, std::uint32_t(state.range(0)));
  PaletteCars cars(store, [](PrincipalNumber) {});
  PaletteIndex places;
  for (int n = 0; n < state.range(0); ++n) places.add(QStringLiteral("Rue de la Liberté %1").arg(n), u"monaco");
  cars.prepare();
  for (auto _ : state) {
    const PaletteQuery query(QString::fromUtf8(text));
    benchmark::DoNotOptimize(cars.find(query, PaletteModel::kMaxAlone));
    benchmark::DoNotOptimize(places.find(query, PaletteModel::kMaxAlone));
  }
}

void paletteByLetter(benchmark::State& state) {
  palette(state, "e");
}
void paletteByWords(benchmark::State& state) {
  palette(state, "van 12");
}
void paletteByScattered(benchmark::State& state) {
  palette(state, "rdl 7");
}
void paletteOpens(benchmark::State& state) {
  CarStore store;
  fill(store, std::uint32_t(state.range(0)));
  PaletteCars cars(store, [](PrincipalNumber) {});
  for (auto _ : state) cars.prepare();
}

BENCHMARK(filterByWord)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(filterByQuery)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(filterByAge)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(sortBySpeed)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(sortByName)->Arg(30'000)->Unit(benchmark::kMillisecond);

BENCHMARK(paletteByLetter)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(paletteByWords)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(paletteByScattered)->Arg(30'000)->Unit(benchmark::kMillisecond);
BENCHMARK(paletteOpens)->Arg(30'000)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
