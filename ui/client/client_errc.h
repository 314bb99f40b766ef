#pragma once

#include "gateway/base/error.h"

#include <QByteArray>

#include <cstdint>

namespace carport::ui {

/// What can go wrong between the portal and a gateway. The first group is found here, the second is what the gateway
/// answered; its own sentence comes as the error's detail.
enum class ClientErrc : std::uint8_t {
  notConnected = 1,
  unreachable,
  timedOut,
  cancelled,
  notACarportGateway,
  certificate,
  badAddress,
  unreadableAnswer,
  answerTooLarge,
  tooManyRequests,
  badAuthorityFile,

  answeredInvalid,
  answeredUnauthenticated,
  answeredCodeNeeded,  ///< of an authenticator app, beside the password
  answeredDenied,
  answeredNotFound,
  answeredConflict,
  answeredTooLarge,
  answeredLimit,
  answeredExpired,
  answeredUnavailable,
  answeredFull,
  answeredInternal,
};

const ErrorDomain& errorDomain(ClientErrc);

/// The error for an answer that is not a success, from its status and, where it is Carport's own, the problem in its body
/// (RFC 9457; docs/api.md): kind, detail, and as fields() what of the sent body was wrong.
Error errorFromAnswer(int httpStatus, const QByteArray& body);

/// What the connection does about a failure.
enum class FailureClass : std::uint8_t {
  transient,    ///< try again by itself
  needsSignIn,  ///< only a person with a token or password can help
  permanent,    ///< trying again cannot help
};
FailureClass classify(const Error& error);

}  // namespace carport::ui
