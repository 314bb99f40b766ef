#include "ui/widgets/car/glyph_label.h"

#include "ui/models/phrases.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"
#include "ui/widgets/style/theme.h"

#include <QPainter>

namespace carport::ui {

GlyphLabel::GlyphLabel(QWidget* parent) : QWidget(parent) {
  growWithText(*this, [this] { setFixedSize(scaledIcon(size::kRow), scaledIcon(size::kRow)); });
}

void GlyphLabel::setState(api::Activity activity, float heading) {
  if (activity == m_activity && heading == m_heading) return;
  m_activity = activity;
  m_heading = heading;
  setToolTip(phrases::activity(activity));
  update();
}

void GlyphLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  constexpr double kFadedSign = 0.55;
  if (!isEnabled()) painter.setOpacity(kFadedSign);
  paintStateGlyph(painter, themeOf(*this), m_activity, double(m_heading), QRectF(rect()).center(),
                  scaledIcon(size::kSelectedGlyph));
}

}  // namespace carport::ui
