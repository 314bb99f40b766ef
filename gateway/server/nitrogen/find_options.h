#pragma once

#include "gateway/api/document_filter.h"
#include "gateway/server/nitrogen/nitrogen_call.h"

#include <cstddef>
#include <string>

namespace carport {

/// The condition in the parameter `q`; none lets everything through. The failing side is 400.
NitrogenAsked<api::DocumentFilter> filterOf(const NitrogenCall& call);

/// What the parameter `options` asks of a list: `{"limit":5,"skip":0,"sort":{"ts":-1}}`.
struct FindOptions {
  static constexpr std::size_t kMaxLimit = 10'000;
  static constexpr std::size_t kDefaultLimit = 1000;

  std::size_t limit = kDefaultLimit;
  std::size_t skip = 0;
  std::string sortBy;  ///< one field; empty: as they come
  bool ascending = true;

  static NitrogenAsked<FindOptions> of(const NitrogenCall& call);
  /// Whether a list in the order in which it comes has all that is asked for: what is sorted has to be whole.
  bool isEnough(const nlohmann::json& list) const { return sortBy.empty() && list.size() >= skip + limit; }
  /// Sorts a list of objects and cuts it to what is asked for.
  void apply(nlohmann::json& list) const;
};

}  // namespace carport
