#pragma once

#include "gateway/base/strong_id.h"
#include "ui/models/car_store.h"
#include "ui/models/palette_source.h"

#include <QObject>

namespace carport::ui {

/// All cars, by name, id, tag, group and what is noted about them. Lives shorter than the store. GUI thread.
class PaletteCars : public QObject, public PaletteSource {
  Q_OBJECT

 public:
  /// `run` is what choosing a car does.
  PaletteCars(const CarStore& store, std::function<void(PrincipalNumber)> run, QObject* parent = nullptr);

  QString title() const override { return tr("Cars"); }
  void prepare() override;
  void release() override;
  std::vector<PaletteItem> find(const PaletteQuery& query, std::size_t limit) override;
  std::optional<PaletteItem> recall(const QString& key) override;

 private:
  PaletteItem item(CarStore::Row row) const;

  const CarStore& m_store;
  std::function<void(PrincipalNumber)> m_run;
  PaletteIndex m_index;  ///< its numbers are the store's rows
  bool m_isOpen = false;
};

}  // namespace carport::ui
