#include "ui/models/car_cells.h"

#include "ui/models/car_tags.h"
#include "ui/models/phrases.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace carport::ui {

namespace {

constexpr double kNoKey = std::numeric_limits<double>::quiet_NaN();

QString sayCell(const char* text) {
  return QCoreApplication::translate("CarCells", text);
}

QString orDash(const QString& text) {
  return text.isEmpty() ? QStringLiteral("–") : text;
}

QString builtInText(const CarStore& store, CarStore::Row row, CarColumn column) {
  switch (column) {
    case CarColumn::car:
      return store.label(row);
    case CarColumn::activity:
      return phrases::activity(store.activities()[row]);
    case CarColumn::speed:
      return phrases::speed(double(store.speeds()[row]));
    case CarColumn::age:
      return phrases::age(fromMs(store.timesMs()[row]), store.now());
    case CarColumn::position:
      return phrases::coordinates(store.latitudes()[row], store.longitudes()[row]);
    case CarColumn::battery: {
      const float battery = store.batteries()[row];
      return std::isnan(battery) ? orDash({}) : sayCell("%1 %").arg(int(std::lround(battery)));
    }
    case CarColumn::groups:
      return store.groups(row).join(QStringLiteral(", "));
    case CarColumn::id:
      return store.id(row);
    case CarColumn::tags:
      return store.tags(row).join(QStringLiteral(", "));
    case CarColumn::connection:
      return store.isConnected(row) ? sayCell(QT_TRANSLATE_NOOP("CarCells", "Connected"))
                                    : sayCell(QT_TRANSLATE_NOOP("CarCells", "Not connected"));
    case CarColumn::access:
      return store.isBlocked(row) ? sayCell(QT_TRANSLATE_NOOP("CarCells", "Blocked"))
                                  : sayCell(QT_TRANSLATE_NOOP("CarCells", "Allowed"));
    case CarColumn::heading: {
      const float heading = store.headings()[row];
      return std::isnan(heading) ? orDash({}) : sayCell("%1°").arg(int(std::lround(heading)) % 360);
    }
    case CarColumn::registered: {
      const std::int64_t ms = store.createdAtMs(row);
      return ms == 0 ? orDash({}) : QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms), QLocale::ShortFormat);
    }
    case CarColumn::note:
      return attributeText(store.attributes(row), kNoteAttribute);
  }
  return {};
}

/// The place of each text in their order; empty ones are unknown.
std::vector<double> ranksOf(const std::vector<QString>& texts) {
  std::vector<std::size_t> order(texts.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return compareNames(texts[a], texts[b]) < 0; });
  std::vector<double> ranks(texts.size(), kNoKey);
  double rank = 0;
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (place > 0 && compareNames(texts[order[place - 1]], texts[order[place]]) != 0) ++rank;
    if (!texts[order[place]].isEmpty()) ranks[order[place]] = rank;
  }
  return ranks;
}

template <class T>
std::vector<double> asKeys(const T& figures) {
  return std::vector<double>(figures.begin(), figures.end());
}

std::vector<double> textKeys(const CarStore& store, const CarColumnSpec& column) {
  std::vector<QString> texts(store.size());
  for (CarStore::Row row = 0; row < store.size(); ++row) texts[row] = carCellText(store, row, column);
  return ranksOf(texts);
}

template <class F>
std::vector<double> keysBy(const CarStore& store, F key) {
  std::vector<double> keys(store.size());
  for (CarStore::Row row = 0; row < store.size(); ++row) keys[row] = double(key(row));
  return keys;
}

}  // namespace

int compareNames(QStringView left, QStringView right) {
  const auto digits = [](QStringView text) {
    qsizetype count = 0;
    while (count < text.size() && text[count] >= u'0' && text[count] <= u'9') ++count;
    return text.first(count);
  };
  const auto withoutZeros = [](QStringView number) {
    while (number.size() > 1 && number.front() == u'0') number = number.sliced(1);
    return number;
  };
  while (!left.isEmpty() && !right.isEmpty()) {
    const QStringView leftRun = digits(left);
    const QStringView rightRun = digits(right);
    if (!leftRun.isEmpty() && !rightRun.isEmpty()) {
      const QStringView a = withoutZeros(leftRun);
      const QStringView b = withoutZeros(rightRun);
      if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
      if (const int order = a.compare(b); order != 0) return order;
      left = left.sliced(leftRun.size());
      right = right.sliced(rightRun.size());
      continue;
    }
    const QChar a = left.front().toCaseFolded();
    const QChar b = right.front().toCaseFolded();
    if (a != b) return a < b ? -1 : 1;
    left = left.sliced(1);
    right = right.sliced(1);
  }
  return int(!left.isEmpty()) - int(!right.isEmpty());
}

