#pragma once

#include "ui/models/car_roles.h"

#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

namespace carport::ui {

class CarStore;

/// A column of the table of cars: one that every fleet has, a metric that cars send, or an attribute that the fleet
/// notes. A value.
struct CarColumnSpec {
  enum class Kind { builtIn, metric, attribute };
  Kind kind = Kind::builtIn;
  CarColumn builtIn = CarColumn::car;
  QString name;  ///< of the metric or attribute

  static CarColumnSpec of(CarColumn column) { return {Kind::builtIn, column, {}}; }
  static CarColumnSpec ofMetric(const QString& name) { return {Kind::metric, CarColumn::car, name}; }
  static CarColumnSpec ofAttribute(const QString& name) { return {Kind::attribute, CarColumn::car, name}; }
  /// As preferences keep it: "speed", "metric:soc", "attribute:depot".
  QString key() const;
  /// None where the text names no column.
  static std::optional<CarColumnSpec> fromKey(const QString& key);

  /// What stands above it.
  QString title() const;
  /// Figures stand right.
  bool isFigure() const;
  /// In device-independent pixels at 100 %.
  int usualWidth() const;
  /// Only known of cars whose whole state was received.
  bool needsState() const;

  bool operator==(const CarColumnSpec&) const = default;
};

using CarColumns = std::vector<CarColumnSpec>;

/// Most columns that a table shows.
inline constexpr std::size_t kMaxCarColumns = 24;
/// Longest key() that is read.
inline constexpr qsizetype kMaxColumnKey = 120;

/// What is shown until the operator chooses: car, activity, speed, age, position, battery, groups.
CarColumns usualCarColumns();
/// Everything that can be shown: the built-in ones, then metrics and attributes that cars are known to have.
CarColumns possibleCarColumns(const CarStore& store);

}  // namespace carport::ui
