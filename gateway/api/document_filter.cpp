#include "gateway/api/document_filter.h"

#include "gateway/api/json_codec.h"
#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace carport::api {

namespace {

using Json = nlohmann::json;

tl::unexpected<Error> bad(std::string sentence) {
  return fail(BaseErrc::invalidArgument, std::move(sentence));
}

/// As much of a name as a sentence can take.
std::string shown(std::string_view name) {
  return std::string(name.substr(0, 64));
}

bool haveOneOrder(const Json& a, const Json& b) {
  return (a.is_number() && b.is_number()) || (a.is_string() && b.is_string()) || (a.is_boolean() && b.is_boolean());
}

/// The entry of a list that a part of a path names by its place.
const Json* entryAt(const Json& list, const std::string& part) {
  std::size_t index = 0;
  const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), index);
  const bool isIndex = ec == std::errc() && end == part.data() + part.size();
  return isIndex && index < list.size() ? &list[index] : nullptr;
}

}  // namespace

/// Reads one filter; its limits count over the whole of it.
class DocumentFilter::Parser {
 public:
  Result<Condition> conditions(const Json& json, std::size_t depth) {
    if (!json.is_object()) return bad("A filter is a JSON object");
    if (depth > kMaxDepth) return bad(fmt::format("A filter may be nested {} levels deep at most", kMaxDepth));
    Condition all;
    for (const auto& [name, value] : json.items()) {
      auto part = name.starts_with('$') ? group(name, value, depth) : field(name, value, depth);
      if (!part) return failFrom(part);
      all.parts.push_back(std::move(*part));
    }
    return all;
  }

 private:
  Result<Condition> group(const std::string& name, const Json& list, std::size_t depth) {
    Condition group;
    if (name == "$or") {
      group.kind = Kind::any;
    } else if (name == "$nor") {
      group.kind = Kind::none;
    } else if (name != "$and") {
      return bad(fmt::format("'{}' is not known here; there are $and, $or and $nor", shown(name)));
    }
    if (!list.is_array() || list.empty()) return bad(fmt::format("{} wants a list of conditions", name));
    if (const auto fits = fitsList(list); !fits) return failFrom(fits);
    for (const Json& entry : list) {
      auto part = conditions(entry, depth + 1);
      if (!part) return failFrom(part);
      group.parts.push_back(std::move(*part));
    }
    return group;
  }

  Result<Condition> field(const std::string& name, const Json& value, std::size_t depth) {
    auto path = pathOf(name);
    if (!path) return failFrom(path);
    const bool hasOperators = value.is_object() && !value.empty() && value.begin().key().starts_with('$');
    return hasOperators ? operators(*path, value, depth) : comparison(Kind::equal, *path, value);
  }

  Result<Condition> operators(const std::vector<std::string>& path, const Json& object, std::size_t depth) {
    if (depth > kMaxDepth) return bad(fmt::format("A filter may be nested {} levels deep at most", kMaxDepth));
    Condition all;
    for (const auto& [name, value] : object.items()) {
      auto part = oneOperator(name, path, value, depth);
      if (!part) return failFrom(part);
      all.parts.push_back(std::move(*part));
    }
    return all;
  }

  Result<Condition> oneOperator(const std::string& name, const std::vector<std::string>& path, const Json& value,
                                std::size_t depth) {
    if (name == "$gt") return comparison(Kind::greater, path, value);
    if (name == "$gte") return comparison(Kind::notSmaller, path, value);
    if (name == "$lt") return comparison(Kind::smaller, path, value);
    if (name == "$lte") return comparison(Kind::notGreater, path, value);
    if (name == "$ne") return opposite(comparison(Kind::equal, path, value));
    if (name == "$in" || name == "$nin") {
      if (!value.is_array()) return bad(fmt::format("{} wants a list", name));
      if (const auto fits = fitsList(value); !fits) return failFrom(fits);
      auto in = comparison(Kind::in, path, value);
      return name == "$in" ? std::move(in) : opposite(std::move(in));
    }
    if (name == "$exists") {
      if (!value.is_boolean() && !value.is_number_integer()) return bad("$exists wants true or false");
      const bool wanted = value.is_boolean() ? value.get<bool>() : value != 0;
      return comparison(Kind::exists, path, wanted);
    }
    if (name == "$not") {
      if (!value.is_object()) return bad("$not wants an object of conditions");
      return opposite(operators(path, value, depth + 1));
    }
    return bad(
        fmt::format("'{}' is not known; there are $gt $gte $lt $lte $ne $in $nin $exists and $not", shown(name)));
  }

  Result<Condition> comparison(Kind kind, const std::vector<std::string>& path, const Json& value) {
    if (++m_conditions > kMaxConditions) {
      return bad(fmt::format("A filter may have {} conditions at most", kMaxConditions));
    }
    Condition condition;
    condition.kind = kind;
    condition.path = path;
    condition.value = value;
    return condition;
  }