QString carCellText(const CarStore& store, CarStore::Row row, const CarColumnSpec& column) {
  if (column.kind == CarColumnSpec::Kind::builtIn) return builtInText(store, row, column.builtIn);
  if (column.kind == CarColumnSpec::Kind::attribute)
    return attributeText(store.attributes(row), column.name.toStdString());
  const auto metric = store.metrics().columnOf(column.name);
  const double value = metric ? store.metrics().value(*metric, row) : kNoKey;
  return std::isnan(value) ? orDash({}) : phrases::metricValue(column.name.toStdString(), value);
}

QString carCellTip(const CarStore& store, CarStore::Row row, const CarColumnSpec& column) {
  if (column.kind != CarColumnSpec::Kind::metric) {
    const bool isText = !column.isFigure() && column.kind == CarColumnSpec::Kind::builtIn;
    return isText ? builtInText(store, row, column.builtIn) : QString();
  }
  const auto metric = store.metrics().columnOf(column.name);
  if (!store.metrics().isKnown(row)) {
    return sayCell(QT_TRANSLATE_NOOP("CarCells", "Not asked for yet: values come for the cars that are on screen."));
  }
  if (!metric || std::isnan(store.metrics().value(*metric, row))) {
    return sayCell(QT_TRANSLATE_NOOP("CarCells", "This car has not sent “%1”.")).arg(column.title());
  }
  return sayCell(QT_TRANSLATE_NOOP("CarCells", "%1, %2 old"))
      .arg(carCellText(store, row, column), phrases::age(store.metrics().time(*metric, row), store.now()));
}

std::vector<double> carSortKeys(const CarStore& store, const CarColumnSpec& column) {
  if (column.kind == CarColumnSpec::Kind::metric) {
    const auto metric = store.metrics().columnOf(column.name);
    return metric ? asKeys(store.metrics().values(*metric)) : std::vector<double>(store.size(), kNoKey);
  }
  if (column.kind == CarColumnSpec::Kind::attribute) return textKeys(store, column);
  switch (column.builtIn) {
    case CarColumn::activity:
      return keysBy(store, [&](CarStore::Row row) { return int(store.activities()[row]); });
    case CarColumn::speed:
      return asKeys(store.speeds());
    // Ascending age is descending time; what was never heard of has none.
    case CarColumn::age:
      return keysBy(store, [&](CarStore::Row row) {
        const std::int64_t time = store.timesMs()[row];
        return time == 0 ? kNoKey : -double(time);
      });
    case CarColumn::position:
      return asKeys(store.latitudes());
    case CarColumn::battery:
      return asKeys(store.batteries());
    case CarColumn::heading:
      return asKeys(store.headings());
    case CarColumn::connection:
      return keysBy(store, [&](CarStore::Row row) { return store.isConnected(row) ? 0 : 1; });
    case CarColumn::access:
      return keysBy(store, [&](CarStore::Row row) { return store.isBlocked(row) ? 0 : 1; });
    case CarColumn::registered:
      return keysBy(store, [&](CarStore::Row row) { return store.createdAtMs(row); });
    default:
      return textKeys(store, column);
  }
}

bool areSortKeysSteady(const CarColumnSpec& column) {
  if (column.kind != CarColumnSpec::Kind::builtIn) return column.kind == CarColumnSpec::Kind::attribute;
  switch (column.builtIn) {
    case CarColumn::activity:
    case CarColumn::speed:
    case CarColumn::age:
    case CarColumn::position:
    case CarColumn::battery:
    case CarColumn::heading:
    case CarColumn::connection:
      return false;
    default:
      return true;
  }
}

}  // namespace carport::ui
