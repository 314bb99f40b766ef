#include "gateway/server/nitrogen/message_search.h"

#include "gateway/api/json_codec.h"
#include "gateway/base/base_errc.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/nitrogen/sample_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

namespace carport {

namespace {

using Json = nlohmann::json;

std::string tsOf(const Json& message) {
  const auto ts = message.find("ts");
  return ts != message.end() && ts->is_string() ? ts->get<std::string>() : std::string();
}

/// The principal that the filter demands at `field`.
std::optional<PrincipalNumber> principalAt(const api::DocumentFilter& filter, const NitrogenIds& ids,
                                           const char* field) {
  const Json* value = filter.requiredAt(field);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  // A foreign id is that of nobody; number 0 sends nothing.
  return ids.principalOf(value->get_ref<const std::string&>()).value_or(PrincipalNumber{});
}

}  // namespace

RuleVerdict MessageSearch::sight(PrincipalNumber from, PrincipalNumber to) {
  const auto [entry, isNew] = m_seen.try_emplace({from, to}, RuleVerdict::denied);
  if (isNew) entry->second = NitrogenRights(m_registry, m_now).sight(m_who, from, to);
  return entry->second;
}

bool MessageSearch::maySee(PrincipalNumber from, PrincipalNumber to, const Json& document) {
  const RuleVerdict verdict = sight(from, to);
  if (verdict != RuleVerdict::depends) return verdict == RuleVerdict::allowed;
  return NitrogenRights(m_registry, m_now).maySee(m_who, from, to, document);
}

NitrogenSearch MessageSearch::narrowed(bool newestFirst) const {
  NitrogenSearch search;
  search.now = m_now;
  search.newestFirst = newestFirst;
  search.from = principalAt(m_filter, m_ids, "from");
  search.to = principalAt(m_filter, m_ids, "to");
  if (search.to && !*search.to) search.to.reset();  // to the gateway itself
  const Json* type = m_filter.requiredAt("type");
  if (type != nullptr && type->is_string()) search.type = type->get<std::string>();
  return search;
}

Result<void> MessageSearch::findStored(NitrogenReader& stored, bool newestFirst, std::size_t wanted, Found& found) {
  std::size_t lookedAt = 0;
  std::size_t bytes = 0;
  const auto consider = [&](const NitrogenMessage& message) {
    if (++lookedAt > kMaxLookedAt) return false;
    if (sight(message.from, message.to) == RuleVerdict::denied) return true;
    auto document = api::parseJson(message.document);
    if (!document) return true;
    (*document)["id"] = m_ids.idOf(NitrogenKind::message, message.number);
    if (!m_filter.matches(*document) || !maySee(message.from, message.to, *document)) return true;
    bytes += message.document.size();
    if (bytes > kMaxFoundBytes) return false;
    found.messages.push_back(std::move(*document));
    found.numbers.push_back(message.number);
    found.from.push_back(message.from);
    if (message.to == m_who.number && !message.command.empty()) found.commands.push_back(message.command);
    return found.messages.size() < wanted;
  };
  if (const Json* id = m_filter.requiredAt("id"); id != nullptr && id->is_string()) {
    const auto number = m_ids.numberOf(NitrogenKind::message, id->get_ref<const std::string&>());
    const auto one = number ? stored.message(*number) : Result<std::optional<NitrogenMessage>>(std::nullopt);
    if (!one) return failFrom(one);
    if (*one && (*one)->indexUntil > m_now) consider(**one);
    return {};
  }
  if (const auto visited = stored.visitMessages(narrowed(newestFirst), consider); !visited) return visited;
  if (bytes > kMaxFoundBytes) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("The answer would have more than {} MiB; ask for fewer messages", kMaxFoundBytes >> 20U));
  }
  if (lookedAt <= kMaxLookedAt) return {};
  return fail(BaseErrc::invalidArgument,
              fmt::format("This search would look at more than {} messages; say from whom, to whom or of which type, "
                          "or ask for fewer",
                          kMaxLookedAt));
}

Result<void> MessageSearch::findSamples(HistoryReader& reader, Found& found) {
  const auto car = principalAt(m_filter, m_ids, "from");
  const Json* wanted = m_filter.requiredAt("type");
  const std::string type = wanted != nullptr && wanted->is_string() ? wanted->get<std::string>() : "location";
  if (!car || !*car || (type != "location" && !isNitrogenMetric(type)) || sight(*car, {}) == RuleVerdict::denied)
    return {};
  std::set<std::string> known;  // a device that came in by this API has sent them itself
  for (const Json& message : found.messages) {
    if (message["type"] == type) known.insert(tsOf(message));
  }
  std::deque<Json> latest;
  const auto visited = reader.visitSamples(
      *car, m_now - kSamplesFor, fromMs(INT64_MAX), [&](const SampleBatch& batch, const SampleBatch::Row& row) {
        auto message = sampleMessage(m_ids, m_names, batch, row, type);
        if (!message || known.contains(tsOf(*message)) || !m_filter.matches(*message)) return true;
        if (!maySee(*car, {}, *message)) return true;
        latest.push_back(std::move(*message));
        if (latest.size() > kMaxSamples) latest.pop_front();
        return true;
      });
  if (!visited) return visited;
  for (Json& message : latest) found.messages.push_back(std::move(message));
  return {};
}

Result<MessageSearch::Found> MessageSearch::run(HistoryReader& reader, NitrogenReader* stored, bool newestFirst,
                                                std::size_t wanted) {
  Found found;
  if (stored != nullptr && wanted > 0) {
    if (const auto done = findStored(*stored, newestFirst, wanted, found); !done) return failFrom(done);
  }
  if (const auto done = findSamples(reader, found); !done) return failFrom(done);
  auto& messages = found.messages.get_ref<Json::array_t&>();
  std::stable_sort(messages.begin(), messages.end(), [newestFirst](const Json& a, const Json& b) {
    return newestFirst ? tsOf(b) < tsOf(a) : tsOf(a) < tsOf(b);
  });
  return found;
}

}  // namespace carport
