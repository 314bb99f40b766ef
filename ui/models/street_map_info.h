#pragma once

#include <QDateTime>
#include <QRectF>
#include <QString>

namespace carport::ui {

/// What is known of an imported street map without reading its tiles. A plain value.
struct StreetMapInfo {
  QString id;               ///< the index file's name without its ending; one a map
  QString name;             ///< the extract's name as the operator knows it, "monaco"
  QString file;             ///< the index file, absolute
  QRectF bounds;            ///< world coordinates (projection.h) of what it covers
  quint64 sourceBytes = 0;  ///< size of the extract, by which a newer one of the same name is told
  QDateTime sourceTime;     ///< when the extract was last changed
  quint64 indexBytes = 0;
  quint32 streets = 0;  ///< pieces of street
  quint32 buildings = 0;
  bool isMadeUp = false;  ///< a town of the simulator: OpenStreetMap has no part in it
};

}  // namespace carport::ui