  static Result<Condition> opposite(Result<Condition> condition) {
    if (!condition) return condition;
    Condition none;
    none.kind = Kind::none;
    none.parts.push_back(std::move(*condition));
    return none;
  }

  Result<void> fitsList(const Json& list) {
    m_listEntries += list.size();
    if (m_listEntries <= kMaxListEntries) return {};
    return bad(fmt::format("The lists of a filter may have {} entries at most, together", kMaxListEntries));
  }

  static Result<std::vector<std::string>> pathOf(const std::string& name) {
    if (name == "_id") return std::vector<std::string>{"id"};
    std::vector<std::string> path;
    for (std::size_t from = 0; from <= name.size();) {
      const auto dot = std::min(name.find('.', from), name.size());
      if (path.size() == kMaxPathParts) {
        return bad(fmt::format("'{}' has more than {} parts", shown(name), kMaxPathParts));
      }
      path.push_back(name.substr(from, dot - from));
      from = dot + 1;
    }
    return path;
  }

  std::size_t m_conditions = 0;
  std::size_t m_listEntries = 0;
};

Result<DocumentFilter> DocumentFilter::parse(std::string_view text) {
  if (text.size() > kMaxTextBytes) return bad(fmt::format("A filter may have {} bytes at most", kMaxTextBytes));
  const auto json = parseJson(text);
  if (!json) return failFrom(json);
  return fromJson(*json);
}

Result<DocumentFilter> DocumentFilter::fromJson(const Json& json) {
  auto root = Parser().conditions(json, 1);
  if (!root) return failFrom(root);
  DocumentFilter filter;
  filter.m_root = std::move(*root);
  return filter;
}

bool DocumentFilter::matches(const Json& document) const {
  return holds(m_root, document);
}

const Json* DocumentFilter::requiredAt(std::string_view path) const {
  for (const Condition& part : m_root.parts) {
    if (part.kind == Kind::equal && part.path.size() == 1 && part.path.front() == path) return &part.value;
  }
  return nullptr;
}

bool DocumentFilter::holds(const Condition& condition, const Json& document) {
  const auto fits = [&document](const Condition& part) { return holds(part, document); };
  switch (condition.kind) {
    case Kind::all:
      return std::all_of(condition.parts.begin(), condition.parts.end(), fits);
    case Kind::any:
      return std::any_of(condition.parts.begin(), condition.parts.end(), fits);
    case Kind::none:
      return std::none_of(condition.parts.begin(), condition.parts.end(), fits);
    case Kind::exists:
      return isAbsent(document, condition.path) != condition.value.get<bool>();
    default:
      break;
  }
  if (holdsAt(condition, document, condition.path)) return true;
  // What is absent equals null.
  const bool wantsNull = condition.kind == Kind::in ? std::find(condition.value.begin(), condition.value.end(),
                                                                nullptr) != condition.value.end()
                                                    : condition.kind == Kind::equal && condition.value.is_null();
  return wantsNull && isAbsent(document, condition.path);
}

bool DocumentFilter::isAbsent(const Json& value, std::span<const std::string> path) {
  if (path.empty()) return false;
  if (value.is_object()) {
    const auto member = value.find(path.front());
    return member == value.end() || isAbsent(*member, path.subspan(1));
  }
  if (!value.is_array()) return true;
  if (const Json* entry = entryAt(value, path.front()); entry != nullptr && !isAbsent(*entry, path.subspan(1))) {
    return false;
  }
  return std::all_of(value.begin(), value.end(),
                     [path](const Json& entry) { return !entry.is_object() || isAbsent(entry, path); });
}

bool DocumentFilter::holdsAt(const Condition& condition, const Json& value, std::span<const std::string> path) {
  if (path.empty()) {
    if (compares(condition, value)) return true;
    return value.is_array() && std::any_of(value.begin(), value.end(),
                                           [&condition](const Json& entry) { return compares(condition, entry); });
  }
  if (value.is_object()) {
    const auto member = value.find(path.front());
    return member != value.end() && holdsAt(condition, *member, path.subspan(1));
  }
  if (!value.is_array()) return false;
  if (const Json* entry = entryAt(value, path.front());
      entry != nullptr && holdsAt(condition, *entry, path.subspan(1))) {
    return true;
  }
  return std::any_of(value.begin(), value.end(),
                     [&](const Json& entry) { return entry.is_object() && holdsAt(condition, entry, path); });
}

bool DocumentFilter::compares(const Condition& condition, const Json& value) {
  const Json& wanted = condition.value;
  switch (condition.kind) {
    case Kind::equal:
      return value == wanted;
    case Kind::in:
      return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    case Kind::greater:
      return haveOneOrder(value, wanted) && value > wanted;
    case Kind::notSmaller:
      return haveOneOrder(value, wanted) && value >= wanted;
    case Kind::smaller:
      return haveOneOrder(value, wanted) && value < wanted;
    case Kind::notGreater:
      return haveOneOrder(value, wanted) && value <= wanted;
    default:
      return false;
  }
}

}  // namespace carport::api
