#pragma once

#include "gateway/server/http/origin.h"
#include "gateway/server/http/reply.h"
#include "gateway/transport/http_message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Which pages of other hosts may read answers in a browser (CORS, https://fetch.spec.whatwg.org §3.2): exactly the
/// named ones, and none where none is named. Tokens travel in a header of their own, so no cookie is ever let through.
/// Owner: ApiService; its thread.
class CrossOrigin {
 public:
  /// `origins` have passed checkOrigin().
  explicit CrossOrigin(std::vector<std::string> origins) : m_origins(std::move(origins)) {}

  /// The answer to a preflight of a page that is let in; none where this is no such request. `allow` are the methods
  /// that the path has, empty where there is no such path.
  std::optional<Reply> preflight(const HttpHeader& request, std::string_view allow) const;
  /// Lets the page that asked read the answer, where it is one of those that are let in.
  void mark(const std::string& origin, HttpResponse& response) const;

 private:
  bool isLetIn(std::string_view origin) const;

  const std::vector<std::string> m_origins;
};

}  // namespace carport
