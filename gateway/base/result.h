#pragma once

#include "gateway/base/error.h"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace carport {

/// A value or the reason why there is none. Exceptions never cross a module; results do.
template <class T>
using Result = tl::expected<T, Error>;

/// Makes the failing side of a Result: `return fail(StorageErrc::full, "…")`.
template <class Errc>
tl::unexpected<Error> fail(Errc code, std::string detail = {}) {
  return tl::unexpected<Error>(Error(code, std::move(detail)));
}

/// Hands a failure on from one Result type to another: `if (!r) return failFrom(r);`.
template <class T>
tl::unexpected<Error> failFrom(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

}  // namespace carport
