#include "gateway/server/http/page.h"

#include "gateway/domain/base64.h"
#include "gateway/domain/cursor_seal.h"
#include "gateway/server/http/encoded.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace carport {

namespace {

/// Longest cursor that is looked at.
constexpr std::size_t kMaxCursorBytes = 1024;
/// Between the parts of a cursor; no id or number has it.
constexpr char kBetween = '\n';

Reply badCursor() {
  return replyWrongParameter(kCursorParameter,
                             "The parameter 'cursor' is none of this list; take it from the answer before, or leave it "
                             "out to begin at the first page");
}

/// Whether there are no control characters in it but those between the parts: no key has any.
bool isPlain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' ' && c != kBetween; });
}

CursorSeal sealOf(const Call& call) {
  return CursorSeal(call.control.parts.secretKey, call.who().organisation());
}

/// A cursor says which list it is of, so that another list's is refused instead of read as nonsense.
std::string cursorOf(const Call& call, const std::vector<std::string>& key) {
  std::string text(call.match.route->pattern);
  for (const std::string& part : key) (text += kBetween) += part;
  return toBase64Url(sealOf(call).seal(text));
}

/// The address of this call with the cursor in the place of the one it had.
std::string addressOf(const Call& call, const std::string& cursor) {
  std::string address;
  for (const std::string& segment : call.target.segments) (address += '/') += percentEncoded(segment);
  char before = '?';
  for (const auto& [name, value] : call.target.parameters) {
    if (name == kCursorParameter) continue;
    address += before + percentEncoded(name) + '=' + percentEncoded(value);
    before = '&';
  }
  return address + before + std::string(kCursorParameter) + '=' + cursor;
}

}  // namespace

std::optional<std::int64_t> PageWish::number(std::size_t part) const {
  if (!after || part >= after->size()) return std::nullopt;
  const std::string& text = (*after)[part];
  std::int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Asked<PageWish> readPage(const Call& call, std::size_t parts, PageSize size) {
  const auto limit = call.integer(std::string(kLimitParameter), 1, static_cast<std::int64_t>(size.most),
                                  static_cast<std::int64_t>(size.otherwise));
  if (!limit) return refuse(limit.error());
  PageWish wish;
  wish.limit = static_cast<std::size_t>(*limit);
  const auto cursor = call.parameter(std::string(kCursorParameter));
  if (!cursor) return wish;
  if (cursor->size() > kMaxCursorBytes) return refuse(badCursor());
  const auto sealed = fromBase64Url(*cursor);
  const auto text = sealed ? sealOf(call).open(*sealed) : std::nullopt;
  const std::string_view pattern = call.match.route->pattern;
  if (!text || !text->starts_with(pattern) || !isPlain(*text)) return refuse(badCursor());
  std::string_view rest = std::string_view(*text).substr(pattern.size());
  wish.after.emplace();
  while (!rest.empty() && rest.front() == kBetween && wish.after->size() <= kMaxCursorParts) {
    rest.remove_prefix(1);
    const std::string_view part = rest.substr(0, rest.find(kBetween));
    wish.after->emplace_back(part);
    rest.remove_prefix(part.size());
  }
  if (!rest.empty() || wish.after->size() != parts) return refuse(badCursor());
  return wish;
}

bool PageBuilder::add(std::vector<std::string> key, nlohmann::json item) {
  m_goesOn = m_items.size() >= m_limit;
  if (m_goesOn) return false;
  m_last = std::move(key);
  m_items.push_back(std::move(item));
  return true;
}

Reply PageBuilder::reply(const Call& call, std::string_view field) {
  return replyPage(call, field, std::move(m_items), m_goesOn ? std::optional(std::move(m_last)) : std::nullopt);
}

Reply replyPage(const Call& call, std::string_view field, nlohmann::json items,
                const std::optional<std::vector<std::string>>& last, nlohmann::json beside) {
  nlohmann::json json = std::move(beside);
  json[std::string(field)] = std::move(items);
  if (!last) return replyOk(json);
  const std::string next = addressOf(call, cursorOf(call, *last));
  json["next"] = next;
  Reply reply = replyOk(json);
  reply.fields.emplace_back("Link", "<" + next + ">; rel=\"next\"");
  return reply;
}

}  // namespace carport
