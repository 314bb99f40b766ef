#include "ui/widgets/map/map_bars.h"

#include "ui/widgets/commands/car_picker.h"
#include "ui/widgets/map/floating_button.h"
#include "ui/widgets/map/map_view.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace carport::ui {

MapBar::MapBar(QWidget* parent) : QFrame(parent), m_row(new QHBoxLayout(this)), m_words(new QLabel(this)) {
  setProperty("kind", QStringLiteral("floating"));
  m_row->setContentsMargins(space::kPadding, space::kTight, space::kTight, space::kTight);
  m_row->setSpacing(space::kTight);
  m_words->setProperty("kind", QStringLiteral("strong"));
  m_row->addWidget(m_words);
  m_row->addSpacing(space::kInside);
  hide();
}

QPushButton* MapBar::addButton(const QString& icon, const QString& text, const QString& name) {
  auto* button = new QPushButton(themedIcon(icon, IconRole::accent), text, this);
  button->setProperty("kind", QStringLiteral("quiet"));
  button->setObjectName(name);
  button->setFocusPolicy(Qt::TabFocus);
  m_row->addWidget(button);
  return button;
}

void MapBar::addClose(const QString& tip, const QString& name, std::function<void()> run) {
  auto* button = new QToolButton(this);
  button->setIcon(themedIcon(QStringLiteral("close")));
  button->setIconSize({size::kSmallIcon, size::kSmallIcon});
  button->setFixedSize(size::kRow, size::kRow);
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  button->setObjectName(name);
  button->setFocusPolicy(Qt::TabFocus);
  m_row->addWidget(button);
  connect(button, &QToolButton::clicked, this, std::move(run));
}

void MapBar::setWords(const QString& words) {
  m_words->setText(words);
  setAccessibleName(words);
}

void MapBar::setShown(bool shown) {
  setVisible(shown);
  layout()->activate();
  resize(sizeHint());
  emit changed();
}

ChosenBar::ChosenBar(MapView& view, QWidget* parent) : MapBar(parent), m_view(view) {
  setObjectName(QStringLiteral("chosenBar"));
  auto* list = addButton(QStringLiteral("cars"), tr("Show in list"), QStringLiteral("chosenList"));
  m_follow = addButton(QStringLiteral("follow"), tr("Follow"), QStringLiteral("chosenFollow"));
  m_follow->setToolTip(tr("Keep them all in view (F)"));
  m_command = addButton(QStringLiteral("send"), tr("Send command…"), QStringLiteral("chosenCommand"));
  addClose(tr("Choose none (Esc)"), QStringLiteral("chosenNone"), [this] {
    m_view.chooseCars({});
    m_view.setFocus();
  });
  connect(list, &QPushButton::clicked, this, &ChosenBar::listWanted);
  connect(m_command, &QPushButton::clicked, this, &ChosenBar::commandWanted);
  connect(m_follow, &QPushButton::clicked, this, [this] { m_view.setFollowing(!m_view.isFollowing()); });
  connect(&m_view, &MapView::selectionChanged, this, &ChosenBar::refresh);
  connect(&m_view, &MapView::followChanged, this, &ChosenBar::refresh);
  refresh();
}

void ChosenBar::refresh() {
  const auto count = m_view.chosen().size();
  const bool tooMany = count > CarPicker::kMaxCars;
  setWords(tr("%Ln cars chosen", nullptr, int(count)));
  m_follow->setText(m_view.isFollowing() ? tr("Stop following") : tr("Follow"));
  m_command->setEnabled(!tooMany);
  m_command->setToolTip(tooMany ? tr("A command goes to at most %1 cars at a time").arg(CarPicker::kMaxCars)
                                : tr("Write a command for these cars"));
  setShown(count > 1);
}

