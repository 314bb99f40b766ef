#pragma once

#include <QString>

#include <optional>

namespace carport::ui {

/// Where the window can be. `car` is one car's own page.
enum class Page : int { map, cars, permissions, commands, gateway, car };
/// Pages that the rail has a button for: all but `car`.
inline constexpr int kRailPages = 5;

/// A page as the command line names it: "map", "cars", "permissions", "commands", "gateway", "car:ID".
struct PageAddress {
  Page page = Page::map;
  QString carId;

  static std::optional<PageAddress> parse(const QString& text);
  /// As parse() reads it.
  QString toText() const;
};

}  // namespace carport::ui
