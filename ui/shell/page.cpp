#include "ui/shell/page.h"

#include <array>
#include <utility>

namespace carport::ui {

namespace {
constexpr std::array kPageNames{std::pair{"map", Page::map}, std::pair{"cars", Page::cars},
                                std::pair{"permissions", Page::permissions}, std::pair{"commands", Page::commands},
                                std::pair{"gateway", Page::gateway}};
constexpr QLatin1String kCarPage("car:");
}  // namespace

std::optional<PageAddress> PageAddress::parse(const QString& text) {
  for (const auto& [name, page] : kPageNames) {
    if (text == QLatin1String(name)) return PageAddress{page, {}};
  }
  if (text.startsWith(kCarPage) && text.size() > kCarPage.size())
    return PageAddress{Page::car, text.mid(kCarPage.size())};
  return std::nullopt;
}

QString PageAddress::toText() const {
  for (const auto& [name, named] : kPageNames) {
    if (page == named) return QString::fromLatin1(name);
  }
  return kCarPage + carId;
}

}  // namespace carport::ui
