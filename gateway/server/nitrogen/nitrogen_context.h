#pragma once

#include "gateway/domain/json_web_token.h"
#include "gateway/domain/nitrogen_ids.h"
#include "gateway/server/control/control_context.h"
#include "gateway/server/nitrogen/nitrogen_book.h"
#include "gateway/server/sign_in_throttle.h"

namespace carport {

class CommandMessages;
class SocketioHub;

/// What the handlers of Nitrogen's API work with beside the control thread's own. Owner: NitrogenService; the control
/// thread.
struct NitrogenContext {
  NitrogenContext(ControlContext& controlContext, Log theLog)
      : control(controlContext),
        ids(controlContext.parts.secretKey),
        tokens(controlContext.parts.secretKey),
        startedAt(controlContext.parts.clock.steadyNow()),
        log(std::move(theLog)) {}

  ControlContext& control;
  const NitrogenIds ids;
  const JsonWebTokens tokens;
  const SteadyPoint startedAt;
  NitrogenBook book;
  SignInThrottle signIns;
  SignInThrottle claims;
  SignInThrottle signUps;               // each one costs a password's hash
  CommandMessages* commands = nullptr;  ///< these two are always there while a call runs
  SocketioHub* sockets = nullptr;
  Log log;
  bool isSignUpOpen = false;  ///< anybody may become a user

  const Registry& registry() const { return control.parts.registry; }
  TimePoint now() const { return control.parts.clock.now(); }
};

}  // namespace carport
