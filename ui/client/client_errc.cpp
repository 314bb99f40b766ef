#include "ui/client/client_errc.h"

#include "gateway/base/utf8_prefix.h"

#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport::ui {

namespace {

constexpr std::array kEntries{
    ErrorEntry{int(ClientErrc::notConnected), ErrorKind::unavailable, "There is no connection to the gateway"},
    ErrorEntry{int(ClientErrc::unreachable), ErrorKind::unavailable, "The gateway cannot be reached"},
    ErrorEntry{int(ClientErrc::timedOut), ErrorKind::unavailable, "The gateway did not answer in time"},
    ErrorEntry{int(ClientErrc::cancelled), ErrorKind::cancelled, "The request was taken back"},
    ErrorEntry{int(ClientErrc::notACarportGateway), ErrorKind::invalid,
               "Something answers at this address, but it is not a Carport gateway; check the address"},
    ErrorEntry{int(ClientErrc::certificate), ErrorKind::denied,
               "The certificate of this gateway is not trusted on this computer"},
    ErrorEntry{int(ClientErrc::badAddress), ErrorKind::invalid,
               "The address is not understood; it should look like http://gateway.example:8080"},
    ErrorEntry{int(ClientErrc::unreadableAnswer), ErrorKind::unavailable,
               "The gateway's answer could not be read; portal and gateway may be of different versions"},
    ErrorEntry{int(ClientErrc::answerTooLarge), ErrorKind::tooLarge, "The answer is too large; ask for less at once"},
    ErrorEntry{int(ClientErrc::tooManyRequests), ErrorKind::limit,
               "Too many requests wait for the gateway; try again in a moment"},
    ErrorEntry{int(ClientErrc::badAuthorityFile), ErrorKind::invalid, "The authority's file cannot be used"},
    ErrorEntry{int(ClientErrc::answeredInvalid), ErrorKind::invalid, "The gateway does not accept this request"},
    ErrorEntry{int(ClientErrc::answeredUnauthenticated), ErrorKind::unauthenticated,
               "The gateway does not know this token or password; sign in again"},
    ErrorEntry{int(ClientErrc::answeredCodeNeeded), ErrorKind::unauthenticated,
               "The code of the authenticator app is needed, too"},
    ErrorEntry{int(ClientErrc::answeredDenied), ErrorKind::denied, "The permissions do not allow this"},
    ErrorEntry{int(ClientErrc::answeredNotFound), ErrorKind::notFound, "This is not there, or no longer there"},
    ErrorEntry{int(ClientErrc::answeredConflict), ErrorKind::conflict, "It exists already, or has changed meanwhile"},
    ErrorEntry{int(ClientErrc::answeredTooLarge), ErrorKind::tooLarge, "The request is too large for the gateway"},
    ErrorEntry{int(ClientErrc::answeredLimit), ErrorKind::limit, "Too many requests; try again in a moment"},
    ErrorEntry{int(ClientErrc::answeredExpired), ErrorKind::expired, "It has expired"},
    ErrorEntry{int(ClientErrc::answeredUnavailable), ErrorKind::unavailable,
               "The gateway is not ready; try again soon"},
    ErrorEntry{int(ClientErrc::answeredFull), ErrorKind::full, "The gateway has no room left; its disk may be full"},
    ErrorEntry{int(ClientErrc::answeredInternal), ErrorKind::internal, "The gateway made a mistake; its log says more"},
};
constexpr ErrorDomain kDomain{"client", kEntries};

/// Longest sentence that is taken over from a gateway.
constexpr std::size_t kMaxMessageBytes = 2000;
/// Most wrong fields that are taken over from a gateway.
constexpr std::size_t kMaxWrongFields = 100;

constexpr std::array<std::pair<std::string_view, ClientErrc>, 16> kKinds{{
    {"invalid", ClientErrc::answeredInvalid},
    {"unauthenticated", ClientErrc::answeredUnauthenticated},
    {"codeNeeded", ClientErrc::answeredCodeNeeded},
    {"denied", ClientErrc::answeredDenied},
    {"notFound", ClientErrc::answeredNotFound},
    {"conflict", ClientErrc::answeredConflict},
    {"preconditionFailed", ClientErrc::answeredConflict},
    {"keyReused", ClientErrc::answeredConflict},
    {"tooLarge", ClientErrc::answeredTooLarge},
    {"limit", ClientErrc::answeredLimit},
    {"expired", ClientErrc::answeredExpired},
    {"unavailable", ClientErrc::answeredUnavailable},
    {"full", ClientErrc::answeredFull},
    {"io", ClientErrc::answeredUnavailable},
    {"corrupted", ClientErrc::answeredInternal},
    {"internal", ClientErrc::answeredInternal},
}};

ClientErrc fromStatus(int status) {
  switch (status) {
    case 401:
      return ClientErrc::answeredUnauthenticated;
    case 403:
      return ClientErrc::answeredDenied;
    case 404:
      return ClientErrc::answeredNotFound;
    case 409:
    case 412:
    case 422:
      return ClientErrc::answeredConflict;
    case 410:
      return ClientErrc::answeredExpired;
    case 413:
      return ClientErrc::answeredTooLarge;
    case 429:
      return ClientErrc::answeredLimit;
    case 503:
      return ClientErrc::answeredUnavailable;
    case 507:
      return ClientErrc::answeredFull;
    default:
      break;
  }
  if (status >= 300 && status < 400) return ClientErrc::notACarportGateway;
  return status >= 500 ? ClientErrc::answeredInternal : ClientErrc::answeredInvalid;
}

std::string textOf(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_string()) return {};
  return std::string(utf8Prefix(it->get_ref<const std::string&>(), kMaxMessageBytes));
}

std::vector<WrongField> wrongFieldsOf(const nlohmann::json& problem) {
  std::vector<WrongField> fields;
  const auto errors = problem.find("errors");
  if (errors == problem.end() || !errors->is_array()) return fields;
  for (const nlohmann::json& error : *errors) {
    if (fields.size() >= kMaxWrongFields) break;
    if (error.is_object() && error.contains("pointer")) {
      fields.push_back({textOf(error, "pointer"), textOf(error, "detail")});
    }
  }
  return fields;
}

}  // namespace

const ErrorDomain& errorDomain(ClientErrc) {
  return kDomain;
}

Error errorFromAnswer(int httpStatus, const QByteArray& body) {
  ClientErrc code = fromStatus(httpStatus);
  const auto json = nlohmann::json::parse(body.begin(), body.end(), nullptr, false);
  if (!json.is_object()) return Error(code);
  const std::string kind = textOf(json, "kind");
  for (const auto& [word, value] : kKinds) {
    // 401 always means "sign in", whatever the body says, except that a code may be wanted, too.
    const bool isBelieved = httpStatus != 401 || value == ClientErrc::answeredCodeNeeded;
    if (word == kind && isBelieved) code = value;
  }
  return Error(code, textOf(json, "detail")).withFields(wrongFieldsOf(json));
}

FailureClass classify(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::unauthenticated:
      return FailureClass::needsSignIn;
    case ErrorKind::invalid:
    case ErrorKind::denied:
    case ErrorKind::notFound:
    case ErrorKind::newerVersion:
      return FailureClass::permanent;
    default:
      return FailureClass::transient;
  }
}

}  // namespace carport::ui
