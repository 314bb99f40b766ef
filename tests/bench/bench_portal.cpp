#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/shell/prompt_painting.h"
#include "ui/widgets/cars/cars_table.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/style/apply_theme.h"

#include <QApplication>
#include <QEventLoop>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QTableView>
#include <QTemporaryDir>
#include <QTextStream>
#include <QThread>
#include <QTimer>
#include <QWheelEvent>
#include <QWindow>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// The portal as the program makes it, attached to a gateway that is under load, and a hand that uses it: how long it
// takes from a key, a wheel or a drag until the window has been painted with what it did. portal.py starts it and looks
// at its memory and its processor time from outside. Says "ready" with its process id and "measuring", then the
// figures as JSON.

using namespace carport;
using namespace carport::ui;

namespace {

using SteadyClock = std::chrono::steady_clock;

double msSince(SteadyClock::time_point from) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - from).count();
}

/// Knows when the window has been painted after something was put in.
class Watched : public QApplication {
 public:
  using QApplication::QApplication;

  bool notify(QObject* receiver, QEvent* event) override {
    const bool isOurs = window != nullptr && (receiver == window || receiver == window->windowHandle());
    const bool isPaint = isOurs && !m_painting && event->type() == QEvent::UpdateRequest;
    m_painting = m_painting || isPaint;
    const bool done = QApplication::notify(receiver, event);
    if (isPaint) {
      m_painting = false;
      ++frames;
      if (waitingSince) {
        latencies[kind].push_back(msSince(*waitingSince));
        waitingSince.reset();
      }
    }
    return done;
  }

  QWidget* window = nullptr;
  std::optional<SteadyClock::time_point> waitingSince;  ///< since when what was put in waits to be seen
  std::string kind;
  std::map<std::string, std::vector<double>> latencies;
  int frames = 0;

 private:
  bool m_painting = false;
};

void press(QWidget& target, int key) {
  for (const auto type : {QEvent::KeyPress, QEvent::KeyRelease}) {
    QKeyEvent event(type, key, Qt::NoModifier);
    QCoreApplication::sendEvent(&target, &event);
  }
}

