#include "gateway/api/json_codec.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/nitrogen/add_group.h"
#include "gateway/server/nitrogen/claiming.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_sign_in.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/profile_fields.h"
#include "gateway/server/nitrogen/random_text.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;

/// Somebody new, as far as it is known before it is stored.
struct Newcomer {
  PrincipalRecord record;
  Json profile = Json::object();
  std::optional<NitrogenApiKey> key;  ///< with which it came
  std::optional<api::Principal> owner;
  std::string claimCode;  ///< of a device whose owner is no user; otherwise empty
};

/// A user: name, email, password. Only where anybody may become one, or an administrator asks.
NitrogenAsked<std::string> readUser(const NitrogenCall& call, const Json& json, Newcomer& newcomer) {
  const bool mayAdd = call.caller && call.rights().mayAdministerGateway(call.who());
  if (!call.context.isSignUpOpen && !mayAdd) {
    return nitrogenRefuse(
        http::status::forbidden,
        "Nobody may become a user by himself here; an administrator adds users, or starts the gateway with "
        "nitrogen-sign-up");
  }
  auto email = readText(json, "email", api::kMaxPrincipalIdBytes);
  if (!email) return nitrogenRefuse(email.error());
  std::transform(email->begin(), email->end(), email->begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (email->find('@') == std::string::npos || !api::isValidPrincipalId(*email)) {
    return nitrogenRefuse(
        http::status::bad_request,
        "'email' must be an address of at most 64 of a-z 0-9 . _ - and one @: it becomes the user's id");
  }
  // Ids that begin with an organisation's are those of its members, and only it adds them.
  const bool isReserved = call.registry().organisation(email->substr(0, email->find('.'))).has_value();
  if (isReserved || call.registry().find(*email))
    return nitrogenRefuse(http::status::bad_request, "This 'email' cannot be used here: it is taken");
  auto password = readText(json, "password", kMaxPasswordBytes);
  if (!password) return password;
  if (password->size() < kMinPasswordChars) {
    return nitrogenRefuse(http::status::bad_request,
                          fmt::format("'password' must have {} or more characters", kMinPasswordChars));
  }
  newcomer.record.principal.type = api::PrincipalType::user;
  newcomer.record.principal.id = *email;
  return password;
}

/// A device or program that comes with an API key; returns its secret.
NitrogenAsked<std::string> readKeyed(const NitrogenCall& call, const Json& json, std::string_view type,
                                     Newcomer& newcomer) {
  const auto text = readText(json, "api_key", 256);
  if (!text) return nitrogenRefuse(text.error());
  const auto number = call.context.ids.apiKeyNumber(*text);
  const NitrogenApiKey* key = number ? call.context.book.key(*number) : nullptr;
  const auto owner = key != nullptr ? call.registry().find(key->owner) : std::nullopt;
  if (!owner || owner->blocked || !key->enabled) {
    return nitrogenRefuse(http::status::unauthorized, "A valid 'api_key' is needed to add a principal");
  }
  if (key->used >= NitrogenBook::kMaxUsesOfKey) {
    return nitrogenRefuse(http::status::too_many_requests,
                          fmt::format("With this API key {} principals have been added; use another one", key->used));
  }
  auto secret = readText(json, "secret", kMaxDeviceSecretBytes);
  if (!secret) return secret;
  const bool hasPublicKey = !newcomer.profile.value("public_key", "").empty();
  if (secret->size() < kMinDeviceSecretChars && (!secret->empty() || !hasPublicKey)) {
    return nitrogenRefuse(
        http::status::bad_request,
        fmt::format("A 'secret' of {} or more characters, or a 'public_key', is needed", kMinDeviceSecretChars));
  }
  auto& principal = newcomer.record.principal;
  principal.type = type == "device" ? api::PrincipalType::device : api::PrincipalType::application;
  principal.id = freshPrincipalId(owner->organisation());
  newcomer.key = *key;
  newcomer.profile["api_key"] = call.context.ids.idOf(NitrogenKind::apiKey, key->number);
  newcomer.owner = *owner;
  if (principal.type == api::PrincipalType::device && owner->type != api::PrincipalType::user) {
    newcomer.claimCode = makeClaimCode();
    newcomer.profile["claim_code"] = newcomer.claimCode;
  }
  return secret;
}

/// Everything that can be said without the disk; returns password or secret.
NitrogenAsked<std::string> readNewcomer(const NitrogenCall& call, const Json& json, Newcomer& newcomer) {
  if (!json.is_object()) return nitrogenRefuse(http::status::bad_request, "A principal is an object");
  const auto type = readText(json, "type", 32);
  if (!type) return nitrogenRefuse(type.error());
  const auto name = readText(json, "name", api::kMaxPrincipalNameBytes);
  if (!name) return nitrogenRefuse(name.error());
  if (const auto read = readProfile(json, newcomer.profile); !read) return nitrogenRefuse(read.error());
  newcomer.profile["type"] = *type;
  newcomer.record.principal.name = name->empty() ? newcomer.profile.value("nickname", "") : *name;
  if (newcomer.record.principal.name.size() > api::kMaxPrincipalNameBytes) newcomer.record.principal.name.clear();
  if (*type == "user") return readUser(call, json, newcomer);
  if (*type == "device" || *type == "app" || *type == "reactor") return readKeyed(call, json, *type, newcomer);
  if (*type == "service") return nitrogenRefuse(http::status::forbidden, "Nobody makes a service by this API");
  return nitrogenRefuse(http::status::bad_request, "'type' must be app, device, group, reactor or user");
}

/// The claim code of a device that nobody owns yet.
std::optional<api::ClaimCode> claimCodeFor(const NitrogenCall& call, const Newcomer& newcomer) {
  if (newcomer.claimCode.empty()) return std::nullopt;
  api::ClaimCode code;
  code.car = newcomer.record.principal.id;
  code.gives = api::ClaimGives::car;
  code.createdBy = newcomer.owner->id;
  code.expiresAt = call.now() + kClaimCodeLife;
  return code;
}

boost::asio::awaitable<Result<api::Principal>> addToRegistry(NitrogenCall& call, const Newcomer& newcomer) {
  const auto added = std::make_shared<PrincipalRecord>(newcomer.record);
  const bool isOwned = newcomer.owner && newcomer.owner->type == api::PrincipalType::user;
  const auto owner = isOwned ? newcomer.owner : std::nullopt;
  const auto claimCode = claimCodeFor(call, newcomer);
  const auto claimHash =
      claimCode ? std::optional(hashClaimCode(newcomer.claimCode, call.context.control.parts.secretKey)) : std::nullopt;
  DurableLog::RegistryChange change = [added, owner, claimCode, claimHash](RegistryStore& store) -> Result<void> {
    auto stored = store.addPrincipal(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    if (owner) {
      const auto rule = store.addRule(ownershipRule(*owner, added->principal.id));
      return rule ? Result<void>() : failFrom(rule);
    }
    if (!claimHash) return {};
    const auto code = store.provisioning().addClaimCode(*claimCode, *claimHash);
    return code ? Result<void>() : failFrom(code);
  };
  auto changing = call.changeRegistry(call.actOf(newcomer.owner), std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return failFrom(done);
  co_return added->principal;
}

/// Profile and use of the key; a user gets a key of his own.
boost::asio::awaitable<Result<void>> addToBook(NitrogenCall& call, const api::Principal& principal,
                                               const Newcomer& newcomer) {
  const auto key = std::make_shared<NitrogenApiKey>();
  if (newcomer.key) {
    *key = *newcomer.key;
    const NitrogenApiKey* now = call.context.book.key(key->number);  // others may have come meanwhile
    if (now != nullptr) key->used = now->used;
    ++key->used;
  } else {
    key->owner = principal.number;
    key->name = "default";
    key->createdAt = call.now();
  }
  if (newcomer.key) call.context.book.put(*key);
  call.context.book.put(principal.number, newcomer.profile);
  const NitrogenProfile profile{principal.number, api::toText(newcomer.profile)};
  auto changing = call.changeNitrogen(profile.document.size(), [key, profile](NitrogenStore& store) -> Result<void> {
    if (auto saved = store.saveProfile(profile); !saved) return saved;
    return store.saveApiKey(*key);
  });
  Result<void> done = co_await std::move(changing);
  if (done) call.context.book.put(*key);
  co_return done;
}

/// Hashes the secret; what it costs to become a user is asked of each address only so often.
boost::asio::awaitable<NitrogenAsked<void>> hashSecret(NitrogenCall& call, std::string secret,
                                                       PrincipalRecord& record) {
  if (secret.empty()) co_return NitrogenAsked<void>();  // known by a public key: by nothing that could be sent
  if (record.principal.type == api::PrincipalType::device) {
    const auto hashed = hashDeviceSecret(secret, call.context.control.parts.secretKey);
    if (!hashed) co_return nitrogenRefuse(nitrogenFailure(hashed.error()));
    record.secret = *hashed;
    co_return NitrogenAsked<void>();
  }
  const auto wait =
      call.context.signUps.admit(record.principal.id, call.address, call.context.control.parts.clock.steadyNow());
  if (wait.count() > 0) {
    NitrogenReply reply = nitrogenFailure(http::status::too_many_requests, "Too many new principals; wait a while");
    reply.retryAfter = std::chrono::ceil<std::chrono::seconds>(wait);
    co_return nitrogenRefuse(std::move(reply));
  }
  auto hashing = call.hashPassword(std::move(secret));
  const Result<std::string> hash = co_await std::move(hashing);
  if (!hash) co_return nitrogenRefuse(nitrogenFailure(hash.error()));
  record.passwordHash = *hash;
  co_return NitrogenAsked<void>();
}

}  // namespace

Answer createPrincipal(NitrogenCall& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  if (json->is_object() && json->value("type", Json()) == "group") {
    auto adding = addGroup(call, *json);
    NitrogenReply reply = co_await std::move(adding);
    co_return reply;
  }
  Newcomer newcomer;
  auto secret = readNewcomer(call, *json, newcomer);
  if (!secret) co_return secret.error();
  auto hashing = hashSecret(call, std::move(*secret), newcomer.record);
  const NitrogenAsked<void> hashed = co_await std::move(hashing);
  if (!hashed) co_return hashed.error();
  newcomer.profile["last_ip"] = call.address;
  newcomer.profile["last_connection"] = isoTime(call.now());
  auto adding = addToRegistry(call, newcomer);
  const Result<api::Principal> added = co_await std::move(adding);
  if (!added) co_return nitrogenFailure(added.error());
  auto noting = addToBook(call, *added, newcomer);
  if (const Result<void> noted = co_await std::move(noting); !noted) co_return nitrogenFailure(noted.error());
  auto making = makeNitrogenToken(call, *added, call.actOf(*added), kNitrogenTokenLife);
  const Result<Json> token = co_await std::move(making);
  if (!token) co_return nitrogenFailure(token.error());
  call.context.sockets->principalChanged(*added);
  co_return nitrogenOk({{"principal", principalJson(call.context, *added, true)}, {"accessToken", *token}});
}

}  // namespace carport::nitrogen
