#include "gateway/domain/import_planner.h"

#include "gateway/api/enum_names.h"
#include "gateway/api/organisation.h"
#include "gateway/base/utf8_prefix.h"
#include "gateway/domain/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace carport {

namespace {

/// A longer id is left out of the sentence about it.
constexpr std::size_t kMaxShownIdBytes = 200;

std::string shown(std::string_view text) {
  return isUtf8(text) && text.size() <= kMaxShownIdBytes ? std::string(text) : "…";
}

/// At most kMaxChangeTextBytes, cut between characters.
std::string cut(std::string text) {
  if (text.size() <= kMaxChangeTextBytes) return text;
  return std::string(utf8Prefix(text, kMaxChangeTextBytes)) + "…";
}

std::string textOf(const std::vector<std::string>& groups) {
  return fmt::format("{}", fmt::join(groups, ";"));
}

std::string textOf(const api::Attributes& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes) text += fmt::format("{}{}={}", text.empty() ? "" : ";", name, value);
  return text;
}

/// Puts what is wanted into the place of what is there, and says so where that is another.
template <class T, class Text>
void replace(std::string_view field, T& value, T wanted, ImportChange& change, const Text& text) {
  if (value == wanted) return;
  change.fields.push_back({std::string(field), cut(text(value)), cut(text(wanted))});
  value = std::move(wanted);
}

std::string mistakeInAttributes(const std::vector<api::Attributes::Pair>& attributes) {
  if (attributes.size() > api::kMaxAttributes)
    return fmt::format("There are more than {} attributes", api::kMaxAttributes);
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const auto& [name, value] = attributes[i];
    if (!api::isValidAttributeName(name)) {
      return fmt::format("“{}” cannot be the name of an attribute. Use 1 to {} of A–Z a–z 0–9 . _ -", shown(name),
                         api::kMaxAttributeNameBytes);
    }
    if (!isUtf8(value)) return fmt::format("The attribute “{}” is not in UTF-8", name);
    if (value.size() > api::kMaxAttributeValueBytes) {
      return fmt::format("The attribute “{}” is longer than {} bytes", name, api::kMaxAttributeValueBytes);
    }
    const auto isSame = [&name = name](const auto& other) { return other.first == name; };
    if (std::any_of(attributes.begin(), attributes.begin() + static_cast<std::ptrdiff_t>(i), isSame)) {
      return fmt::format("The attribute “{}” is there twice", name);
    }
  }
  return {};
}

}  // namespace

void ImportPlanner::refuse(std::size_t line, std::string reason) {
  ++m_import.refused;
  if (m_import.mistakes.size() < kMaxImportMistakes) m_import.mistakes.push_back({line, std::move(reason)});
}

bool ImportPlanner::goesOn(std::size_t line) {
  if (m_lines.size() < kMaxImportRows) return true;
  refuse(line, fmt::format("The list has more than {} cars. Import it in parts", kMaxImportRows));
  return false;
}

std::string ImportPlanner::mistakeIn(const CarToImport& car) const {
  if (!api::isValidPrincipalId(car.id)) {
    return fmt::format("“{}” cannot be an id. Use 1 to {} of A–Z a–z 0–9 . _ - @, not beginning with a dot",
                       shown(car.id), api::kMaxPrincipalIdBytes);
  }
  // The same sentence whether it is there or not: nobody learns what another organisation has.
  if (!m_context.organisation.empty() && !api::idIsIn(car.id, m_context.organisation)) {
    return fmt::format("“{}” cannot be an id here. Those of your organisation begin with “{}.”", car.id,
                       m_context.organisation);
  }
  if (!isUtf8(car.name)) return "The name is not in UTF-8";
  if (car.name.size() > api::kMaxPrincipalNameBytes) {
    return fmt::format("The name is longer than {} bytes", api::kMaxPrincipalNameBytes);
  }
  return car.attributes ? mistakeInAttributes(*car.attributes) : std::string();
}

