#include "gateway/server/nitrogen/nitrogen_call.h"

#include "gateway/api/json_codec.h"
#include "gateway/server/http/known_to.h"

#include <algorithm>
#include <utility>

namespace carport {

using boost::asio::awaitable;

NitrogenCall::NitrogenCall(NitrogenContext& nitrogen, HttpRequest httpRequest, Target parsedTarget,
                           std::string clientAddress)
    : context(nitrogen),
      request(std::move(httpRequest)),
      target(std::move(parsedTarget)),
      address(std::move(clientAddress)) {}

Act NitrogenCall::actOf(const std::optional<api::Principal>& principal) const {
  if (!principal) return {{}, {}, api::Door::api, address};
  return {principal->id, std::string(principal->organisation()), api::Door::api, address};
}

std::optional<std::string> NitrogenCall::parameter(const std::string& name) const {
  const auto found = target.parameters.find(name);
  return found == target.parameters.end() ? std::nullopt : std::optional(found->second);
}

NitrogenAsked<nlohmann::json> NitrogenCall::json() const {
  Result<nlohmann::json> parsed = api::parseJson(request.body());
  if (!parsed) return nitrogenRefuse(nitrogenFailure(parsed.error()));
  if (parsed->is_structured()) return std::move(*parsed);
  return nitrogenRefuse(nitrogenFailure(http::status::bad_request, "The body must be a JSON object or list"));
}

bool NitrogenCall::mayAdminister(const api::Principal& about) const {
  return rights().mayAdminister(who(), about, context.book.profile(about.number) != nullptr);
}

bool NitrogenCall::mayProvision() const {
  return context.book.profile(who().number) != nullptr || rights().mayAdministerGateway(who());
}

std::string NitrogenCall::origin() const {
  const auto field = request[http::field::host];
  const std::string_view host(field.data(), field.size());
  constexpr std::size_t kMaxHostBytes = 255;
  const bool fits = !host.empty() && host.size() <= kMaxHostBytes && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == ':' ||
           c == '-' || c == '[' || c == ']';
  });
  if (!fits) return {};
  // The gateway's own TLS says so as whoever ends TLS in front does; only the caller himself is told what comes of it.
  const bool secure = request["X-Forwarded-Proto"] == "https";
  return std::string(secure ? "https://" : "http://").append(host);
}

bool NitrogenCall::knowsOf(const api::Principal& other) const {
  return isKnownTo(*registry().rules(), who(), other, now());
}

NitrogenAsked<api::Principal> NitrogenCall::principal(std::string_view nitrogenId) const {
  const auto number = context.ids.principalOf(nitrogenId);
  auto found = number ? registry().find(*number) : std::nullopt;
  if (found && knowsOf(*found)) return std::move(*found);
  return nitrogenRefuse(nitrogenFailure(http::status::not_found, "There is no principal with this id"));
}

NitrogenAsked<api::Principal> NitrogenCall::administered(std::string_view nitrogenId) const {
  auto found = principal(nitrogenId);
  if (!found || mayAdminister(*found)) return found;
  return nitrogenRefuse(nitrogenFailure(http::status::forbidden, "You may not administer this principal"));
}

awaitable<Result<void>> NitrogenCall::changeRegistry(Act by, DurableLog::RegistryChange change) {
  DurableLog::RegistryChange entered = [by = std::move(by), change = std::move(change)](RegistryStore& store) {
    const ActingAs acting(store, by);
    return change(store);
  };
  StartWork<void> start = [this, change = std::move(entered)](std::function<void(Result<void>)> done) {
    return context.control.parts.durableLog.changeRegistry(change, done);
  };
  auto answer = awaitAnswer<void>(context.control.port, std::move(start));
  Result<void> changed = co_await std::move(answer);
  if (changed) context.control.follower.poll();
  co_return changed;
}

awaitable<Result<void>> NitrogenCall::changeNitrogen(std::size_t bytes, DurableLog::NitrogenChange change) {
  StartWork<void> start = [this, bytes, change = std::move(change)](std::function<void(Result<void>)> done) {
    return context.control.parts.durableLog.changeNitrogen(change, bytes, done);
  };
  auto answer = awaitAnswer<void>(context.control.port, std::move(start));
  Result<void> changed = co_await std::move(answer);
  co_return changed;
}

awaitable<Result<void>> NitrogenCall::saveProfile(PrincipalNumber principal, nlohmann::json profile) {
  const NitrogenProfile stored{principal, api::toText(profile)};
  // First in memory: whoever changes it while this one is on its way to the disk builds on it, and is stored later.
  const nlohmann::json* known = context.book.profile(principal);
  auto before = known != nullptr ? std::optional(*known) : std::nullopt;
  context.book.put(principal, profile);
  auto changing =
      changeNitrogen(stored.document.size(), [stored](NitrogenStore& store) { return store.saveProfile(stored); });
  Result<void> done = co_await std::move(changing);
  const nlohmann::json* now = context.book.profile(principal);
  if (!done && before && now != nullptr && *now == profile) context.book.put(principal, std::move(*before));
  co_return done;
}

awaitable<Result<bool>> NitrogenCall::checkPassword(std::string password, std::string hash) {
  StartWork<bool> start = [this, password = std::move(password),
                           hash = std::move(hash)](std::function<void(Result<bool>)> done) {
    return context.control.parts.passwords.check(password, hash, [done](bool right) { done(right); });
  };
  auto answer = awaitAnswer<bool>(context.control.port, std::move(start));
  Result<bool> right = co_await std::move(answer);
  co_return right;
}

awaitable<Result<std::string>> NitrogenCall::hashPassword(std::string password) {
  StartWork<std::string> start = [this, password = std::move(password)](std::function<void(Result<std::string>)> done) {
    return context.control.parts.passwords.hash(password, std::move(done));
  };
  auto answer = awaitAnswer<std::string>(context.control.port, std::move(start));
  Result<std::string> hash = co_await std::move(answer);
  co_return hash;
}

}  // namespace carport
