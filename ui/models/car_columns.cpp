#include "ui/models/car_columns.h"

#include "ui/models/car_store.h"
#include "ui/models/phrases.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace carport::ui {

namespace {

struct ColumnFacts {
  const char* key;
  const char* title;
  int width;
  bool figure;
};
/// By the number of the column.
constexpr std::array<ColumnFacts, kCarColumns> kColumnFacts{{
    {"car", QT_TRANSLATE_NOOP("CarColumns", "Car"), 210, false},
    {"activity", QT_TRANSLATE_NOOP("CarColumns", "Doing"), 140, false},
    {"speed", QT_TRANSLATE_NOOP("CarColumns", "Speed"), 90, true},
    {"age", QT_TRANSLATE_NOOP("CarColumns", "Last message"), 110, true},
    {"position", QT_TRANSLATE_NOOP("CarColumns", "Position"), 170, false},
    {"battery", QT_TRANSLATE_NOOP("CarColumns", "Battery"), 80, true},
    {"groups", QT_TRANSLATE_NOOP("CarColumns", "Groups"), 160, false},
    {"id", QT_TRANSLATE_NOOP("CarColumns", "Id"), 140, false},
    {"tags", QT_TRANSLATE_NOOP("CarColumns", "Tags"), 160, false},
    {"connection", QT_TRANSLATE_NOOP("CarColumns", "Connection"), 120, false},
    {"access", QT_TRANSLATE_NOOP("CarColumns", "Access"), 90, false},
    {"heading", QT_TRANSLATE_NOOP("CarColumns", "Heading"), 80, true},
    {"registered", QT_TRANSLATE_NOOP("CarColumns", "Registered"), 140, false},
    {"note", QT_TRANSLATE_NOOP("CarColumns", "Note"), 220, false},
}};
constexpr int kOwnColumnWidth = 120;
const QString kMetricPrefix = QStringLiteral("metric:");
const QString kAttributePrefix = QStringLiteral("attribute:");

/// Whether a column of every fleet shows this metric already.
bool isBuiltIn(const QString& metric) {
  return std::any_of(kColumnFacts.begin(), kColumnFacts.end(),
                     [&](const ColumnFacts& facts) { return facts.figure && metric == QLatin1String(facts.key); });
}

const ColumnFacts& factsOf(CarColumn column) {
  return kColumnFacts[std::size_t(column)];
}

}  // namespace

QString CarColumnSpec::key() const {
  if (kind == Kind::metric) return kMetricPrefix + name;
  if (kind == Kind::attribute) return kAttributePrefix + name;
  return QString::fromLatin1(factsOf(builtIn).key);
}

std::optional<CarColumnSpec> CarColumnSpec::fromKey(const QString& key) {
  if (key.size() > kMaxColumnKey) return std::nullopt;
  const auto rest = [&](const QString& prefix) {
    return key.startsWith(prefix) ? key.sliced(prefix.size()) : QString();
  };
  if (const QString metric = rest(kMetricPrefix); !metric.isEmpty()) return ofMetric(metric);
  if (const QString attribute = rest(kAttributePrefix); !attribute.isEmpty()) return ofAttribute(attribute);
  for (int column = 0; column < kCarColumns; ++column) {
    if (key == QLatin1String(factsOf(CarColumn(column)).key)) return of(CarColumn(column));
  }
  return std::nullopt;
}

QString CarColumnSpec::title() const {
  if (kind == Kind::metric) return phrases::metricName(name.toStdString());
  if (kind == Kind::attribute) return name;
  return QCoreApplication::translate("CarColumns", factsOf(builtIn).title);
}

bool CarColumnSpec::isFigure() const {
  return kind == Kind::metric || (kind == Kind::builtIn && factsOf(builtIn).figure);
}

int CarColumnSpec::usualWidth() const {
  return kind == Kind::builtIn ? factsOf(builtIn).width : kOwnColumnWidth;
}

bool CarColumnSpec::needsState() const {
  return kind == Kind::metric || (kind == Kind::builtIn && builtIn == CarColumn::battery);
}

CarColumns usualCarColumns() {
  CarColumns columns;
  for (const CarColumn column : {CarColumn::car, CarColumn::activity, CarColumn::speed, CarColumn::age,
                                 CarColumn::position, CarColumn::battery, CarColumn::groups}) {
    columns.push_back(CarColumnSpec::of(column));
  }
  return columns;
}

CarColumns possibleCarColumns(const CarStore& store) {
  CarColumns columns;
  for (int column = 0; column < kCarColumns; ++column) columns.push_back(CarColumnSpec::of(CarColumn(column)));
  QStringList metrics = store.metrics().names();
  std::sort(metrics.begin(), metrics.end(), [](const QString& a, const QString& b) {
    return phrases::metricName(a.toStdString()).compare(phrases::metricName(b.toStdString()), Qt::CaseInsensitive) < 0;
  });
  for (const QString& metric : metrics) {
    if (!isBuiltIn(metric)) columns.push_back(CarColumnSpec::ofMetric(metric));
  }
  for (const QString& name : store.allAttributes()) columns.push_back(CarColumnSpec::ofAttribute(name));
  return columns;
}

}  // namespace carport::ui
