#pragma once

#include "gateway/base/result.h"
#include "ui/models/tile_id.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QString>
#include <QUrl>

namespace carport::ui {

/// An online map as the operator entered it. A plain value.
struct TileProvider {
  Q_DECLARE_TR_FUNCTIONS(TileProvider)

 public:
  QString address;      ///< with {z}, {x} and {y} (or {-y}, counted from the south); {s} is one of a, b, c
  QString attribution;  ///< whose map it is, as the provider asks for it
  int maxZoom = 19;

  bool isEmpty() const { return address.isEmpty(); }
  bool operator==(const TileProvider&) const = default;

  /// Where a tile is; the address must have passed checked().
  QUrl url(const TileId& tile) const;
  /// What its pictures are kept under; tells nothing of what is in the address.
  QByteArray key() const;
  /// The name of its server.
  QString host() const;
};

/// The same with blanks trimmed, or what is wrong with it. Addresses are https, or http on this computer.
Result<TileProvider> checked(const TileProvider& provider);

}  // namespace carport::ui
