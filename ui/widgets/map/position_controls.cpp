#include "ui/widgets/map/position_controls.h"

#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/position_layer.h"

#include <QToolButton>

namespace carport::ui {
namespace {

constexpr int kPositionRank = 70;
constexpr double kPositionZoom = 14;

}  // namespace

PositionControls::PositionControls(MapPage& page, PositionSource& source, QObject* parent)
    : QObject(parent), m_page(page), m_source(source), m_layer(new PositionLayer(source, this)) {
  m_switch = m_page.layers().add({QStringLiteral("position"), tr("My position"), {}, kPositionRank, false});
  m_go = m_switch->addButton(QStringLiteral("position"), tr("Go to my position"), QStringLiteral("positionGo"));
  m_page.view().overlays().add(*m_layer);
  connect(m_go, &QToolButton::clicked, this, &PositionControls::goThere);
  connect(m_switch, &LayerSwitch::toggled, this, [this](bool on) { on ? m_source.start() : m_source.stop(); });
  connect(m_switch, &LayerSwitch::toggled, this, &PositionControls::refresh);
  connect(&m_source, &PositionSource::changed, this, &PositionControls::refresh);
  if (m_switch->isOn()) m_source.start();
  refresh();
}

void PositionControls::goThere() {
  m_isGoing = true;
  if (!m_switch->isOn()) m_switch->setOn(true);
  show();
}

void PositionControls::show() {
  if (!m_isGoing || !m_source.fix()) return;
  m_isGoing = false;
  m_page.view().setFollowing(false);
  m_page.view().showPlace(toWorld(m_source.fix()->place), kPositionZoom);
}

void PositionControls::refresh() {
  m_layer->setShown(m_switch->isOn());
  m_switch->setWords(m_source.words());
  if (!m_switch->isOn()) m_isGoing = false;
  show();
}

}  // namespace carport::ui