std::optional<PrincipalRecord> ImportPlanner::startingFrom(const CarToImport& car) {
  auto record = m_context.find ? m_context.find(car.id) : std::nullopt;
  if (record && record->principal.type != api::PrincipalType::device) {
    refuse(car.line, fmt::format("“{}” is the id of a {} already", car.id, api::nameOf(record->principal.type)));
    return std::nullopt;
  }
  if (!record) {
    record.emplace();
    record->principal.id = car.id;
    record->principal.type = api::PrincipalType::device;
    if (m_context.organisationOf) record->principal.setOrganisation(m_context.organisationOf(car.id));
  }
  if (m_context.mayAdminister && !m_context.mayAdminister(record->principal)) {
    refuse(car.line, fmt::format("You may not administer “{}”", car.id));
    return std::nullopt;
  }
  return record;
}

std::string ImportPlanner::mistakeInGroups(const std::vector<std::string>& groups, const api::Principal& car) const {
  if (groups.size() > api::kMaxPrincipalGroups) {
    return fmt::format("Nobody is in more than {} groups", api::kMaxPrincipalGroups);
  }
  for (const std::string& id : groups) {
    const auto group = m_context.find ? m_context.find(id) : std::nullopt;
    const bool isThere = group && group->principal.type == api::PrincipalType::group &&
                         group->principal.organisation() == car.organisation();
    if (!isThere) return fmt::format("There is no group “{}”. Add it first", shown(id));
  }
  return {};
}

bool ImportPlanner::takeSecret(const CarToImport& wanted, const std::optional<DeviceSecret>& kept, PrincipalRecord& car,
                               ImportChange& change) {
  std::string password = wanted.password;
  if (password.empty() ? kept.has_value() : kept && verifyDeviceSecret(password, *kept, m_context.key)) return true;
  change.fields.push_back({"secret", {}, {}});
  if (password.empty()) {
    if (m_context.isDryRun) return true;
    password = makeDeviceSecret();
    m_import.made.push_back({wanted.id, password});
  }
  auto secret = hashDeviceSecret(password, m_context.key);
  if (!secret) {
    refuse(wanted.line, secret.error().message());
    return false;
  }
  car.secret = *secret;
  return true;
}

void ImportPlanner::add(const CarToImport& wanted) {
  if (auto mistake = mistakeIn(wanted); !mistake.empty()) return refuse(wanted.line, std::move(mistake));
  if (const auto [first, fresh] = m_lines.try_emplace(wanted.id, wanted.line); !fresh) {
    return refuse(wanted.line, fmt::format("The id “{}” is on line {} already", wanted.id, first->second));
  }
  auto car = startingFrom(wanted);
  if (!car) return;
  ImportChange change{wanted.line, wanted.id, !car->principal.number, {}};
  // A list without names takes none away.
  if (!wanted.name.empty()) {
    replace("name", car->principal.name, wanted.name, change, [](const std::string& name) { return name; });
  }
  if (wanted.groups) {
    std::vector<std::string> groups = *wanted.groups;
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    if (auto mistake = mistakeInGroups(groups, car->principal); !mistake.empty()) {
      return refuse(wanted.line, std::move(mistake));
    }
    std::sort(car->principal.groups.begin(), car->principal.groups.end());
    replace("groups", car->principal.groups, std::move(groups), change,
            [](const std::vector<std::string>& all) { return textOf(all); });
  }
  if (wanted.attributes) {
    replace("attributes", car->principal.attributes, api::Attributes(*wanted.attributes), change,
            [](const api::Attributes& all) { return textOf(all); });
  }
  const auto kept = std::exchange(car->secret, std::nullopt);
  if (takeSecret(wanted, kept, *car, change)) take(std::move(*car), std::move(change));
}

void ImportPlanner::take(PrincipalRecord car, ImportChange change) {
  if (!change.isNew && change.fields.empty()) {
    ++m_import.unchanged;
    return;
  }
  ++(change.isNew ? m_import.created : m_import.updated);
  m_import.cars.push_back(std::move(car));
  if (m_import.changes.size() < kMaxImportChanges) m_import.changes.push_back(std::move(change));
}

CarImport checkCarImport(std::span<const CarToImport> cars, const ImportContext& context) {
  ImportPlanner planner(context);
  for (const CarToImport& car : cars) {
    if (!planner.goesOn(car.line)) break;
    planner.add(car);
  }
  return planner.finish();
}

}  // namespace carport
