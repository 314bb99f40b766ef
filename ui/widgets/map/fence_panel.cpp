#include "ui/widgets/map/fence_panel.h"

#include "ui/models/fence_census.h"
#include "ui/models/fence_store.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/map/fence_swatch.h"
#include "ui/widgets/map/map_sketch.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace carport::ui {

void FenceDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem ground = option;
  initStyleOption(&ground, index);
  ground.text.clear();
  const QWidget& widget = *option.widget;
  widget.style()->drawControl(QStyle::CE_ItemViewItem, &ground, painter, &widget);
  const Theme& theme = themeOf(widget);
  QRect room = option.rect.adjusted(space::kGroup, 0, -space::kGroup, 0);
  const QRect icon(room.left(), room.center().y() - size::kSmallIcon / 2, size::kSmallIcon, size::kSmallIcon);
  fenceSwatch(widget, index.data(kFenceColourRole).toInt()).paint(painter, icon);
  room.setLeft(icon.right() + space::kInside);
  const int cars = index.data(kFenceCarsRole).toInt();
  const QString inside = cars < 0    ? QStringLiteral("–")
                         : cars == 1 ? FencePanel::tr("1 car")
                                     : FencePanel::tr("%1 cars").arg(QLocale().toString(cars));
  const QString area = areaText(index.data(kFenceAreaRole).toDouble());
  const QFontMetrics metrics(option.font);
  const auto write = [&](const QString& text, const QColor& colour, int width) {
    const QRect place(room.right() - width, room.top(), width + 1, room.height());
    painter->setPen(colour);
    painter->drawText(place, Qt::AlignRight | Qt::AlignVCenter, text);
    room.setRight(place.left() - space::kInside);
  };
  painter->setFont(option.font);
  const int figure = std::max(metrics.horizontalAdvance(inside), metrics.horizontalAdvance(QStringLiteral("00 cars")));
  write(inside, cars > 0 ? theme.text : theme.textMuted, figure);
  write(area, theme.textMuted, metrics.horizontalAdvance(area));
  painter->setPen(theme.text);
  const QString name = metrics.elidedText(index.data().toString(), Qt::ElideRight, room.width());
  painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter, name);
}

QSize FenceDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  return {0, std::max(size::kRow, QFontMetrics(option.font).height() + space::kInside)};
}

FencePanel::FencePanel(FenceStore& store, const FenceCensus& census, QWidget* parent)
    : QWidget(parent), m_store(store), m_model(store, census) {
  setObjectName(QStringLiteral("fencePanel"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  setUpTop(*column);
  setUpList(*column);
  setUpActions(*column);
  connect(&m_store, &FenceStore::changed, this, &FencePanel::refresh);
  connect(&m_store, &FenceStore::statusChanged, this, &FencePanel::refresh);
  setFocusProxy(m_search);
  refresh();
}

void FencePanel::setUpTop(QVBoxLayout& column) {
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kInside);
  const auto add = [&](const QString& text, const QString& tip) {
    auto* button = new QPushButton(text, this);
    button->setToolTip(tip);
    row->addWidget(button);
    return button;
  };
  m_area = add(tr("Draw area"), tr("Corner after corner on the map"));
  m_area->setProperty("kind", "primary");
  m_circle = add(tr("Draw circle"), tr("From its middle to its border"));
  m_import = add(tr("Import…"), tr("From a GeoJSON or KML file; it can be dropped on the window, too"));
  row->addStretch(1);
  m_whyNot = new QLabel(this);
  m_whyNot->setProperty("kind", "muted");
  m_whyNot->setWordWrap(true);
  m_notice = new Notice(this);
  m_search = new QLineEdit(this);
  m_search->setPlaceholderText(tr("Search fences"));
  m_search->setAccessibleName(tr("Search fences"));
  m_search->setClearButtonEnabled(true);
  column.addLayout(row);
  column.addWidget(m_whyNot);
  column.addWidget(m_notice);
  column.addWidget(m_search);
  connect(m_area, &QPushButton::clicked, this, &FencePanel::areaWanted);
  connect(m_circle, &QPushButton::clicked, this, &FencePanel::circleWanted);
  connect(m_import, &QPushButton::clicked, this, &FencePanel::importWanted);
  connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
    m_model.setSearch(text);
    refresh();
  });
}

void FencePanel::setUpList(QVBoxLayout& column) {
  m_states = new QStackedWidget(this);
  m_list = new QListView(m_states);
  m_list->setModel(&m_model);
  m_list->setItemDelegate(new FenceDelegate(m_list));
  m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_list->setAccessibleName(tr("Fences"));
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_list->setUniformItemSizes(true);
  m_list->setMinimumHeight(6 * size::kRow);
  setUpEmpty();
  m_states->addWidget(m_list);
  m_states->addWidget(m_empty);
  column.addWidget(m_states, 1);
  connect(&m_model, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
    m_isFilling = true;
    m_kept.clear();
    for (const QModelIndex& index : m_list->selectionModel()->selectedRows())
      m_kept.push_back(m_model.numberAt(index.row()));
  });
  connect(&m_model, &QAbstractItemModel::modelReset, this, &FencePanel::keepChoice);
  connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
    if (m_isFilling) return;
    refresh();
    const std::vector<api::Fence> now = chosen();
    emit fenceChosen(now.size() == 1 ? now.front().number : api::FenceNumber{});
  });
  connect(m_list, &QListView::activated, this,
          [this](const QModelIndex& index) { emit openWanted(m_model.numberAt(index.row())); });
  auto* remove = new QShortcut(QKeySequence::Delete, m_list);
  remove->setContext(Qt::WidgetShortcut);
  connect(remove, &QShortcut::activated, this, [this] {
    if (m_remove->isEnabled()) emit removalWanted(chosen());
  });
}

