#pragma once

#include <nlohmann/json.hpp>

#include <QtTest>

#include <string>
#include <string_view>

// Most tests read and compare JSON. What the library's templates become for that is compiled once, in json_compare.cpp,
// instead of in each of them; EXTERN is how C++ says so.
#define CARPORT_JSON_TEMPLATES(EXTERN)                                                                           \
  EXTERN template class nlohmann::basic_json<>;                                                                  \
  EXTERN template nlohmann::json nlohmann::json::parse(std::string&&, parser_callback_t, bool, bool);            \
  EXTERN template nlohmann::json nlohmann::json::parse(std::string&, parser_callback_t, bool, bool);             \
  EXTERN template nlohmann::json nlohmann::json::parse(const std::string&, parser_callback_t, bool, bool);       \
  EXTERN template nlohmann::json nlohmann::json::parse(std::string_view&&, parser_callback_t, bool, bool);       \
  EXTERN template nlohmann::json nlohmann::json::parse(const char*, const char*, parser_callback_t, bool, bool)

CARPORT_JSON_TEMPLATES(extern);

namespace QTest {
/// What a failed QCOMPARE shows of JSON: its text; whoever calls it frees it with delete[], as Qt Test does.
template <>
char* toString(const nlohmann::json& json);
}  // namespace QTest
