#pragma once

#include "gateway/server/http/reply.h"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/verb.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

class Call;
using Handler = boost::asio::awaitable<Reply> (*)(Call&);

/// Who may reach a handler at all; what they may do there the handler asks the rules.
enum class Admission : std::uint8_t {
  anyone,
  signedIn,
  evenBeforePasswordChange,  ///< signed in, also with a one-time password that is still to be changed
  device,                    ///< signed in, or a device by its id and secret (device_authentication.h)
};

/// What a call's body must be.
enum class BodyKind : std::uint8_t { none, json, jsonOrCsv, jsonOrCbor };

inline constexpr std::size_t kMaxJsonBodyBytes = 64 * 1024;
inline constexpr std::size_t kMaxImportBodyBytes = 16 * 1024 * 1024;

/// One call of the API. Patterns begin behind `/api/v2` and name their variable segments: `/cars/{id}`.
struct Route {
  http::verb method;
  std::string_view pattern;
  Handler handler;
  Admission admission = Admission::signedIn;
  BodyKind body = BodyKind::none;
  std::size_t maxBodyBytes = kMaxJsonBodyBytes;
  std::string_view parameters = {};  ///< names of the query, a blank between them
};

/// A route that fits, and what its variable segments hold.
struct RouteMatch {
  const Route* route = nullptr;  ///< null: there is no such path, or not with that method
  std::map<std::string_view, std::string> variables;
  std::string allow;  ///< the methods that the path has; empty: there is no such path
};

/// Every call, in the order of docs/api.md.
std::span<const Route> allRoutes();

RouteMatch findRoute(http::verb method, const std::vector<std::string>& segments);

}  // namespace carport
