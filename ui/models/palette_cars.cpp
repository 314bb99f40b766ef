#include "ui/models/palette_cars.h"

#include "ui/models/phrases.h"

namespace carport::ui {

namespace {
constexpr QLatin1String kCarKey("car:");
/// Characters of a car's name and of all else that it is found by, for a start.
constexpr qsizetype kPaletteCarText = 96;
}  // namespace

PaletteCars::PaletteCars(const CarStore& store, std::function<void(PrincipalNumber)> run, QObject* parent)
    : QObject(parent), m_store(store), m_run(std::move(run)) {
  connect(&store, &CarStore::reset, this, [this] {
    if (m_isOpen) prepare();
  });
}

void PaletteCars::prepare() {
  m_isOpen = true;
  m_index.clear();
  m_index.reserve(m_store.size(), qsizetype(m_store.size()) * kPaletteCarText);
  for (CarStore::Row row = 0; row < m_store.size(); ++row) {
    if (!m_index.add(m_store.label(row), m_store.searchText(row))) break;
  }
}

void PaletteCars::release() {
  m_isOpen = false;
  m_index.clear();
}

PaletteItem PaletteCars::item(CarStore::Row row) const {
  const api::CarPosition position = m_store.position(row);
  const QString& id = m_store.id(row);
  QStringList detail{phrases::doing(position, m_store.now())};
  if (id != m_store.label(row)) detail << id;
  if (!m_store.tags(row).isEmpty()) detail << m_store.tags(row).join(QStringLiteral(", "));
  const PrincipalNumber car = m_store.numbers()[row];
  return {kCarKey + id,
          m_store.label(row),
          detail.join(QStringLiteral(" · ")),
          {},
          QStringLiteral("state:%1").arg(int(position.activity)),
          {},
          [run = m_run, car] { run(car); }};
}

std::vector<PaletteItem> PaletteCars::find(const PaletteQuery& query, std::size_t limit) {
  std::vector<PaletteItem> found;
  if (query.isEmpty()) return found;
  for (const PaletteIndex::Hit& hit : m_index.find(query, limit)) {
    found.push_back(item(hit.number));
    found.back().score = hit.score;
  }
  return found;
}

std::optional<PaletteItem> PaletteCars::recall(const QString& key) {
  if (!key.startsWith(kCarKey)) return std::nullopt;
  const auto row = m_store.rowOfId(key.mid(kCarKey.size()));
  return row ? std::optional(item(*row)) : std::nullopt;
}

}  // namespace carport::ui
