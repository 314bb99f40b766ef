#pragma once

#include "gateway/api/enum_names.h"
#include "gateway/storage/sqlite_errors.h"

#include <fmt/format.h>

#include <string_view>

namespace carport {

/// The enumerator for a word in a text column; DamagedEntry where no enumerator has that name.
template <class E>
E enumColumn(std::string_view word) {
  const auto value = api::valueOf<E>(word);
  if (!value) throw DamagedEntry(fmt::format("\"{}\" is not a word that Carport writes", word));
  return *value;
}

}  // namespace carport
