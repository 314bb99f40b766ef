#include "gateway/api/json_fields.h"

namespace carport::api {

nlohmann::json toJson(const Limit& value) {
  nlohmann::json json{{"number", value.number.value},       {"whom", value.whom.toString()},
                      {"measure", nameOf(value.measure)},   {"most", value.most},
                      {"reaction", nameOf(value.reaction)}, {"note", value.note}};
  if (!value.organisation.empty()) json["organisation"] = value.organisation;
  if (value.per != LimitPer::all) json["per"] = nameOf(value.per);
  if (value.burst) json["burst"] = *value.burst;
  return json;
}

/// `number` may be absent: a new limit has none yet.
template <>
Result<Limit> fromJson<Limit>(const nlohmann::json& json) {
  Limit value;
  std::string whom;
  FieldReader fields(json);
  fields.noOthers({"number", "organisation", "whom", "per", "measure", "most", "burst", "reaction", "note", "revision"})
      .id("number", value.number, Need::optional)
      .text("organisation", value.organisation, Need::optional, kMaxOrganisationIdBytes)
      .text("whom", whom, Need::required, kMaxSelectorBytes)
      .word("per", value.per, Need::optional)
      .word("measure", value.measure)
      .integer("most", value.most)
      .word("reaction", value.reaction)
      .text("note", value.note, Need::optional, kMaxNoteBytes)
      .text("revision", value.revision, Need::optional, kMaxRevisionBytes);
  if (fields.has("burst")) fields.integer("burst", value.burst.emplace());
  if (!value.organisation.empty() && !isValidOrganisationId(value.organisation)) {
    fields.wrong("organisation", "the id of an organisation");
  }
  auto target = LimitTarget::parse(whom);
  if (!target) {
    fields.wrong("whom", fmt::format("whom the limit is about. {}", target.error().message()));
  } else {
    value.whom = std::move(*target);
  }
  if (const auto read = fields.finish(); !read) return failFrom(read);
  if (const auto fits = checkLimit(value); !fits) return failFrom(fits);
  return value;
}

namespace {

nlohmann::json countsOf(const LimitUse& use) {
  return {{"taken", use.taken},
          {"recent", use.recent},
          {"slowed", use.slowed},
          {"refused", use.refused},
          {"over", use.over}};
}

}  // namespace

nlohmann::json toJson(const LimitFigures& value) {
  nlohmann::json json = countsOf(value.sum);
  json["budgets"] = value.budgets;
  json["used"] = value.used;
  json["busiest"] = nlohmann::json::array();
  for (const LimitUse& use : value.busiest) {
    nlohmann::json entry = countsOf(use);
    entry["used"] = use.used;
    if (!use.key.empty()) entry["of"] = use.key;
    json["busiest"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace carport::api
