#include "ui/widgets/map/map_search.h"

#include "ui/models/phrases.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"
#include "ui/widgets/style/theme.h"

#include <QAction>
#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {
namespace {

constexpr int kFieldWidth = 320;

QIcon stateIcon(const QWidget& widget, api::Activity activity) {
  const double ratio = widget.devicePixelRatioF();
  QPixmap pixmap(QSize(size::kIcon, size::kIcon) * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  paintStateGlyph(painter, themeOf(widget), activity, 45, QPointF(size::kIcon, size::kIcon) / 2, size::kGlyph);
  return QIcon(pixmap);
}

/// How well a car fits: 0 begins with the words, 1 has them at all; greater is worse.
int rankOf(const CarStore& store, CarStore::Row row, const QString& words) {
  const bool begins =
      store.label(row).startsWith(words, Qt::CaseInsensitive) || store.id(row).startsWith(words, Qt::CaseInsensitive);
  return begins ? 0 : 1;
}

}  // namespace

MapSearch::MapSearch(const CarStore& store, QWidget* parent)
    : QWidget(parent), m_store(store), m_field(new QLineEdit), m_results(new QListWidget) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kTight);
  layout->addWidget(m_field);
  layout->addWidget(m_results);
  fitInto(scaled(kFieldWidth));
  m_field->setObjectName(QStringLiteral("mapSearch"));
  m_field->setPlaceholderText(tr("Search cars, or latitude, longitude"));
  m_field->setToolTip(m_field->placeholderText());
  m_field->setAccessibleName(tr("Search the map"));
  m_field->setClearButtonEnabled(true);
  m_field->setProperty("touch", true);
  m_field->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  m_field->installEventFilter(this);
  m_results->setObjectName(QStringLiteral("mapSearchResults"));
  m_results->setProperty("kind", QStringLiteral("floating"));
  m_results->setFocusPolicy(Qt::NoFocus);
  m_results->setIconSize({size::kIcon, size::kIcon});
  m_results->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_results->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_results->setTextElideMode(Qt::ElideRight);
  m_results->hide();
  connect(m_field, &QLineEdit::textEdited, this, &MapSearch::search);
  connect(m_field, &QLineEdit::textChanged, this, [this](const QString& text) {
    if (text.isEmpty()) close();
  });
  connect(m_results, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { choose(m_results->row(item)); });
}

void MapSearch::fitInto(int width) {
  setFixedWidth(std::clamp(width, size::kTouchRow, scaled(kFieldWidth)));
}

void MapSearch::search() {
  m_results->clear();
  m_found.clear();
  const QString text = m_field->text().trimmed();
  if (text.isEmpty()) {
    close();
    return;
  }
  if (const auto place = parseCoordinates(text)) {
    m_found.push_back({PrincipalNumber{}, *place});
    addRow(themedIcon(QStringLiteral("position"), IconRole::accent), tr("Go to %1").arg(coordinateText(*place)), true);
  }
  addCars(text);
  if (m_found.empty()) addRow({}, tr("No car is called “%1”").arg(text), false);
  m_results->setCurrentRow(m_found.empty() ? -1 : 0);
  const int rows = m_results->count();
  m_results->setFixedHeight(rows * m_results->sizeHintForRow(0) + 2 * m_results->frameWidth() + 2 * space::kTight + 2);
  m_results->show();
  adjustSize();
  raise();
}

void MapSearch::addCars(const QString& text) {
  const QString needle = text.toLower();
  std::vector<std::pair<int, CarStore::Row>> hits;
  for (CarStore::Row row = 0; row < m_store.size(); ++row) {
    if (m_store.searchText(row).contains(needle)) hits.emplace_back(rankOf(m_store, row, text), row);
  }
  std::stable_sort(hits.begin(), hits.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const TimePoint now = m_store.now();
  for (std::size_t n = 0; n < std::min(hits.size(), kMaxResults); ++n) {
    const CarStore::Row row = hits[n].second;
    const api::CarPosition position = m_store.position(row);
    m_found.push_back({m_store.numbers()[row], {}});
    addRow(stateIcon(*this, position.activity), tr("%1   %2").arg(m_store.label(row), phrases::doing(position, now)),
           true);
  }
  if (hits.size() > kMaxResults) addRow({}, tr("and %Ln more: type on", nullptr, int(hits.size() - kMaxResults)), false);
}

void MapSearch::addRow(const QIcon& icon, const QString& text, bool choosable) {
  auto* item = new QListWidgetItem(icon, text, m_results);
  if (!choosable) {
    item->setFlags(Qt::NoItemFlags);
    item->setForeground(themeOf(*this).textMuted);
  }
}

void MapSearch::choose(int row) {
  if (row < 0 || std::size_t(row) >= m_found.size()) return;
  const Found found = m_found[std::size_t(row)];
  m_field->clear();
  if (found.car) {
    emit carChosen(found.car);
  } else {
    emit placeChosen(found.place);
  }
}

void MapSearch::close() {
  m_results->hide();
  m_found.clear();
  adjustSize();
}

void MapSearch::step(int by) {
  if (m_found.empty()) return;
  const int count = int(m_found.size());
  m_results->setCurrentRow((m_results->currentRow() + by + count) % count);
}

bool MapSearch::keyPressed(int key) {
  switch (key) {
    case Qt::Key_Down:
      step(1);
      return true;
    case Qt::Key_Up:
      step(-1);
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      choose(m_results->currentRow());
      return true;
    case Qt::Key_Escape:
      if (m_field->text().isEmpty()) emit left();
      m_field->clear();
      return true;
    default:
      return false;
  }
}

bool MapSearch::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_field && event->type() == QEvent::KeyPress) {
    if (keyPressed(static_cast<QKeyEvent*>(event)->key())) return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace carport::ui
