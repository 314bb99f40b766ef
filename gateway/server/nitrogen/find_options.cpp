#include "gateway/server/nitrogen/find_options.h"

#include "gateway/api/json_codec.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {

using Json = nlohmann::json;

tl::unexpected<NitrogenReply> bad(std::string_view sentence) {
  return nitrogenRefuse(nitrogenFailure(http::status::bad_request, sentence));
}

NitrogenAsked<void> readNumber(const Json& json, const char* name, std::size_t most, std::size_t& out) {
  const auto field = json.find(name);
  if (field == json.end()) return {};
  if (!field->is_number_unsigned() || *field > most) {
    return bad(fmt::format("'options.{}' must be a whole number from 0 to {}", name, most));
  }
  out = field->get<std::size_t>();
  return {};
}

}  // namespace

NitrogenAsked<api::DocumentFilter> filterOf(const NitrogenCall& call) {
  const auto text = call.parameter("q");
  if (!text) return api::DocumentFilter();
  auto filter = api::DocumentFilter::parse(*text);
  if (!filter) return nitrogenRefuse(nitrogenFailure(filter.error()));
  return std::move(*filter);
}

NitrogenAsked<FindOptions> FindOptions::of(const NitrogenCall& call) {
  FindOptions options;
  const auto text = call.parameter("options");
  if (!text) return options;
  const auto json = api::parseJson(*text);
  if (!json || !json->is_object()) return bad("'options' must be a JSON object");
  if (const auto read = readNumber(*json, "limit", kMaxLimit, options.limit); !read) {
    return nitrogenRefuse(read.error());
  }
  if (const auto read = readNumber(*json, "skip", kMaxLimit, options.skip); !read) return nitrogenRefuse(read.error());
  const auto sort = json->find("sort");
  if (sort == json->end() || (sort->is_object() && sort->empty())) return options;
  const bool fits = sort->is_object() && sort->size() == 1 && sort->begin()->is_number_integer() &&
                    (*sort->begin() == 1 || *sort->begin() == -1);
  if (!fits) return bad("'options.sort' must name one field, with 1 for ascending or -1 for descending");
  options.sortBy = sort->begin().key() == "_id" ? "id" : sort->begin().key();
  options.ascending = *sort->begin() == 1;
  return options;
}

void FindOptions::apply(Json& list) const {
  auto& entries = list.get_ref<Json::array_t&>();
  if (!sortBy.empty()) {
    const auto valueOf = [this](const Json& entry) { return entry.value(sortBy, Json()); };
    std::stable_sort(entries.begin(), entries.end(), [&](const Json& a, const Json& b) {
      return ascending ? valueOf(a) < valueOf(b) : valueOf(b) < valueOf(a);
    });
  }
  entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(std::min(skip, entries.size())));
  if (entries.size() > limit) entries.resize(limit);
}

}  // namespace carport
