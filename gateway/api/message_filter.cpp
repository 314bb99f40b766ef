#include "gateway/api/message_filter.h"

#include "gateway/api/api_errc.h"
#include "gateway/api/document_filter.h"
#include "gateway/api/permission.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace carport::api {

namespace {

using Operator = MessageFilter::Operator;
using Condition = MessageFilter::Condition;

// Longer ones first, so that `<=` is not read as `<`.
constexpr std::array<std::pair<std::string_view, Operator>, 6> kOperators{{{"!=", Operator::notEqual},
                                                                           {"<=", Operator::lessOrEqual},
                                                                           {">=", Operator::greaterOrEqual},
                                                                           {"=", Operator::equal},
                                                                           {"<", Operator::less},
                                                                           {">", Operator::greater}}};

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Reads a filter from its beginning on. A value on the stack of parse().
class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : m_text(text) {}

  Result<MessageFilter> filter() {
    MessageFilter filter;
    do {
      if (filter.conditions.size() >= MessageFilter::kMaxConditions) {
        return fail(ApiErrc::badFilter,
                    fmt::format("A filter has at most {} conditions", MessageFilter::kMaxConditions));
      }
      auto condition = readCondition();
      if (!condition) return failFrom(condition);
      filter.conditions.push_back(std::move(*condition));
    } while (takeWord("and"));
    skipBlanks();
    if (m_at < m_text.size()) return wanted("'and' or the end");
    return filter;
  }

 private:
  tl::unexpected<Error> wanted(std::string_view what) const {
    return fail(ApiErrc::badFilter, fmt::format("At character {} of the filter {} is wanted", m_at + 1, what));
  }
  void skipBlanks() {
    while (m_at < m_text.size() && m_text[m_at] == ' ') ++m_at;
  }
  bool take(std::string_view what) {
    skipBlanks();
    if (!m_text.substr(m_at).starts_with(what)) return false;
    m_at += what.size();
    return true;
  }
  bool takeWord(std::string_view word) {
    skipBlanks();
    const std::string_view rest = m_text.substr(m_at);
    if (!rest.starts_with(word) || (rest.size() > word.size() && isNameCharacter(rest[word.size()]))) return false;
    m_at += word.size();
    return true;
  }

  Result<Condition> readCondition() {
    Condition condition;
    const bool isTopic = takeWord("topic");
    if (!isTopic && !takeWord("payload")) return wanted("'topic' or 'payload.NAME'");
    while (!isTopic && m_at < m_text.size() && m_text[m_at] == '.') {
      ++m_at;
      const auto from = m_at;
      while (m_at < m_text.size() && isNameCharacter(m_text[m_at])) ++m_at;
      if (m_at == from) return wanted("a field's name");
      condition.path.emplace_back(m_text.substr(from, m_at - from));
    }
    if (!isTopic && condition.path.empty()) return wanted("a full stop and a field's name");
    const auto* const found = std::find_if(kOperators.begin(), kOperators.end(),
                                           [this](const auto& candidate) { return take(candidate.first); });
    if (found == kOperators.end()) return wanted("one of = != < <= > >=");
    condition.op = found->second;
    if (auto value = readValue(condition); !value) return failFrom(value);
    return condition;
  }

  Result<void> readValue(Condition& condition) {
    skipBlanks();
    const bool isOrder = condition.op != Operator::equal && condition.op != Operator::notEqual;
    if (condition.path.empty()) {
      if (isOrder) return wanted("= or != behind 'topic'");
      return readTopic(condition);
    }
    if (m_at < m_text.size() && m_text[m_at] == '"' && !isOrder) return readText(condition);
    if (!isOrder && takeWord("null")) return {};
    for (const auto& [word, value] : {std::pair("true", true), std::pair("false", false)}) {
      if (isOrder || !takeWord(word)) continue;
      condition.value = value;
      return {};
    }
    double number = 0;
    const auto [end, ec] = std::from_chars(m_text.data() + m_at, m_text.data() + m_text.size(), number);
    if (ec != std::errc() || !std::isfinite(number))
      return wanted(isOrder ? "a number" : "a number, a text in quotes, true, false or null");
    m_at = static_cast<std::size_t>(end - m_text.data());
    condition.value = number;
    return {};
  }

  Result<void> readTopic(Condition& condition) {
    if (auto text = readText(condition); !text) return text;
    if (isTopicFilter(std::get<std::string>(condition.value))) return {};
    return wanted("a topic filter before this character");
  }

  Result<void> readText(Condition& condition) {
    if (m_at >= m_text.size() || m_text[m_at] != '"') return wanted("a text in quotes");
    std::string text;
    for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
      if (m_text[m_at] == '\\' && ++m_at >= m_text.size()) break;
      text += m_text[m_at];
    }
    if (m_at >= m_text.size()) return wanted("a closing quote");
    ++m_at;
    condition.value = std::move(text);
    return {};
  }

  std::string_view m_text;
  std::size_t m_at = 0;
};

Result<MessageFilter> readDocument(std::string_view text) {
  auto document = DocumentFilter::parse(text);
  if (!document) return fail(ApiErrc::badFilter, document.error().message());
  MessageFilter filter;
  filter.document = std::make_shared<const DocumentFilter>(std::move(*document));
  filter.documentText = text;
  return filter;
}

std::string valueText(const Condition& condition) {
  if (const auto* number = std::get_if<double>(&condition.value)) return fmt::format("{}", *number);
  if (const auto* truth = std::get_if<bool>(&condition.value)) return *truth ? "true" : "false";
  const auto* text = std::get_if<std::string>(&condition.value);
  if (text == nullptr) return "null";
  std::string quoted = "\"";
  for (const char c : *text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

Result<MessageFilter> MessageFilter::parse(std::string_view text) {
  if (text.size() > kMaxRuleFilterBytes) {
    return fail(ApiErrc::badFilter, fmt::format("A filter has at most {} bytes", kMaxRuleFilterBytes));
  }
  return text.starts_with('{') ? readDocument(text) : FilterParser(text).filter();
}

std::string MessageFilter::toString() const {
  if (document) return documentText;
  std::string text;
  for (const Condition& condition : conditions) {
    if (!text.empty()) text += " and ";
    text += condition.path.empty() ? "topic" : "payload";
    for (const std::string& name : condition.path) text.append(".").append(name);
    const auto* const op = std::find_if(kOperators.begin(), kOperators.end(),
                                        [&](const auto& candidate) { return candidate.second == condition.op; });
    text.append(" ").append(op->first).append(" ").append(valueText(condition));
  }
  return text;
}

bool isTopicFilter(std::string_view filter) {
  if (filter.empty() || filter.find('\0') != std::string_view::npos) return false;
  for (std::size_t start = 0; start <= filter.size();) {
    const std::size_t end = std::min(filter.find('/', start), filter.size());
    const std::string_view level = filter.substr(start, end - start);
    if (level.find_first_of("+#") != std::string_view::npos && level.size() != 1) return false;
    if (level == "#" && end != filter.size()) return false;
    start = end + 1;
  }
  return true;
}

}  // namespace carport::api
