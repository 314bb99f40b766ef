#include "ui/widgets/map/layer_panel.h"

#include "ui/widgets/style/metrics.h"

#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {
namespace {

constexpr int kLayerPanelPx = 340;
constexpr int kMaxLayerStates = 64;  // preferences may be anybody's file

}  // namespace

LayerPanel::LayerPanel(QWidget* parent)
    : QFrame(parent), m_scroll(new QScrollArea(this)), m_inside(new QWidget), m_column(new QVBoxLayout(m_inside)) {
  setProperty("kind", QStringLiteral("floating"));
  setObjectName(QStringLiteral("layerPanel"));
  setAccessibleName(tr("Layers of the map"));
  auto* around = new QVBoxLayout(this);
  around->setContentsMargins(1, 1, 1, 1);
  around->addWidget(m_scroll);
  m_scroll->setFrameShape(QFrame::NoFrame);
  m_scroll->setWidgetResizable(true);
  m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_scroll->setFocusPolicy(Qt::NoFocus);
  // The card's own colour shows through.
  m_scroll->viewport()->setAutoFillBackground(false);
  m_scroll->setWidget(m_inside);
  // It sets this by itself.
  m_inside->setAutoFillBackground(false);
  m_column->setContentsMargins(space::kPadding, space::kPadding, space::kPadding, space::kPadding);
  m_column->setSpacing(space::kInside);
  auto* title = new QLabel(tr("Layers"), m_inside);
  title->setProperty("kind", QStringLiteral("strong"));
  m_column->addWidget(title);
  m_column->addStretch(1);
  hide();
}

LayerSwitch* LayerPanel::add(const LayerInfo& info) {
  LayerInfo remembered = info;
  remembered.isOn = m_states.value(info.id, info.isOn);
  auto* added = new LayerSwitch(remembered, m_inside);
  const auto after = std::find_if(m_layers.begin(), m_layers.end(),
                                  [&](const LayerSwitch* other) { return other->rank() > info.rank; });
  const int at = 1 + int(after - m_layers.begin());  // after the title
  m_layers.insert(after, added);
  m_column->insertWidget(at, added);
  connect(added, &LayerSwitch::resized, this, &LayerPanel::resized);
  connect(added, &LayerSwitch::toggled, this, [this, id = info.id](bool on) {
    m_states[id] = on;
    if (!m_isRestoring) emit statesChanged(states());
  });
  for (std::size_t n = 1; n < m_layers.size(); ++n) setTabOrder(m_layers[n - 1], m_layers[n]);
  emit resized();
  return added;
}

LayerSwitch* LayerPanel::layer(const QString& id) const {
  const auto found =
      std::find_if(m_layers.begin(), m_layers.end(), [&](const LayerSwitch* one) { return one->id() == id; });
  return found == m_layers.end() ? nullptr : *found;
}

QByteArray LayerPanel::states() const {
  QStringList all;
  for (auto state = m_states.begin(); state != m_states.end(); ++state)
    all << state.key() + (*state ? QStringLiteral("=on") : QStringLiteral("=off"));
  all.sort();
  return all.join(u' ').toUtf8();
}

void LayerPanel::setStates(const QByteArray& text) {
  const QList<QByteArray> words = text.split(' ');
  for (const QByteArray& word : words.first(std::min<qsizetype>(words.size(), kMaxLayerStates))) {
    const QList<QByteArray> parts = word.split('=');
    if (parts.size() == 2 && !parts[0].isEmpty()) m_states[QString::fromUtf8(parts[0])] = parts[1] == "on";
  }
  m_isRestoring = true;
  for (LayerSwitch* one : m_layers) one->setOn(m_states.value(one->id(), one->isOn()));
  m_isRestoring = false;
}

void LayerPanel::fitInto(QSize room) {
  setFixedWidth(std::min(scaled(kLayerPanelPx), room.width()));
  m_column->activate();
  // The card's own edge and the room around what is scrolled.
  const int edge = 2 * (size::kHairline + 1);
  const int inside = m_column->hasHeightForWidth() ? m_column->totalHeightForWidth(width() - edge)
                                                   : m_column->totalSizeHint().height();
  resize(width(), std::min(inside + edge, room.height()));
}

void LayerPanel::takeFocus() {
  if (!m_layers.empty()) m_layers.front()->takeFocus();
}

void LayerPanel::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    emit left();
    return;
  }
  QFrame::keyPressEvent(event);
}

}  // namespace carport::ui
