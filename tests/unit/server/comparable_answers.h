#pragma once

#include "tests/unit/server/control_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>

namespace carport::test {

/// Answers as one can compare them between two gateways: what is drawn anew each time (numbers, ids of commands,
/// secrets) is replaced by which one it is, times by a word. Rules and fences keep their
/// numbers: those have to be the same.
class ComparableAnswers {
 public:
  std::string of(const HttpAnswer& answer) {
    std::string text = fmt::format("{}\n", answer.status);
    std::set<std::string> names;
    for (const auto& field : answer.raw) names.insert(std::string(field.name_string()));
    for (const auto& name : names) text += name + "\n";
    for (const char* name :
         {"Content-Type", "Allow", "RateLimit", "RateLimit-Policy", "Retry-After", "Cache-Control"}) {
      text += answer.header(name) + "\n";
    }
    nlohmann::json body = answer.json;
    if (body.is_discarded()) return text + answer.body;
    walk(body, {});
    return text + body.dump(1);
  }
  /// Numbers of principals, tokens and keys that were told.
  const std::set<std::int64_t>& numbers() const { return m_numbers; }

 private:
  static bool isOneOf(const std::string& name, std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  void walk(nlohmann::json& value, const std::string& name) {
    const bool isRule = value.is_object() && value.contains("who") && value.contains("about");
    const bool isFence = value.is_object() && value.contains("geometry");
    if (value.is_object()) {
      for (auto& [key, inner] : value.items()) {
        if (key == "number" && (isFence || (isRule && value.contains("priority")))) continue;
        walk(inner, key);
      }
      return;
    }
    if (value.is_array()) {
      for (auto& inner : value) walk(inner, name);
      return;
    }
    replace(value, name);
  }
  void replace(nlohmann::json& value, const std::string& name) {
    if (isOneOf(name, {"time", "arrival", "createdAt", "changedAt", "expiresAt", "lastUsedAt", "startedAt", "now"})) {
      value = "a time";
    } else if (isOneOf(name, {"secret", "token", "password", "key", "code", "qrSvg", "revision"})) {
      value = "drawn";
    } else if (name == "httpAddress") {
      value = "here";
    } else if (value.is_number_integer() && isOneOf(name, {"number", "owner", "car", "issuedBy"})) {
      m_numbers.insert(value.get<std::int64_t>());
      value = nth(value.dump());
    } else if (name == "id" && value.is_string() && value.get<std::string>().size() == 26) {
      value = nth(value.get<std::string>());
    } else if (isOneOf(name, {"next", "about", "instance", "detail", "command"}) && value.is_string()) {
      value = without(value.get<std::string>());
    }
  }
  /// A text without the cursor at its end, and without numbers and ids of commands that were told before.
  std::string without(std::string text) {
    if (const auto cursor = text.find("cursor="); cursor != std::string::npos) text.resize(cursor);
    for (const auto& [drawn, word] : m_known) {
      const std::string plain = drawn;
      for (auto at = text.find(plain); plain.size() > 8 && at != std::string::npos; at = text.find(plain)) {
        text.replace(at, plain.size(), word);
      }
    }
    return text;
  }
  std::string nth(const std::string& drawn) {
    return m_known.try_emplace(drawn, fmt::format("<{}>", m_known.size())).first->second;
  }

  std::map<std::string, std::string> m_known;
  std::set<std::int64_t> m_numbers;
};

}  // namespace carport::test
