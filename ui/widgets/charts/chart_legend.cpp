#include "ui/widgets/charts/chart_legend.h"

#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {
constexpr int kRowHeight = 20;
constexpr int kDash = 12;
/// Advances are fractions of pixels where the font is not hinted.
constexpr int kSlack = 6;
/// Room for a value, so that the entries behind it do not dance while the crosshair moves.
constexpr int kValueWidth = 92;
}  // namespace

ChartLegend::ChartLegend(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void ChartLegend::setEntries(std::vector<Entry> entries) {
  const bool sameNames = std::equal(entries.begin(), entries.end(), m_entries.begin(), m_entries.end(),
                                    [](const Entry& a, const Entry& b) { return a.name == b.name; });
  m_entries = std::move(entries);
  if (!sameNames) updateGeometry();
  update();
}

std::vector<ChartLegend::Placed> ChartLegend::placed(int width) const {
  const QFontMetrics name(textFont(TextSize::body));
  const QFontMetrics value(textFont(TextSize::body, TextWeight::strong));
  std::vector<Placed> boxes;
  int x = 0;
  int y = 0;
  for (const Entry& entry : m_entries) {
    const int most = std::max(40, width - kDash - kValueWidth - 2 * space::kInside);
    const int nameWidth = std::min(name.horizontalAdvance(entry.name) + kSlack, most);
    const int valueWidth = std::max(kValueWidth, value.horizontalAdvance(entry.value));
    const int total = kDash + space::kInside + nameWidth + space::kInside + valueWidth;
    if (x > 0 && x + total > width) {
      x = 0;
      y += kRowHeight;
    }
    boxes.push_back({QRect(x, y, total, kRowHeight), nameWidth});
    x += total + space::kInside;
  }
  return boxes;
}

int ChartLegend::heightForWidth(int width) const {
  const auto boxes = placed(width);
  return boxes.empty() ? kRowHeight : boxes.back().box.bottom() + 1;
}

QSize ChartLegend::sizeHint() const {
  return {200, heightForWidth(std::max(200, width()))};
}

void ChartLegend::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Theme& theme = themeOf(*this);
  const auto boxes = placed(width());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const QRect& box = boxes[i].box;
    painter.setPen(QPen(theme.series[i % theme.series.size()], 3, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(box.left() + 2, box.center().y()), QPointF(box.left() + kDash - 2, box.center().y()));
    QRect text = box.adjusted(kDash + space::kInside, 0, 0, 0);
    painter.setPen(theme.textMuted);
    painter.setFont(textFont(TextSize::body));
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_entries[i].name, Qt::ElideRight, boxes[i].nameWidth));
    text.adjust(boxes[i].nameWidth + space::kInside, 0, 0, 0);
    painter.setPen(theme.text);
    painter.setFont(textFont(TextSize::body, TextWeight::strong));
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, m_entries[i].value);
  }
}

}  // namespace carport::ui