void FencePanel::setUpEmpty() {
  m_empty = new QWidget(m_states);
  auto* column = new QVBoxLayout(m_empty);
  column->setContentsMargins(0, space::kGroup, 0, 0);
  m_emptyTitle = new QLabel(m_empty);
  m_emptyTitle->setProperty("kind", "strong");
  m_emptyText = new QLabel(m_empty);
  m_emptyText->setProperty("kind", "muted");
  m_emptyText->setWordWrap(true);
  column->addWidget(m_emptyTitle);
  column->addWidget(m_emptyText);
  column->addStretch(1);
}

void FencePanel::setUpActions(QVBoxLayout& column) {
  auto* grid = new QGridLayout;
  grid->setSpacing(space::kInside);
  grid->setColumnStretch(2, 1);
  const auto add = [this, grid](int row, int column, const QString& icon, const QString& text) {
    auto* button = new QPushButton(themedIcon(icon, IconRole::accent), text, this);
    button->setProperty("kind", "quiet");
    grid->addWidget(button, row, column, Qt::AlignLeft);
    return button;
  };
  m_cars = add(0, 0, QStringLiteral("cars"), tr("Show the cars inside"));
  m_export = add(0, 1, QStringLiteral("upload"), tr("Export all…"));
  m_open = add(1, 0, QStringLiteral("edit"), tr("Edit"));
  m_remove = add(1, 1, QStringLiteral("delete"), tr("Delete"));
  column.addLayout(grid);
  connect(m_cars, &QPushButton::clicked, this, [this] { emit carsWanted(chosen()); });
  connect(m_open, &QPushButton::clicked, this, [this] {
    if (const auto now = chosen(); now.size() == 1) emit openWanted(now.front().number);
  });
  connect(m_remove, &QPushButton::clicked, this, [this] { emit removalWanted(chosen()); });
  connect(m_export, &QPushButton::clicked, this, [this] {
    const std::vector<api::Fence> now = chosen();
    emit exportWanted(now.empty() ? m_model.shown() : now);
  });
}

void FencePanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Down && m_search->hasFocus() && m_model.rowCount() > 0) {
    m_list->setFocus(Qt::OtherFocusReason);
    if (!m_list->currentIndex().isValid()) m_list->setCurrentIndex(m_model.index(0));
    return;
  }
  QWidget::keyPressEvent(event);
}

std::vector<api::Fence> FencePanel::chosen() const {
  std::vector<api::Fence> fences;
  for (const QModelIndex& index : m_list->selectionModel()->selectedRows())
    if (const api::Fence* fence = m_store.find(m_model.numberAt(index.row()))) fences.push_back(*fence);
  return fences;
}

void FencePanel::keepChoice() {
  for (const api::FenceNumber number : std::exchange(m_kept, {})) {
    if (const int row = m_model.rowOf(number); row >= 0)
      m_list->selectionModel()->select(m_model.index(row), QItemSelectionModel::Select);
  }
  m_isFilling = false;
  refresh();
}

void FencePanel::choose(api::FenceNumber fence) {
  const int row = m_model.rowOf(fence);
  m_isFilling = true;
  if (row < 0) {
    m_list->clearSelection();
  } else {
    m_list->setCurrentIndex(m_model.index(row));
    m_list->scrollTo(m_model.index(row));
  }
  m_isFilling = false;
  refresh();
}

void FencePanel::showDone(const QString& sentence) {
  m_notice->showDone(sentence);
}

void FencePanel::showError(const QString& sentence) {
  m_notice->showError(sentence);
}

void FencePanel::refresh() {
  if (m_remove == nullptr) return;  // being built
  const qsizetype count = m_list->selectionModel()->selectedRows().size();
  const bool may = m_store.mayChange();
  for (QPushButton* button : {m_area, m_circle, m_import}) button->setEnabled(may);
  m_whyNot->setText(tr("You may look at fences, not change them. %1").arg(m_store.whyNot()));
  m_whyNot->setVisible(!may && !m_store.whyNot().isEmpty());
  m_cars->setEnabled(count > 0);
  m_open->setEnabled(count == 1);
  m_open->setText(may ? tr("Edit") : tr("Details"));
  m_remove->setEnabled(count > 0 && may);
  m_remove->setToolTip(may ? QString() : m_store.whyNot());
  m_export->setEnabled(m_model.rowCount() > 0);
  m_export->setText(count > 0 ? tr("Export chosen…") : tr("Export all…"));
  refreshEmpty(may);
  m_states->setCurrentWidget(m_model.rowCount() > 0 ? static_cast<QWidget*>(m_list) : m_empty);
}

void FencePanel::refreshEmpty(bool may) {
  const auto say = [this](const QString& title, const QString& text) {
    m_emptyTitle->setText(title);
    m_emptyText->setText(text);
  };
  if (!m_store.trouble().isEmpty()) return say(tr("The fences cannot be shown"), m_store.trouble());
  if (!m_store.isLoaded()) return say(tr("Fetching fences…"), {});
  if (!m_store.fences().empty()) return say(tr("No fence fits the search"), tr("Names and notes are searched."));
  say(tr("No fences yet"),
      may ? tr("Draw one on the map, or drop a GeoJSON or KML file on the window. How many cars are "
               "inside is then counted here.")
          : tr("Somebody who may change fences can draw them, or import them from a file."));
}

}  // namespace carport::ui