void turnWheel(QWidget& target, QPointF at, int notch) {
  QWheelEvent event(at, target.mapToGlobal(at), {}, {0, notch}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
  QCoreApplication::sendEvent(&target, &event);
}

void drag(QWidget& target, QPointF from, QPointF to) {
  const auto send = [&](QEvent::Type type, QPointF at, Qt::MouseButton button, Qt::MouseButtons held) {
    QMouseEvent event(type, at, target.mapToGlobal(at), button, held, Qt::NoModifier);
    QCoreApplication::sendEvent(&target, &event);
  };
  send(QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
  send(QEvent::MouseMove, to, Qt::NoButton, Qt::LeftButton);
  send(QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
}

/// What the hand does on one page, in turn; each is seen at once.
struct Act {
  std::string kind;
  std::function<void()> run;
};

/// Home at the end of each round: a drag or a key while the map still zooms is not taken back by its counterpart, and
/// the hand would wander off to where no car is.
std::vector<Act> onTheMap(MapView& map) {
  const QPointF middle = QRectF(map.rect()).center();
  return {{"map, drag", [&map, middle] { drag(map, middle, middle + QPointF(120, 40)); }},
          {"map, wheel", [&map, middle] { turnWheel(map, middle, 120); }},
          {"map, arrow key", [&map] { press(map, Qt::Key_Right); }},
          {"map, drag", [&map, middle] { drag(map, middle + QPointF(120, 40), middle); }},
          {"map, wheel", [&map, middle] { turnWheel(map, middle, -120); }},
          {"map, arrow key", [&map] { press(map, Qt::Key_Left); }},
          {"map, Home", [&map] { press(map, Qt::Key_Home); }}};
}

std::vector<Act> onTheList(QTableView& table) {
  const QPointF middle = QRectF(table.viewport()->rect()).center();
  return {{"cars, arrow key", [&table] { press(table, Qt::Key_Down); }},
          {"cars, wheel", [&table, middle] { turnWheel(*table.viewport(), middle, -120); }},
          {"cars, arrow key", [&table] { press(table, Qt::Key_Down); }},
          {"cars, wheel", [&table, middle] { turnWheel(*table.viewport(), middle, 120); }}};
}

/// Sleeps between events, as the program does.
void pauseFor(int ms) {
  QEventLoop loop;
  QTimer::singleShot(ms, Qt::PreciseTimer, &loop, &QEventLoop::quit);
  loop.exec();
}

/// Puts `acts` in for `seconds`, at uneven times that a thread of its own chooses: a window that is busy is no excuse.
void use(Watched& application, const std::vector<Act>& acts, double seconds) {
  const std::unique_ptr<QThread> hand(QThread::create([&] {
    const auto end = SteadyClock::now() + std::chrono::duration<double>(seconds);
    for (std::size_t n = 0; SteadyClock::now() < end; ++n) {
      QThread::msleep(90 + n * 37 % 61);
      const auto put = SteadyClock::now();
      QMetaObject::invokeMethod(
          &application,
          [&application, &act = acts[n % acts.size()], put] {
            // What is still waiting to be seen counts from its own beginning.
            if (!application.waitingSince) {
              application.waitingSince = put;
              application.kind = act.kind;
            }
            act.run();
          },
          Qt::QueuedConnection);
    }
  }));
  QEventLoop loop;
  QObject::connect(hand.get(), &QThread::finished, &loop, &QEventLoop::quit);
  hand->start();
  loop.exec();
  hand->wait();
  // The last ones are seen too.
  pauseFor(300);
  application.waitingSince.reset();
}

nlohmann::json figuresOf(std::vector<double> times) {
  if (times.empty()) return {{"count", 0}};
  std::sort(times.begin(), times.end());
  const auto at = [&](double part) { return times[std::size_t(part * double(times.size() - 1))]; };
  return {{"count", times.size()}, {"p50", at(0.5)}, {"p99", at(0.99)}, {"max", times.back()}};
}

bool waitUntil(const std::function<bool()>& holds, int ms) {
  for (int waited = 0; !holds() && waited < ms; waited += 50) pauseFor(50);
  return holds();
}

struct Options {
  std::string gateway;
  std::string token;
  std::size_t cars = 0;
  double seconds = 15;
};

bool allOnTheMap(const CarStore& store, std::size_t cars) {
  std::size_t fixes = 0;
  for (CarStore::Row row = 0; row < store.size(); ++row) fixes += store.hasFix(row) ? 1 : 0;
  return fixes >= cars;
}

int measure(Watched& application, const Options& options) {
  const QTemporaryDir own;
  Preferences preferences(own.filePath(QStringLiteral("preferences.ini")));
  Portal portal;
  MainWindow window(portal, preferences, nullptr);
  window.resize(1600, 900);
  window.show();
  application.window = &window;
  portal.client.connectWithToken(QUrl(QString::fromStdString(options.gateway)), QString::fromStdString(options.token));
  if (!waitUntil([&] { return portal.client.isConnected() && allOnTheMap(portal.store, options.cars); }, 60'000)) {
    QTextStream(stderr) << "Not all cars came onto the map; connection: " << portal.client.connectionSentence() << "\n";
    return 1;
  }
  auto* page = window.findChild<MapPage*>();
  MapView* map = page != nullptr ? &page->view() : nullptr;
  window.showPage(Page::cars);
  auto* table = window.findChild<CarsTable*>();
  window.showPage(Page::map);
  if (map == nullptr || table == nullptr) {
    QTextStream(stderr) << "The window has no map or no table of cars\n";
    return 1;
  }
  QTextStream(stdout) << "ready " << QCoreApplication::applicationPid() << Qt::endl;
  // The first pictures, and the table's first filtering, are not what is measured.
  pauseFor(3'000);
  qint64 positions = 0;
  int pictures = 0;
  QObject::connect(&portal.client, &GatewayClient::positionsReceived, &window,
                   [&](const std::vector<api::CarPosition>& some) { positions += qint64(some.size()); });
  QObject::connect(map, &MapView::carsDrawn, &window, [&] { ++pictures; });
  QTextStream(stdout) << "measuring" << Qt::endl;
  nlohmann::json told;
  // First nobody touches it: how often the cars are drawn anew.
  application.frames = 0;
  pauseFor(int(options.seconds * 200));
  told["positionsPerSecond"] = double(positions) / (options.seconds / 5);
  told["carsDrawnPerSecond"] = double(pictures) / (options.seconds / 5);
  told["framesPerSecond"] = double(application.frames) / (options.seconds / 5);
  application.latencies.clear();
  use(application, onTheMap(*map), options.seconds * 0.5);
  window.showPage(Page::cars);
  table->setFocus();
  pauseFor(500);
  use(application, onTheList(*table), options.seconds * 0.3);
  for (const auto& [kind, times] : application.latencies) told["latencyMs"][kind] = figuresOf(times);
  told["cars"] = portal.store.size();
  QTextStream(stdout) << QString::fromStdString(told.dump()) << Qt::endl;
  portal.client.disconnectFromGateway();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App arguments("The portal attached to a gateway, and a hand that uses it");
  arguments.add_option("--gateway", options.gateway, "its address")->required();
  arguments.add_option("--token", options.token, "of somebody who may view the cars")
      ->envname("CARPORT_TOKEN")
      ->required();
  arguments.add_option("--cars", options.cars, "so many have to be on the map before it begins");
  arguments.add_option("--seconds", options.seconds, "how long it is used");
  CLI11_PARSE(arguments, argc, argv);
  paintPromptly();
  Watched application(argc, argv);
  applyTheme(application, Theme::light());
  return measure(application, options);
}
