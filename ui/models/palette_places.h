#pragma once

#include "ui/models/own_thread.h"
#include "ui/models/palette_names.h"
#include "ui/models/palette_source.h"

#include <QObject>
#include <QStringList>

#include <memory>

namespace carport::ui {

/// Countries, seas, towns, streets and whatever else the map writes, and places by their coordinates. Names are read on
/// a thread of its own when they are needed for the first time. GUI thread.
class PalettePlaces : public QObject, public PaletteSource {
  Q_OBJECT

 public:
  /// `baseMap` is the baked file of the world; `run` is what choosing a place does.
  PalettePlaces(QString baseMap, std::function<void(GeoPoint, double zoom)> run, QObject* parent = nullptr);
  /// Waits for the reading to end, which it does soon.
  ~PalettePlaces() override;

  /// The index files whose names are found; read anew where names were read before.
  void setStreetMaps(const QStringList& files);
  bool isReading() const { return m_isReading; }

  QString title() const override;
  void prepare() override;
  std::vector<PaletteItem> find(const PaletteQuery& query, std::size_t limit) override;
  std::optional<PaletteItem> recall(const QString& key) override;

 signals:
  /// More or other names are found now; isReading() may be another.
  void changed();

 private:
  void read();
  void cancel();
  PaletteItem item(const PaletteNames::Place& place) const;

  QString m_baseMap;
  std::function<void(GeoPoint, double)> m_run;
  QStringList m_streetMaps;
  std::shared_ptr<const PaletteNames> m_names;
  std::shared_ptr<std::atomic_bool> m_cancelled;  ///< of the reading that runs
  bool m_isReading = false;
  OwnThread m_thread;
};

}  // namespace carport::ui
