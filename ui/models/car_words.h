#pragma once

#include "gateway/api/car_state.h"
#include "ui/models/day_timeline.h"

#include <QString>

#include <optional>

/// What a car is doing, in sentences for its page. Pure; any thread.
namespace carport::ui {

/// A length of time in its two largest units: "2 h 13 min", "3 d 4 h", "12 min", "40 s".
QString twoUnits(Milliseconds length);

/// What is known of a car besides its position, for carSentence().
struct CarContext {
  std::optional<DayTimeline::Since> since;  ///< when it began to do what it does
  QString place;                            ///< a street or the like; empty: its coordinates are said
  bool offline = false;                     ///< the gateway cannot be reached: this was so
};

/// "Parked 2 h 13 min at Rue Grimaldi", "Driving 63 km/h, for 12 min, at 43.738, 7.424", "Silent for 12 min, last at
/// …".
QString carSentence(const api::CarPosition& position, const CarContext& context, TimePoint now);

}  // namespace carport::ui
