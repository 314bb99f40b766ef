#pragma once

#include <string_view>

namespace carport {

/// A text as libsodium takes bytes; valid as long as what it views.
inline const unsigned char* sodiumBytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace carport
