#pragma once

#include <Qt>

namespace carport::ui {

/// What CarTableModel, and every proxy on it, answers beyond the text in its cells. Stable: views rely on them.
enum CarRole : int {
  kCarNumberRole = Qt::UserRole + 1,  ///< quint32, registry number
  kCarIdRole,                         ///< QString
  kCarNameRole,                       ///< QString; may be empty
  kCarActivityRole,                   ///< int, api::Activity
  kCarSpeedRole,                      ///< double, km/h; invalid where unknown
  kCarTimeRole,                       ///< qint64, ms since the epoch, of the newest sample; 0: never heard of
  kCarLatitudeRole,                   ///< double, degrees; invalid without a fix
  kCarLongitudeRole,
  kCarBatteryRole,    ///< double, per cent; invalid where unknown
  kCarConnectedRole,  ///< bool
  kCarBlockedRole,    ///< bool
  kCarRowRole,        ///< int, row in CarStore
  kCarStaleRole,      ///< bool: the last known, not what is now: the car is silent or the gateway cannot be reached
};

/// Columns of CarTableModel that every fleet has.
enum class CarColumn : int {
  car,
  activity,
  speed,
  age,
  position,
  battery,
  groups,
  id,
  tags,
  connection,
  access,
  heading,
  registered,
  note
};
inline constexpr int kCarColumns = 14;

}  // namespace carport::ui
