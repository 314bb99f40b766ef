#pragma once

#include "ui/models/own_thread.h"
#include "ui/models/tile_source.h"

#include <QCache>
#include <QHash>
#include <QImage>
#include <QObject>
#include <QSet>

#include <vector>

namespace carport::ui {

/// The decoded pictures of a map, as many as there is room for; those used longest ago go first. Decodes on a thread of
/// its own. Owner: TileLayer; the source outlives it. GUI thread.
class TileImages : public QObject {
  Q_OBJECT

 public:
  static constexpr qsizetype kMaxBytes = 96 * 1024 * 1024;
  /// The largest side of one picture; a larger one counts as unreadable.
  static constexpr int kMaxSidePx = 1'024;

  explicit TileImages(TileSource& source, QObject* parent = nullptr);
  ~TileImages() override;

  /// What is wanted now, the most important first; what of it is not there is asked for.
  void want(const std::vector<TileId>& tiles);
  /// A null image where there is none (yet).
  QImage find(const TileId& tile) const;
  /// Whether something that is wanted may still come.
  bool isPending() const { return !m_asked.isEmpty() || !m_decoding.isEmpty(); }
  /// Side of this map's pictures.
  int sidePx() const { return m_sidePx; }
  /// Pictures that could not be read since it was made.
  int unreadable() const { return m_unreadable; }

 signals:
  /// find() may answer otherwise, or isPending() is another.
  void changed();

 private:
  void take(const TileId& tile, const QByteArray& picture);
  void takeImage(const TileId& tile, const QImage& image, quint64 generation);
  void takeLack(const TileId& tile, TileLack why);
  void recover();
  void renew();

  TileSource& m_source;
  QCache<TileId, QImage> m_images;
  QHash<TileId, TileLack> m_lacks;
  QSet<TileId> m_asked;
  QSet<TileId> m_decoding;
  quint64 m_generation = 0;
  int m_sidePx = 256;
  int m_unreadable = 0;
  OwnThread m_thread;
};

}  // namespace carport::ui
