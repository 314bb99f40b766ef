#pragma once

#include "gateway/domain/act.h"
#include "gateway/domain/history_reader.h"
#include "gateway/server/control/await_answer.h"
#include "gateway/server/http/target.h"
#include "gateway/server/nitrogen/nitrogen_context.h"
#include "gateway/server/nitrogen/nitrogen_reply.h"
#include "gateway/server/nitrogen/nitrogen_rights.h"

#include <nlohmann/json.hpp>

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// Who calls, and by which token.
struct NitrogenCaller {
  api::Principal principal;
  TokenRecord token;
  std::string credential;  ///< mark of the password or secret at that time
};

/// One call of Nitrogen's API and what its handler may ask for. Lives as long as the handler runs; the control thread.
class NitrogenCall {
 public:
  NitrogenCall(NitrogenContext& nitrogen, HttpRequest httpRequest, Target parsedTarget, std::string clientAddress);

  NitrogenContext& context;
  const HttpRequest request;
  const Target target;
  const std::string address;  ///< the client's
  std::string id;             ///< the variable segment of the path
  std::optional<NitrogenCaller> caller;

  const Registry& registry() const { return context.registry(); }
  TimePoint now() const { return context.now(); }
  const api::Principal& who() const { return caller->principal; }
  NitrogenRights rights() const { return {registry(), now()}; }
  /// For the audit log.
  Act act() const { return actOf(caller ? std::optional(who()) : std::nullopt); }
  Act actOf(const std::optional<api::Principal>& principal) const;

  std::optional<std::string> parameter(const std::string& name) const;
  /// The body, an object or a list.
  NitrogenAsked<nlohmann::json> json() const;
  /// Whether the caller may know at all that `other` is there: see isKnownTo().
  bool knowsOf(const api::Principal& other) const;
  /// The principal with this id; 404 where there is none, or none that the caller could know of.
  NitrogenAsked<api::Principal> principal(std::string_view nitrogenId) const;
  /// The same once the caller may administer it; otherwise 403.
  NitrogenAsked<api::Principal> administered(std::string_view nitrogenId) const;
  bool mayAdminister(const api::Principal& about) const;
  /// Adding to the fleet is for those who may add cars, and for whoever came in by this API.
  bool mayProvision() const;
  /// `http://HOST:PORT` as the caller reached the gateway; empty where the header Host says nothing that an address
  /// could be.
  std::string origin() const;

  /// False while the disk is so full that what is left is for changes of the registry.
  bool hasRoom() const { return context.control.parts.durableLog.diskLevel() < DiskLevel::reserved; }
  /// Runs `change` on the writer thread in the name of `by`; afterwards the registry in memory has it too.
  boost::asio::awaitable<Result<void>> changeRegistry(Act by, DurableLog::RegistryChange change);
  boost::asio::awaitable<Result<void>> changeNitrogen(std::size_t bytes, DurableLog::NitrogenChange change);
  /// Takes the profile over, in memory and on disk.
  boost::asio::awaitable<Result<void>> saveProfile(PrincipalNumber principal, nlohmann::json profile);
  boost::asio::awaitable<Result<bool>> checkPassword(std::string password, std::string hash);
  boost::asio::awaitable<Result<std::string>> hashPassword(std::string password);

  /// Runs `read` on a reading thread, with a null reader where nothing was ever kept.
  template <class T>
  boost::asio::awaitable<Result<T>> read(std::function<Result<T>(HistoryReader&, NitrogenReader*)> read) {
    StartWork<T> start = [this, read = std::move(read)](std::function<void(Result<T>)> done) {
      return context.control.parts.readers.read(
          [read, done](HistoryReader& reader) { done(guarded<T>(read, reader)); });
    };
    auto answer = awaitAnswer<T>(context.control.port, std::move(start));
    Result<T> result = co_await std::move(answer);
    co_return result;
  }

 private:
  /// A library's exception (out of memory, say) must not end the reading thread.
  template <class T>
  static Result<T> guarded(const std::function<Result<T>(HistoryReader&, NitrogenReader*)>& read,
                           HistoryReader& reader) {
    try {
      const auto nitrogen = reader.nitrogen();
      if (!nitrogen) return failFrom(nitrogen);
      return read(reader, *nitrogen);
    } catch (const std::exception& error) {
      return fail(BaseErrc::internal, std::string("Reading what is stored failed: ") + error.what());
    }
  }
};

}  // namespace carport
