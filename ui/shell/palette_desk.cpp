#include "ui/shell/palette_desk.h"

#include "ui/models/palette_cars.h"
#include "ui/models/palette_moments.h"
#include "ui/models/palette_places.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/widgets/palette/palette.h"
#include "ui/widgets/palette/shortcuts_card.h"

#include <limits>

namespace carport::ui {

PaletteDesk::PaletteDesk(QWidget& window, Portal& portal, const ActionRegistry& actions, Preferences& preferences)
    : QObject(&window), m_portal(portal), m_actions(actions) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  add(std::make_unique<PaletteMoments>([this] { return m_portal.client.now(); },
                                       [this](TimePoint moment) { emit momentWanted(moment); }));
  add(std::make_unique<PaletteList>(
      tr("Pages"), [this] { return m_actions.items(true); }, kAll));
  add(std::make_unique<PaletteCars>(portal.store, [this](PrincipalNumber car) { emit carWanted(car); }));
  addPlaces();
  add(std::make_unique<PaletteList>(
      tr("Actions"), [this] { return m_actions.items(false); }, kAll));
  m_model.setRecent(preferences.recentlyUsed());
  connect(&m_model, &PaletteModel::recentChanged, this,
          [&preferences](const QStringList& keys) { preferences.setRecentlyUsed(keys); });
  m_palette = new Palette(m_model, window);
  m_shortcuts = new ShortcutsCard(window);
}

PaletteDesk::~PaletteDesk() {
  // The widgets go with the window; until then they must not ask sources that are gone.
  m_palette->close();
}

void PaletteDesk::add(std::unique_ptr<PaletteSource> source) {
  m_model.addSource(*source);
  m_sources.push_back(std::move(source));
}

void PaletteDesk::addPlaces() {
  auto places = std::make_unique<PalettePlaces>(QStringLiteral(":/carport/world.cpm"),
                                                [this](GeoPoint place, double zoom) { emit placeWanted(place, zoom); });
  m_places = places.get();
  add(std::move(places));
  connect(&m_portal.streets, &StreetAtlas::changed, this, &PaletteDesk::readStreetMaps);
  connect(m_places, &PalettePlaces::changed, this, [this] {
    m_palette->setRemark(m_places->isReading() ? tr("Reading the names of the map…") : QString());
    m_model.refresh();
  });
  readStreetMaps();
}

void PaletteDesk::readStreetMaps() {
  QStringList files;
  for (const StreetMapInfo& map : m_portal.streets.maps()) files << map.file;
  m_places->setStreetMaps(files);
}

void PaletteDesk::addList(const QString& title, std::function<std::vector<PaletteItem>()> fill) {
  add(std::make_unique<PaletteList>(title, std::move(fill)));
}

void PaletteDesk::open() {
  m_palette->open();
}

void PaletteDesk::showShortcuts() {
  m_shortcuts->open(m_actions.shortcuts());
}

}  // namespace carport::ui
