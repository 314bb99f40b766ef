#include "ui/models/plot_comparison.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace carport::ui {

namespace {

QDate dayOf(TimePoint time) {
  return QDateTime::fromMSecsSinceEpoch(toMs(time)).date();
}

}  // namespace

Milliseconds PlotComparison::offsetAt(TimePoint time) const {
  const QDateTime then = QDateTime::fromMSecsSinceEpoch(toMs(time)).addDays(-days);
  return time - fromMs(then.toMSecsSinceEpoch());
}

TimeRange PlotComparison::earlier(const TimeRange& shown) const {
  const Milliseconds offset = offsetAt(shown.from);
  return {shown.from - offset, shown.to - offset};
}

QString PlotComparison::words(const TimeRange& shown) const {
  if (days == 1) return QCoreApplication::translate("plots", "the day before");
  if (days == 7) return QCoreApplication::translate("plots", "a week before");
  const QDate day = dayOf(shown.from).addDays(-days);
  return QLocale().toString(day, day.year() == dayOf(shown.from).year() ? "d MMM" : "d MMM yyyy");
}

PlotComparison PlotComparison::with(QDate day, const TimeRange& shown) {
  return {int(std::clamp<qint64>(day.daysTo(dayOf(shown.from)), 0, kMaxDays))};
}

}  // namespace carport::ui
