#pragma once

#include "gateway/server/nitrogen/nitrogen_call.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

using NitrogenHandler = boost::asio::awaitable<NitrogenReply> (*)(NitrogenCall&);

/// Largest bodies of messages and of blobs; everything else is smaller.
inline constexpr std::size_t kMaxNitrogenJsonBytes = 64 * 1024;
inline constexpr std::size_t kMaxNitrogenMessagesBytes = 1024 * 1024;
inline constexpr std::size_t kMaxNitrogenBlobBytes = 4 * 1024 * 1024;

/// One call of Nitrogen's API. Patterns begin behind `/api/v1`; `{id}` is the one variable segment.
struct NitrogenRoute {
  http::verb method;
  std::string_view pattern;
  NitrogenHandler handler;
  bool signedIn = true;
  std::size_t maxBodyBytes = kMaxNitrogenJsonBytes;
};

struct NitrogenMatch {
  const NitrogenRoute* route = nullptr;
  std::string id;
  std::string allow;  ///< the methods that the path has; empty: there is no such path
};

NitrogenMatch findNitrogenRoute(http::verb method, const std::vector<std::string>& segments);

/// Every call, in the order of docs/nitrogen.md.
std::span<const NitrogenRoute> allNitrogenRoutes();

namespace nitrogen {

using Answer = boost::asio::awaitable<NitrogenReply>;

// headwaiter.cpp
Answer getHeadwaiter(NitrogenCall& call);
Answer getHealth(NitrogenCall& call);
// create_principal.cpp
Answer createPrincipal(NitrogenCall& call);
// authentication.cpp
Answer authenticateUser(NitrogenCall& call);
Answer authenticateBySecret(NitrogenCall& call);
Answer makeAccessToken(NitrogenCall& call);
Answer impersonate(NitrogenCall& call);
// principals.cpp
Answer findPrincipals(NitrogenCall& call);
Answer getPrincipal(NitrogenCall& call);
Answer changePrincipal(NitrogenCall& call);
Answer removePrincipal(NitrogenCall& call);
// api_keys.cpp
Answer listApiKeys(NitrogenCall& call);
Answer addApiKey(NitrogenCall& call);
// send_messages.cpp, find_messages.cpp
Answer sendMessages(NitrogenCall& call);
Answer findMessages(NitrogenCall& call);
Answer removeMessages(NitrogenCall& call);
// permissions.cpp
Answer findPermissions(NitrogenCall& call);
Answer addPermission(NitrogenCall& call);
Answer changePermission(NitrogenCall& call);
Answer removePermission(NitrogenCall& call);
// blobs.cpp
Answer addBlob(NitrogenCall& call);
Answer getBlob(NitrogenCall& call);

}  // namespace nitrogen
}  // namespace carport
