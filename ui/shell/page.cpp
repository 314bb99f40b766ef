#include "ui/shell/page.h"

#include <array>
#include <utility>

namespace carport::ui {

std::optional<PageAddress> PageAddress::parse(const QString& text) {
  constexpr std::array kNames{std::pair{"map", Page::map}, std::pair{"cars", Page::cars},
                              std::pair{"permissions", Page::permissions}, std::pair{"commands", Page::commands},
                              std::pair{"gateway", Page::gateway}};
  for (const auto& [name, page] : kNames) {
    if (text == QLatin1String(name)) return PageAddress{page, {}};
  }
  const QLatin1String carPrefix("car:");
  if (text.startsWith(carPrefix) && text.size() > carPrefix.size())
    return PageAddress{Page::car, text.mid(carPrefix.size())};
  return std::nullopt;
}

}  // namespace carport::ui
