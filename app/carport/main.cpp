// The portal: the window, and in the same process, unless it attaches elsewhere, the gateway.
#include "app/carport/embedded_gateway.h"
#include "app/carport/options.h"
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/shell/prompt_painting.h"
#include "ui/shell/texts.h"
#include "ui/widgets/style/apply_theme.h"

#include <QApplication>
#include <QIcon>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTextStream>
#include <QTimer>

#include <memory>
#include <utility>

namespace {

using carport::EmbeddedGateway;
using carport::PortalOptions;

constexpr int kUsageError = 2;

/// Saves a picture of the window after the time that was asked for, and ends the program.
void scheduleScreenshot(QWidget& window, const PortalOptions& options) {
  QTimer::singleShot(static_cast<int>(options.screenshotAfterSeconds * 1000), &window,
                     [&window, file = options.screenshot] {
                       const bool saved = window.grab().save(file);
                       if (!saved) QTextStream(stderr) << "The picture could not be saved in " << file << "\n";
                       QCoreApplication::exit(saved ? 0 : 1);
                     });
}

/// Street maps lie beside the gateway's data, or where the system keeps such things.
QString streetFolder(const PortalOptions& options) {
  const QString data = options.dataFolder.isEmpty()
                           ? QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation)
                           : options.dataFolder;
  return data + QStringLiteral("/streets");
}

/// Pictures of online maps are kept where the system keeps what can be fetched again; beside the gateway's data where
/// that has a folder of its own.
QString tileCacheFile(const PortalOptions& options) {
  const QString folder = options.dataFolder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::CacheLocation)
                                                      : options.dataFolder;
  return folder + QStringLiteral("/online-map.sqlite");
}

/// Shows the street maps there are, adds the one that was asked for, and goes where the command line says.
void showStreets(carport::ui::Portal& portal, carport::ui::MainWindow& window, const PortalOptions& options) {
  const auto goThere = [&window, at = options.at] {
    if (at) window.showPlace({at->latitude, at->longitude}, at->zoom);
  };
  QObject::connect(&portal.streets, &carport::ui::StreetAtlas::imported, &window, goThere);
  portal.streets.open(streetFolder(options));
  if (!options.streets.isEmpty()) portal.streets.add(options.streets);
  QTimer::singleShot(0, &window, goThere);
}

/// Qt ends the program with a text of its own where there is no display; this says what to do about it.
bool hasDisplay() {
#ifdef Q_OS_LINUX
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    if (!qEnvironmentVariableIsEmpty(name)) return true;
  }
  QTextStream(stderr) << "There is no display to open a window on. Start carport on a desktop or over “ssh -X”, use a "
                         "virtual display (xvfb-run carport), or serve without a window: carportd serve\n";
  return false;
#else
  return true;
#endif
}

int run(QApplication& application, const PortalOptions& options) {
  using carport::ui::Preferences;
  using carport::ui::Theme;
  using carport::ui::ThemeKind;
  // A picture shows what was asked for, whatever the person prefers, and leaves nothing behind.
  const QTemporaryDir forPicture;
  Preferences preferences(options.screenshot.isEmpty() ? QString() : forPicture.filePath("preferences.ini"));
  const ThemeKind kind = options.look.isEmpty()   ? preferences.themeKind()
                         : options.look == "dark" ? ThemeKind::dark
                                                  : ThemeKind::light;
  carport::ui::applyTheme(application, Theme::of(kind), preferences.textScale());

  std::unique_ptr<EmbeddedGateway> embedded;
  if (options.gateway.isEmpty()) {
    EmbeddedGateway::Settings settings;
    settings.dataFolder = options.dataFolder;
    settings.demonstrationCars = options.demonstrationCars;
    settings.streets = options.streets;
    settings.faults = options.faults;
    settings.historyHours = options.historyHours;
    settings.version = QCoreApplication::applicationVersion();
    embedded = std::make_unique<EmbeddedGateway>(std::move(settings));
  }
  carport::ui::Portal portal;
  if (const auto trusted = portal.client.trustAuthority(options.authority); !trusted) {
    QTextStream(stderr) << QString::fromStdString(trusted.error().message()) << "\n";
    return kUsageError;
  }
  portal.tiles.open(tileCacheFile(options));
  portal.notes.setFolder(preferences.folder() + QStringLiteral("/notes"));
  carport::ui::MainWindow window(portal, preferences, embedded.get());
  if (!options.windowSize.isEmpty()) window.resize(options.windowSize);
  window.show();
  window.showLastPlace();
  if (options.page) window.showAddress(*options.page);
  showStreets(portal, window, options);
  if (embedded) {
    embedded->start();
  } else {
    portal.client.connectWithToken(options.gateway, options.token);
  }
  if (!options.screenshot.isEmpty()) scheduleScreenshot(window, options);
  const int code = QApplication::exec();
  portal.client.disconnectFromGateway();
  return code;
}

}  // namespace

int main(int argc, char* argv[]) {
  const carport::ParsedOptions parsed = carport::parsePortalOptions(argc, argv, CARPORT_VERSION);
  if (parsed.exitCode) return *parsed.exitCode;
  if (!hasDisplay()) return 1;
  carport::ui::paintPromptly();
  QApplication application(argc, argv);
  QCoreApplication::setOrganizationName(QStringLiteral("Carport"));
  QCoreApplication::setApplicationName(QStringLiteral("carport"));
  QCoreApplication::setApplicationVersion(QStringLiteral(CARPORT_VERSION));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Carport"));
  carport::ui::installTexts(application);
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/carport/icons/carport.svg")));
  return run(application, parsed.options);
}
