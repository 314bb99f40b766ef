#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"
#include "ui/models/palette_model.h"
#include "ui/models/projection.h"

#include <QObject>

#include <memory>
#include <vector>

namespace carport::ui {

class ActionRegistry;
class Palette;
class PalettePlaces;
class Preferences;
class ShortcutsCard;
struct Portal;

/// Puts the palette together: what it finds and where; and the card of keys. What is to be done with what was chosen
/// goes out as signals. Owner: the main window. GUI thread.
class PaletteDesk : public QObject {
  Q_OBJECT

 public:
  /// All of them outlive it.
  PaletteDesk(QWidget& window, Portal& portal, const ActionRegistry& actions, Preferences& preferences);
  ~PaletteDesk() override;

  /// A further group, whose things are told anew whenever the palette opens.
  void addList(const QString& title, std::function<std::vector<PaletteItem>()> fill);
  void open();
  void showShortcuts();
  Palette& palette() { return *m_palette; }

 signals:
  void carWanted(carport::PrincipalNumber car);
  void placeWanted(carport::ui::GeoPoint place, double zoom);
  void momentWanted(carport::TimePoint moment);

 private:
  void add(std::unique_ptr<PaletteSource> source);
  void addPlaces();
  void readStreetMaps();

  Portal& m_portal;
  const ActionRegistry& m_actions;
  PaletteModel m_model;
  std::vector<std::unique_ptr<PaletteSource>> m_sources;
  PalettePlaces* m_places = nullptr;
  Palette* m_palette = nullptr;
  ShortcutsCard* m_shortcuts = nullptr;
};

}  // namespace carport::ui
