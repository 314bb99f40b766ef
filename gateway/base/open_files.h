#pragma once

#include <cstddef>

namespace carport {

/// How many files and sockets this process may have open, after raising its own limit as far as the system lets it: a
/// fleet needs one socket a car, and what a login shell gives is often 1024. SIZE_MAX where there is no limit. Call it
/// once, from main().
std::size_t raiseOpenFileLimit();

}  // namespace carport