SketchBar::SketchBar(MapView& view, QWidget* parent) : MapBar(parent), m_view(view) {
  setObjectName(QStringLiteral("sketchBar"));
  m_close = addButton(QStringLiteral("check"), {}, QStringLiteral("sketchClose"));
  m_again = addButton(QStringLiteral("refresh"), tr("Start over"), QStringLiteral("sketchAgain"));
  addClose(tr("Lay the tool down (Esc)"), QStringLiteral("sketchLeave"), [this] {
    m_view.setTool(MapTool::none);
    m_view.setFocus();
  });
  connect(m_close, &QPushButton::clicked, this, [this] {
    m_view.tool() == MapTool::area ? m_view.finishSketch() : m_view.closeSketch();
    m_view.setFocus();
  });
  connect(m_again, &QPushButton::clicked, this, [this] {
    m_view.clearSketch();
    m_view.setFocus();
  });
  connect(&m_view, &MapView::sketchChanged, this, &SketchBar::refresh);
  refresh();
}

void SketchBar::refresh() {
  const bool area = m_view.tool() == MapTool::area;
  const MapSketch& sketch = m_view.sketch();
  setWords(sketch.words());
  setToolTip(tr("Click or Space sets a point, Backspace takes one back, Enter ends, C closes, Esc backs out"));
  m_close->setText(area ? tr("Choose cars inside") : tr("Close area"));
  m_close->setToolTip(area ? tr("Enter") : tr("C, or click the first point"));
  m_close->setEnabled(sketch.canClose());
  m_again->setEnabled(!sketch.isEmpty());
  setShown(m_view.tool() != MapTool::none);
}

MapToolButtons::MapToolButtons(MapView& view, QWidget* parent) : QWidget(parent), m_view(view) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kTight);
  m_layers = add(QStringLiteral("layers"), tr("Layers"), tr("What the map shows (Shift+L)"), QStringLiteral("layers"));
  m_colours = add(QStringLiteral("palette"), tr("Colours"), tr("Colours of the cars (L)"), QStringLiteral("colours"));
  row->addSpacing(space::kInside);
  m_area = add(QStringLiteral("area"), tr("Area"), tr("Choose cars in an area (A)"), QStringLiteral("area"));
  m_measure =
      add(QStringLiteral("measure"), tr("Measure"), tr("Measure distances and areas (M)"), QStringLiteral("measure"));
  for (QToolButton* button : {m_layers, m_colours, m_area, m_measure}) button->setCheckable(true);
  connect(m_area, &QToolButton::clicked, this, [this](bool on) {
    m_view.setTool(on ? MapTool::area : MapTool::none);
    m_view.setFocus();
  });
  connect(m_measure, &QToolButton::clicked, this, [this](bool on) {
    m_view.setTool(on ? MapTool::measure : MapTool::none);
    m_view.setFocus();
  });
  connect(&m_view, &MapView::sketchChanged, this, &MapToolButtons::refresh);
}

QToolButton* MapToolButtons::add(const QString& icon, const QString& word, const QString& tip, const QString& name) {
  QToolButton* button = floatingButton(*this, icon, tip, name);
  button->setText(word);
  return button;
}

QToolButton* MapToolButtons::addFirst(const QString& icon, const QString& word, const QString& tip,
                                      const QString& name) {
  QToolButton* button = add(icon, word, tip, name);
  auto* row = static_cast<QHBoxLayout*>(layout());
  row->removeWidget(button);
  row->insertWidget(0, button);
  setTabOrder(button, m_colours);
  return button;
}

void MapToolButtons::fitInto(int width) {
  const QList<QToolButton*> buttons = findChildren<QToolButton*>(Qt::FindDirectChildrenOnly);
  const auto write = [&](bool words) {
    for (QToolButton* button : buttons) {
      button->setToolButtonStyle(words ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
      button->setFixedWidth(words ? button->sizeHint().width() : scaledIcon(size::kTouchRow));
    }
    layout()->invalidate();
  };
  write(true);
  if (sizeHint().width() > width) write(false);
  resize(sizeHint());
  layout()->activate();
}

void MapToolButtons::refresh() {
  m_area->setChecked(m_view.tool() == MapTool::area);
  m_measure->setChecked(m_view.tool() == MapTool::measure);
}

}  // namespace carport::ui
