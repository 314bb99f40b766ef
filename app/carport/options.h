#pragma once

#include "ui/shell/page.h"

#include <QSize>
#include <QString>
#include <QUrl>

#include <optional>

namespace carport {

/// What the portal's command line says.
struct PortalOptions {
  QUrl gateway;       ///< empty: the gateway inside the program
  QString authority;  ///< file with the authority of that gateway; empty: one that this computer knows
  QString token;
  QString dataFolder;  ///< empty: where the system keeps such things
  int demonstrationCars = 0;
  QString streets;          ///< an extract (.osm.pbf) that the map draws and the demonstration drives on; may be empty
  QString faults = "some";  ///< that the demonstration has: none, some or many
  double historyHours = 0;  ///< that the demonstration has driven already
  std::optional<ui::PageAddress> page;  ///< none: as the window was left
  QString look;        ///< "light" or "dark"; empty: as remembered
  QString screenshot;  ///< file to save a picture of the window in, then quit; empty: stay
  double screenshotAfterSeconds = 5;
  QSize windowSize;  ///< empty: as remembered
  /// What the map shows at first; none: the cars.
  struct MapAddress {
    double latitude = 0;
    double longitude = 0;
    double zoom = 0;
  };
  std::optional<MapAddress> at;

  static constexpr double kMaxHistoryHours = 48;
  static constexpr int kMaxDemonstrationCars = 30'000;
};

/// What to do after the command line was read: go on, or end with this code.
struct ParsedOptions {
  PortalOptions options;
  std::optional<int> exitCode;
};

/// Reads the command line; prints help and mistakes itself. The token may also come from CARPORT_TOKEN, so that it need
/// not stand in a list of processes.
ParsedOptions parsePortalOptions(int argc, const char* const* argv, const char* version);

}  // namespace carport
