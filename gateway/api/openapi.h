#pragma once

#include <string_view>

namespace carport::api {

/// The API as an OpenAPI 3.1 document: the text of gateway/api/openapi.json, built into the program.
std::string_view openApiJson();

}  // namespace carport::api
