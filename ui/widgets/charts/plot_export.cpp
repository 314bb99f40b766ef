#include "ui/widgets/charts/plot_export.h"

#include "ui/widgets/charts/plot_painter.h"
#include "ui/widgets/charts/plot_raster.h"
#include "ui/widgets/style/metrics.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>

namespace carport::ui {

namespace {

constexpr int kSheetTitle = 28;
constexpr int kSheetSubtitle = 20;
constexpr int kSheetLegend = 22;
constexpr int kSheetDash = 12;

QSizeF sheetSize(const PlotSheet& sheet) {
  double width = 0;
  double height = 2 * space::kPage + kSheetTitle + kSheetSubtitle;
  for (const PlotScene& plot : sheet.plots) {
    width = std::max(width, plot.size.width());
    height += plot.size.height() + kSheetLegend + space::kInside;
  }
  return {width + 2 * space::kPage, height};
}

/// The names of the lines that are to be seen, beside one another.
void paintSheetLegend(QPainter& painter, const PlotScene& plot, const Theme& theme) {
  painter.setFont(textFont(TextSize::body));
  const QFontMetricsF metrics(painter.font(), painter.device());
  double x = 0;
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const ChartSeries& series = plot.series[i];
    if (series.isHidden) continue;
    const QString name = series.unit.isEmpty() ? series.name : QStringLiteral("%1 (%2)").arg(series.name, series.unit);
    const double room = std::max(0.0, plot.size.width() - x - kSheetDash - space::kInside);
    const QString text = metrics.elidedText(name, Qt::ElideRight, room);
    const bool isEarlier = series.earlierOf.has_value();
    painter.setPen(QPen(plotColour(theme, series, i), isEarlier ? 1.5 : 3, isEarlier ? Qt::DashLine : Qt::SolidLine,
                        isEarlier ? Qt::FlatCap : Qt::RoundCap));
    painter.drawLine(QPointF(x + 2, kSheetLegend / 2.0), QPointF(x + kSheetDash - 2, kSheetLegend / 2.0));
    painter.setPen(theme.text);
    x += kSheetDash + space::kTight;
    painter.drawText(QRectF(x, 0, room, kSheetLegend), Qt::AlignLeft | Qt::AlignVCenter, text);
    x += metrics.horizontalAdvance(text) + space::kGroup;
  }
}

void paintSheet(QPainter& painter, const PlotSheet& sheet, const Theme& theme, PlotRaster* raster = nullptr) {
  const QSizeF size = sheetSize(sheet);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(QRectF(QPointF(), size), theme.surface);
  painter.translate(space::kPage, space::kPage);
  const double width = size.width() - 2 * space::kPage;
  painter.setPen(theme.text);
  painter.setFont(textFont(TextSize::title, TextWeight::strong));
  painter.drawText(QRectF(0, 0, width, kSheetTitle), Qt::AlignLeft | Qt::AlignTop, sheet.title);
  painter.setPen(theme.textMuted);
  painter.setFont(textFont(TextSize::body));
  painter.drawText(QRectF(0, kSheetTitle, width, kSheetSubtitle), Qt::AlignLeft | Qt::AlignTop, sheet.subtitle);
  painter.translate(0, kSheetTitle + kSheetSubtitle + space::kInside);
  for (const PlotScene& plot : sheet.plots) {
    paintSheetLegend(painter, plot, theme);
    painter.translate(0, kSheetLegend);
    const PlotGeometry geometry = PlotGeometry::of(plot);
    const PlotPainter part(plot, geometry, theme, raster);
    part.paintScales(painter);
    part.paintLines(painter);
    part.paintMarks(painter);
    painter.translate(0, plot.size.height() + space::kInside);
  }
}

}  // namespace

QImage plotImage(const PlotSheet& sheet, const Theme& theme, double scale) {
  QImage image((sheetSize(sheet) * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
  if (image.isNull()) return image;
  image.setDevicePixelRatio(scale);
  QPainter painter(&image);
  PlotRaster raster;
  paintSheet(painter, sheet, theme, &raster);
  return image;
}

QByteArray plotSvg(const PlotSheet& sheet, const Theme& theme) {
  QByteArray svg;
  QBuffer buffer(&svg);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setTitle(sheet.title);
  generator.setDescription(sheet.subtitle);
  // One unit of the file is one pixel of the screen.
  constexpr int kDotsPerInch = 96;
  generator.setResolution(kDotsPerInch);
  generator.setSize(sheetSize(sheet).toSize());
  generator.setViewBox(QRectF(QPointF(), sheetSize(sheet)));
  QPainter painter(&generator);
  paintSheet(painter, sheet, theme);
  painter.end();
  return svg;
}

}  // namespace carport::ui
