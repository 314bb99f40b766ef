#include "app/carport/options.h"

#include <CLI/CLI.hpp>

#include <string>

namespace carport {

namespace {

std::string checkPage(const std::string& text) {
  if (ui::PageAddress::parse(QString::fromStdString(text))) return {};
  return "There is no page “" + text + "”. Pages are map, cars, permissions, commands, gateway and car:ID";
}

std::string checkUrl(const std::string& text) {
  const QUrl url(QString::fromStdString(text), QUrl::StrictMode);
  const bool usable = url.isValid() && !url.host().isEmpty() && (url.scheme() == "http" || url.scheme() == "https");
  return usable ? std::string()
                : "“" + text + "” is not the address of a gateway. Write http://HOST:PORT or https://HOST:PORT";
}

/// WIDTHxHEIGHT; empty where it is not that.
QSize parseSize(const std::string& text) {
  const QStringList parts = QString::fromStdString(text).split('x');
  return parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
}

std::string checkSize(const std::string& text) {
  const QSize size = parseSize(text);
  return size.width() > 0 && size.height() > 0 ? std::string()
                                               : "“" + text + "” is not a size. Write for example 1280x720";
}

/// LAT,LON,ZOOM; none where it is not that.
std::optional<PortalOptions::MapAddress> parseAt(const std::string& text) {
  const QStringList parts = QString::fromStdString(text).split(',');
  if (parts.size() != 3) return std::nullopt;
  bool sound[3];
  const PortalOptions::MapAddress at{parts[0].toDouble(&sound[0]), parts[1].toDouble(&sound[1]),
                                     parts[2].toDouble(&sound[2])};
  const bool known = at.latitude >= -90 && at.latitude <= 90 && at.longitude >= -180 && at.longitude <= 180 &&
                     at.zoom >= 0 && at.zoom <= 20;
  return sound[0] && sound[1] && sound[2] && known ? std::optional(at) : std::nullopt;
}

std::string checkAt(const std::string& text) {
  return parseAt(text)
             ? std::string()
             : "“" + text + "” is no place on the map. Write LATITUDE,LONGITUDE,ZOOM, for example 43.735,7.42,15";
}

/// A picture in place of work at the window.
void addPicture(CLI::App& app, PortalOptions& options, std::string& screenshot, std::string& size) {
  auto* screenshotFlag =
      app.add_option("--screenshot", screenshot, "Save a picture of the window in this file, then quit");
  app.add_option("--after", options.screenshotAfterSeconds, "Seconds to wait before the picture")
      ->check(CLI::Range(0.0, 3600.0))
      ->needs(screenshotFlag);
  app.add_option("--size", size, "Size of the window, for example 1280x720")->check(CLI::Validator(checkSize, "SIZE"));
}
}  // namespace

ParsedOptions parsePortalOptions(int argc, const char* const* argv, const char* version) {
  ParsedOptions parsed;
  PortalOptions& options = parsed.options;
  std::string gateway, authority, token, data, page, look, screenshot, size, at, faults = "some", streets;
  CLI::App app("Carport: see where the cars are, what they do, and tell them what to do.", "carport");
  app.set_version_flag("--version", std::string("carport ") + version);
  auto* gatewayFlag = app.add_option("--gateway", gateway, "Attach to this gateway instead of the one inside (URL)")
                          ->check(CLI::Validator(checkUrl, "URL"));
  app.add_option("--authority", authority,
                 "File with the authority that signed that gateway's certificate, where it is its operator's own (PEM)")
      ->envname("CARPORT_AUTHORITY");
  app.add_option("--token", token, "Token to sign in there with; better given as CARPORT_TOKEN")
      ->envname("CARPORT_TOKEN");
  auto* dataFlag =
      app.add_option("--data", data, "Folder in which the gateway inside keeps its data")->envname("CARPORT_DATA");
  app.add_option("--demo", options.demonstrationCars, "Drive this many simulated cars through the gateway inside")
      ->check(CLI::Range(1, PortalOptions::kMaxDemonstrationCars))
      ->excludes(gatewayFlag);
  app.add_option("--streets", streets,
                 "An extract of OpenStreetMap (.osm.pbf): the map draws it, and the demonstration drives on it")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  app.add_option("--faults", faults, "How much goes wrong in the demonstration: none, some or many")
      ->check(CLI::IsMember({"none", "some", "many"}));
  app.add_option("--demo-hours", options.historyHours,
                 "The demonstration has driven so many hours already, for the time machine to go back into")
      ->check(CLI::Range(0.0, PortalOptions::kMaxHistoryHours));
  app.add_option("--page", page, "Page to open: map, cars, permissions, commands, gateway or car:ID")
      ->check(CLI::Validator(checkPage, "PAGE"));
  app.add_option("--look", look, "light or dark")->check(CLI::IsMember({"light", "dark"}));
  addPicture(app, options, screenshot, size);
  app.add_option("--at", at, "What the map shows at first: LATITUDE,LONGITUDE,ZOOM")
      ->check(CLI::Validator(checkAt, "PLACE"));
  dataFlag->excludes(gatewayFlag);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int kUsageError = 2;
    parsed.exitCode = app.exit(error) == 0 ? 0 : kUsageError;
    return parsed;
  }
  options.gateway = QUrl(QString::fromStdString(gateway));
  options.authority = QString::fromStdString(authority);
  options.token = QString::fromStdString(token);
  options.dataFolder = QString::fromStdString(data);
  if (!page.empty()) options.page = ui::PageAddress::parse(QString::fromStdString(page));
  options.faults = QString::fromStdString(faults);
  options.streets = QString::fromStdString(streets);
  options.look = QString::fromStdString(look);
  options.screenshot = QString::fromStdString(screenshot);
  options.at = at.empty() ? std::nullopt : parseAt(at);
  options.windowSize = size.empty() ? QSize() : parseSize(size);
  return parsed;
}

}  // namespace carport
