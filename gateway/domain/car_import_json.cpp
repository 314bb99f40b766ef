#include "gateway/api/json_fields.h"
#include "gateway/domain/car_import.h"
#include "gateway/domain/import_planner.h"

#include <fmt/format.h>

#include <utility>

namespace carport {

namespace {

/// An object of texts by name.
void readAttributes(api::FieldReader& fields, CarToImport& car) {
  const nlohmann::json* given = fields.take("attributes", api::Need::optional);
  if (given == nullptr) return;
  if (!given->is_object()) {
    fields.wrong("attributes", "an object of texts");
    return;
  }
  car.attributes.emplace();
  for (const auto& [name, value] : given->items()) {
    if (!value.is_string()) {
      fields.wrong("attributes", "an object of texts");
      return;
    }
    car.attributes->emplace_back(name, value.get<std::string>());
  }
}

Result<CarToImport> readCar(const nlohmann::json& json, std::size_t line) {
  CarToImport car;
  car.line = line;
  api::FieldReader fields(json);
  fields.noOthers({"id", "name", "secret", "groups", "attributes"})
      .text("id", car.id)
      .text("name", car.name, api::Need::optional)
      .text("secret", car.password, api::Need::optional);
  if (fields.has("groups")) {
    std::vector<std::string> groups;
    fields.texts("groups", groups, api::kMaxPrincipalGroups);
    car.groups = std::move(groups);
  }
  readAttributes(fields, car);
  return fields.finish(std::move(car));
}

}  // namespace

CarImport readCarImportJson(std::string_view text, const ImportContext& context) {
  ImportPlanner planner(context);
  const auto refused = [&planner](std::string reason) {
    planner.refuse(1, std::move(reason));
    return planner.finish();
  };
  if (text.size() > kMaxImportBytes) {
    return refused(fmt::format("The list is larger than {} MiB. Import it in parts", kMaxImportBytes / (1024 * 1024)));
  }
  const auto json = api::parseJson(text);
  if (!json) return refused(json.error().message());
  api::FieldReader top(*json);
  const nlohmann::json* cars = top.noOthers({"cars"}).take("cars", api::Need::required);
  if (cars != nullptr && !cars->is_array()) top.wrong("cars", "a list");
  if (const auto read = top.finish(); !read) return refused(read.error().message());
  std::size_t line = 0;
  for (const nlohmann::json& item : *cars) {
    if (!planner.goesOn(++line)) break;
    const auto car = readCar(item, line);
    if (car) {
      planner.add(*car);
    } else {
      planner.refuse(line, car.error().message());
    }
  }
  return planner.finish();
}

}  // namespace carport
