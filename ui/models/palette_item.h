#pragma once

#include <QString>

#include <functional>

namespace carport::ui {

/// One thing that the palette offers. A value.
struct PaletteItem {
  QString key;      ///< what it is remembered by: "car:demo-0001", "action:quit"; empty: not remembered
  QString title;    ///< what it is called
  QString detail;   ///< what tells it from others: "Driving, 63 km/h"
  QString hint;     ///< the keys that do the same
  QString icon;     ///< a file of resources/icons; "state:N" the sign of api::Activity N
  QString further;  ///< other words that find it; not shown
  std::function<void()> run;
  int score = 0;
};

}  // namespace carport::ui
