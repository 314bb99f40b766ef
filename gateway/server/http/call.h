#pragma once

#include "gateway/api/json_codec.h"
#include "gateway/api/json_fields.h"
#include "gateway/base/base_errc.h"
#include "gateway/domain/access.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/history_reader.h"
#include "gateway/domain/outward_numbers.h"
#include "gateway/server/control/await_answer.h"
#include "gateway/server/control/control_context.h"
#include "gateway/server/http/reply.h"
#include "gateway/server/http/router.h"
#include "gateway/server/http/target.h"
#include "gateway/server/sign_in_throttle.h"
#include "gateway/transport/client_watch.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace carport {

/// Who calls, and by which token.
struct Caller {
  api::Principal principal;
  TokenRecord token;
  bool mustChangePassword = false;
  /// Who it really is, where the call is answered as `principal` would have it (`Carport-See-As`).
  std::optional<api::Principal> seenBy{};
  /// credentialMark() of the token's owner, where the token is of Nitrogen's API: such a one holds only as long as the
  /// password or secret that it was got with; empty: of this API.
  std::string credential{};
};

/// The caller and his address, for the audit log; before the sign-in nobody.
Act actOf(const std::optional<Caller>& caller, const std::string& address);

/// Everything one call has and may ask for. Lives as long as its handler runs; the control thread.
class Call {
 public:
  Call(ControlContext& control, SignInThrottle& throttle, HttpRequest httpRequest, Target target, RouteMatch match,
       std::string address, ClientWatch* client);

  ControlContext& control;
  SignInThrottle& throttle;
  const HttpRequest request;
  const Target target;
  const RouteMatch match;
  const std::string address;     ///< the client's
  std::optional<Caller> caller;  ///< filled in for every route that is not for anyone
  std::string claimedId;         ///< who somebody says he is who is only just signing in

  const Registry& registry() const { return control.parts.registry; }
  TimePoint now() const { return control.parts.clock.now(); }
  /// The principal who calls; for routes that need one.
  const api::Principal& who() const { return caller->principal; }
  Act act() const { return actOf(caller, address); }

  /// Numbers as the caller is told them.
  const OutwardNumbers& numbers() const;
  /// Something as the caller is told it, with the numbers that are meant for him.
  template <class T>
  nlohmann::json tell(T value) const {
    return api::toJson(numbers().told(std::move(value)));
  }

  /// A variable segment of the path.
  const std::string& variable(std::string_view name) const { return match.variables.at(name); }
  /// A variable segment that is a number; 404 where it is none.
  Asked<std::int64_t> numberVariable(std::string_view name) const;
  /// The same of a number that the caller has been told; 0, which nothing has, where it cannot be one.
  Asked<std::int64_t> numberVariable(std::string_view name, NumberKind kind) const;
  /// A parameter of the query, the first of that name.
  std::optional<std::string> parameter(const std::string& name) const;
  /// A parameter that is a whole number between `least` and `most`; `otherwise` where it is absent.
  Asked<std::int64_t> integer(const std::string& name, std::int64_t least, std::int64_t most,
                              std::int64_t otherwise) const;
  Asked<nlohmann::json> json() const;

  /// Asks the rules about the caller; the failing side is 403 with the rule, or 404 where `about` is in an organisation
  /// that the caller cannot know of.
  Asked<void> demand(api::Action action, const api::Principal& about) const { return demand(action, Resource{&about}); }
  /// The same with what rules may want to know of a message: its topic and payload.
  Asked<void> demand(api::Action action, const Resource& about) const;
  /// The same of one command; `arguments`: a JSON object.
  Asked<void> demandCommand(const api::Principal& car, std::string_view name, std::string_view arguments) const;
  /// Administering what has no principal of its own is asked about the caller: for an organisation's administrator it
  /// means the own organisation.
  Asked<void> demandAdministration() const { return demand(api::Action::administer, who()); }
  /// Administering what is the gateway's as a whole: never anybody's who belongs to an organisation.
  Asked<void> demandHouse() const;
  bool may(api::Action action, const api::Principal& about) const;
  /// Whether `other` is among those whom the caller's rules can speak of: the house's of everybody, an organisation's
  /// of its own.
  bool sees(const api::Principal& other) const;
  /// Whether the caller may know at all that `other` is there: of the own organisation, or the house's rules speak of
  /// what the caller may do there.
  bool knowsOf(const api::Principal& other) const;
  /// The car that the path names as `{id}`, once the rules have allowed `action` about it.
  Asked<api::Principal> car(api::Action action) const { return car(variable("id"), action); }
  /// The same of a car that is named otherwise; `message` tells what rules may want to know (its principal is filled
  /// in).
  Asked<api::Principal> car(const std::string& id, api::Action action, Resource message = {}) const;
  /// The car of that id, whatever the rules say; 404 where there is none that the caller may know of.
  Asked<api::Principal> knownCar(const std::string& id) const;
  /// 404 as it is answered about an id that nobody has.
  static Reply nobody(const std::string& id);
  /// The registry's record of an id; 404 where nobody whom the caller may know of has it.
  Asked<PrincipalRecord> record(const std::string& id) const;

  /// Runs `change` on the writer thread, in the caller's name; afterwards the registry in memory has it too.
  boost::asio::awaitable<Result<void>> changeRegistry(DurableLog::RegistryChange change);
  /// The same in another name: of whoever is only just signing in.
  boost::asio::awaitable<Result<void>> changeRegistryAs(Act by, DurableLog::RegistryChange change);
  boost::asio::awaitable<Result<bool>> checkPassword(std::string password, std::string hash);
  boost::asio::awaitable<Result<std::string>> hashPassword(std::string password);

  /// Runs `read` on a reading thread; where the client is gone it ends with the next block, with BaseErrc::cancelled.
  template <class T>
  boost::asio::awaitable<Result<T>> read(std::function<Result<T>(HistoryReader&)> read) {
    const StopFlag gone = m_client != nullptr ? m_client->gone() : StopFlag();
    StartWork<T> start = [this, gone, read = std::move(read)](std::function<void(Result<T>)> done) {
      return control.parts.readers.read([read, gone, done](HistoryReader& reader) {
        const StoppedBy stopped(reader, gone);
        done(gone.isRaised() ? Result<T>(fail(BaseErrc::cancelled)) : guarded(read, reader));
      });
    };
    auto answer = awaitAnswer<T>(control.port, std::move(start));
    Result<T> result = co_await std::move(answer);
    co_return result;
  }

 private:
  /// A library's exception (out of memory while an answer is put together, say) must not end the reading thread.
  template <class T>
  static Result<T> guarded(const std::function<Result<T>(HistoryReader&)>& read, HistoryReader& reader) {
    try {
      return read(reader);
    } catch (const std::exception& error) {
      return fail(BaseErrc::internal, std::string("Reading what is stored failed: ") + error.what());
    }
  }

  ClientWatch* const m_client;
  mutable std::optional<OutwardNumbers> m_numbers;  // made when they are first asked for
};

}  // namespace carport
