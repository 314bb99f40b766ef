#include "gateway/server/http/call.h"

#include "gateway/api/enum_names.h"

#include <charconv>

namespace carport {

using boost::asio::awaitable;

Call::Call(ControlContext& controlContext, SignInThrottle& signInThrottle, HttpRequest httpRequest, Target parsedTarget,
           RouteMatch routeMatch, std::string clientAddress, ClientWatch* client)
    : control(controlContext),
      throttle(signInThrottle),
      request(std::move(httpRequest)),
      target(std::move(parsedTarget)),
      match(std::move(routeMatch)),
      address(std::move(clientAddress)),
      m_client(client) {}

namespace {
std::optional<std::int64_t> wholeNumber(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}
}  // namespace

Asked<std::int64_t> Call::numberVariable(std::string_view name) const {
  const std::string& text = variable(name);
  if (const auto number = wholeNumber(text)) return *number;
  return refuse(replyFailure(ErrorKind::notFound, fmt::format("'{}' is no number", text.substr(0, 64))));
}

Asked<std::int64_t> Call::numberVariable(std::string_view name, NumberKind kind) const {
  const auto number = numberVariable(name);
  if (!number) return number;
  return numbers().meant(kind, *number).value_or(0);
}

const OutwardNumbers& Call::numbers() const {
  if (!m_numbers) m_numbers.emplace(control.parts.secretKey, who().organisation());
  return *m_numbers;
}

std::optional<std::string> Call::parameter(const std::string& name) const {
  const auto found = target.parameters.find(name);
  return found == target.parameters.end() ? std::nullopt : std::optional(found->second);
}

Asked<std::int64_t> Call::integer(const std::string& name, std::int64_t least, std::int64_t most,
                                  std::int64_t otherwise) const {
  const auto text = parameter(name);
  if (!text) return otherwise;
  const auto number = wholeNumber(*text);
  if (number && *number >= least && *number <= most) return *number;
  return refuse(replyWrongParameter(
      name, fmt::format("The parameter '{}' must be a whole number from {} to {}", name, least, most)));
}

Asked<nlohmann::json> Call::json() const {
  Result<nlohmann::json> parsed = api::parseJson(request.body());
  if (!parsed) return refuse(replyFailure(parsed.error()));
  return std::move(*parsed);
}

Act actOf(const std::optional<Caller>& caller, const std::string& address) {
  if (!caller) return {{}, {}, api::Door::api, address};
  const api::Principal& really = caller->seenBy ? *caller->seenBy : caller->principal;
  return {really.id, std::string(really.organisation()), api::Door::api, address};
}

awaitable<Result<void>> Call::changeRegistry(DurableLog::RegistryChange change) {
  return changeRegistryAs(act(), std::move(change));
}

awaitable<Result<void>> Call::changeRegistryAs(Act by, DurableLog::RegistryChange change) {
  DurableLog::RegistryChange entered = [by = std::move(by), change = std::move(change)](RegistryStore& store) {
    const ActingAs acting(store, by);
    return change(store);
  };
  StartWork<void> start = [this, change = std::move(entered)](std::function<void(Result<void>)> done) {
    return control.parts.durableLog.changeRegistry(change, done);
  };
  auto answer = awaitAnswer<void>(control.port, std::move(start));
  Result<void> changed = co_await std::move(answer);
  if (changed) control.follower.poll();
  co_return changed;
}

awaitable<Result<bool>> Call::checkPassword(std::string password, std::string hash) {
  StartWork<bool> start = [this, password = std::move(password),
                           hash = std::move(hash)](std::function<void(Result<bool>)> done) {
    return control.parts.passwords.check(password, hash, [done](bool right) { done(right); });
  };
  auto answer = awaitAnswer<bool>(control.port, std::move(start));
  Result<bool> right = co_await std::move(answer);
  co_return right;
}

awaitable<Result<std::string>> Call::hashPassword(std::string password) {
  StartWork<std::string> start = [this, password = std::move(password)](std::function<void(Result<std::string>)> done) {
    return control.parts.passwords.hash(password, std::move(done));
  };
  auto answer = awaitAnswer<std::string>(control.port, std::move(start));
  Result<std::string> hash = co_await std::move(answer);
  co_return hash;
}

}  // namespace carport
