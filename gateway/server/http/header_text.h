#pragma once

#include <boost/beast/core/string_type.hpp>

#include <string_view>

namespace carport {

/// What Beast says of a request (a field, the target) as the standard library's text; lives as long as the request.
inline std::string_view toView(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace carport
