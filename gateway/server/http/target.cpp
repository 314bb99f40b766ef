#include "gateway/server/http/target.h"

#include <utility>

namespace carport {

namespace {

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Undoes percent-encoding, and `+` for a blank where `plusIsBlank`.
std::optional<std::string> decoded(std::string_view text, bool plusIsBlank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(plusIsBlank && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

bool readPath(std::string_view path, std::vector<std::string>& segments) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    auto text = decoded(segment, false);
    if (!text || text->empty() || *text == "." || *text == "..") return false;
    segments.push_back(std::move(*text));
  }
  return true;
}

bool readQuery(std::string_view query, Target& out) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, equals), true);
    auto value = decoded(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return false;
    if (out.parameters.size() >= Target::kMaxParameters) {
      out.tooManyParameters = true;
      break;
    }
    out.parameters.emplace(std::move(*name), std::move(*value));
  }
  return true;
}

}  // namespace

std::optional<Target> Target::parse(std::string_view target) {
  Target out;
  if (!target.starts_with('/')) return std::nullopt;
  target = target.substr(0, target.find('#'));
  const std::size_t question = std::min(target.find('?'), target.size());
  std::string_view query = target.substr(question);
  if (!query.empty()) query.remove_prefix(1);
  if (!readPath(target.substr(0, question), out.segments) || !readQuery(query, out)) return std::nullopt;
  return out;
}

}  // namespace carport
