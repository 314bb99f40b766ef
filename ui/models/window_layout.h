#pragma once

#include "ui/models/plot_layout.h"
#include "ui/models/projection.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace carport::ui {

/// How the window was left, as preferences keep it from one start to the next. A value.
struct WindowLayout {
  /// Of the text; one of another version is not read.
  static constexpr int kVersion = 1;
  /// Longest text that is read.
  static constexpr qsizetype kMaxBytes = 256 * 1024;
  static constexpr int kMaxDrawerWidth = 4'000;

  struct MapPlace {
    GeoPoint centre;
    double zoom = 0;
    bool operator==(const MapPlace&) const = default;
  };
  QString page;                 ///< as the command line names it; empty: the map
  std::optional<MapPlace> map;  ///< none: where the cars are
  qint64 timeLengthMs = 0;      ///< that the time slider shows; 0: the usual
  double timeSpeed = 1;         ///< of the time machine
  int drawerWidth = 0;          ///< in pixels at 100 % text; 0: the usual
  PlotLayout plots;             ///< of every car's page; empty: the usual

  /// JSON.
  QByteArray toText() const;
  /// What cannot be read is as on a first start: damaged settings must not keep the window from opening.
  static WindowLayout fromText(const QByteArray& text);

  bool operator==(const WindowLayout&) const = default;
};

}  // namespace carport::ui
