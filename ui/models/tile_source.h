#pragma once

#include "ui/models/tile_id.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <vector>

namespace carport::ui {

/// What a map of tiles is.
struct TileSourceInfo {
  QString name;
  QString attribution;  ///< whose work it is, plain text; empty where it does not say
  int minZoom = 0;
  int maxZoom = 19;
  QRectF bounds{0, 0, 1, 1};  ///< on the web mercator square
};

/// Why there is no picture of a tile.
enum class TileLack {
  notThere,  ///< the map has none
  notNow,    ///< it cannot be had at the moment; asking again later may help
  unreadable
};

/// Where pictures of a map come from, asked for by whoever draws them. Answers come by signals, never from within a
/// call. Owner: TileAtlas. GUI thread; what takes long happens elsewhere.
class TileSource : public QObject {
  Q_OBJECT

 public:
  /// Most tiles that are wanted at a time; what is beyond is not asked for.
  static constexpr std::size_t kMaxWanted = 1'024;
  /// The largest picture of one tile; a larger one counts as unreadable.
  static constexpr qint64 kMaxTileBytes = 4 * 1024 * 1024;

  using QObject::QObject;

  virtual TileSourceInfo info() const = 0;
  /// The tiles that are wanted now, the most important first. Each is answered by arrived() or lacking(), by arrived()
  /// a second time where a newer picture comes; those that were wanted before, have not been begun and are not among
  /// these are forgotten.
  virtual void want(const std::vector<TileId>& tiles) = 0;

 signals:
  /// The picture as it was stored: PNG, JPEG or WebP.
  void arrived(const carport::ui::TileId& tile, const QByteArray& picture);
  void lacking(const carport::ui::TileId& tile, carport::ui::TileLack why);
  /// What could not be had may be there now: ask for it again.
  void recovered();
  /// It is another map: ask for everything again.
  void renewed();
};

/// Whether the bytes begin as a PNG, JPEG or WebP picture does.
bool isTilePicture(const QByteArray& bytes);
/// HTML as maps carry it in their attribution, as plain text of at most 200 characters.
QString plainAttribution(const QString& html);

}  // namespace carport::ui
