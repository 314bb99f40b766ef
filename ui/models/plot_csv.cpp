#include "ui/models/plot_csv.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace carport::ui {

namespace {

QByteArray csvText(QString text) {
  const QString formula = QStringLiteral("=+-@\t\r");
  if (!text.isEmpty() && formula.contains(text.front())) text.prepend(QLatin1Char('\''));
  const bool needsQuotes = text.contains(QLatin1Char(',')) || text.contains(QLatin1Char('"')) ||
                           text.contains(QLatin1Char('\n')) || text.contains(QLatin1Char('\r'));
  if (needsQuotes) text = QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
  return text.toUtf8();
}

QByteArray csvNumber(double value) {
  return QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
}

QByteArray csvTime(TimePoint time) {
  return QDateTime::fromMSecsSinceEpoch(toMs(time), Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
}

}  // namespace

QByteArray plotCsv(const std::vector<PlotCsvSeries>& series, const TimeRange& range) {
  const bool isCompared =
      std::any_of(series.begin(), series.end(), [](const PlotCsvSeries& line) { return line.offset.count() != 0; });
  QByteArray csv = "time,car,name,metric,unit,mean,lowest,highest,last,samples";
  csv += isCompared ? ",compared_at\r\n" : "\r\n";
  for (const PlotCsvSeries& line : series) {
    const QByteArray what =
        csvText(line.carId) + ',' + csvText(line.carName) + ',' + csvText(line.metric) + ',' + csvText(line.unit);
    for (const api::HistoryPoint& point : line.points) {
      if (!range.contains(point.time + line.offset)) continue;
      csv += csvTime(point.time) + ',' + what + ',';
      csv += csvNumber(point.mean) + ',' + csvNumber(point.min) + ',' + csvNumber(point.max) + ',';
      csv += csvNumber(point.last) + ',' + QByteArray::number(point.count);
      if (isCompared) csv += ',' + csvTime(point.time + line.offset);
      csv += "\r\n";
    }
  }
  return csv;
}

}  // namespace carport::ui
