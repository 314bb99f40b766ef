#include "gateway/server/http/device_authentication.h"

#include "gateway/server/control/control_context.h"
#include "gateway/server/device_door.h"
#include "gateway/server/http/authentication.h"
#include "gateway/server/http/basic_credentials.h"
#include "gateway/server/mqtt/sign_in_guard.h"

#include <chrono>
#include <utility>

namespace carport {

namespace {

/// Both schemes (RFC 9110 §11.6.1); the charset as RFC 7617 §2.1 has it.
constexpr std::string_view kChallenges = R"(Bearer, Basic realm="Carport", charset="UTF-8")";

tl::unexpected<Reply> notSignedIn(std::string_view sentence) {
  Reply reply = replyFailure(ErrorKind::unauthenticated, sentence);
  reply.fields.emplace_back("WWW-Authenticate", kChallenges);
  return refuse(std::move(reply));
}

tl::unexpected<Reply> notLetIn(DoorRefusal refusal) {
  if (refusal == DoorRefusal::blocked) return notSignedIn("This device is blocked; ask an administrator");
  if (refusal != DoorRefusal::throttled) return notSignedIn("The id or the secret is wrong");
  Reply reply = replyFailure(ErrorKind::limit, "There were too many wrong tries; try again later");
  reply.retryAfter = std::chrono::ceil<std::chrono::seconds>(SignInGuard::kLimits.longestWait);
  return refuse(std::move(reply));
}

}  // namespace

Asked<Caller> authenticateAtDoor(const HttpHeader& header, ControlContext& control, const std::string& address,
                                 std::string& claimedId) {
  const auto field = header[http::field::authorization];
  const std::string_view text(field.data(), field.size());
  if (!BasicCredentials::areIn(text)) {
    auto caller = authenticate(header, control);
    if (!caller) caller.error().fields.emplace_back("WWW-Authenticate", kChallenges);
    return caller;
  }
  const auto said = BasicCredentials::parse(text);
  if (!said) return notSignedIn("The header Authorization is not 'Basic', base64 of ID:SECRET in UTF-8");
  if (control.door == nullptr) return refuse(replyFailure(ErrorKind::unavailable, "The gateway is stopping"));
  claimedId = said->id;
  auto found = control.door->signIn(said->id, said->secret, address, false);
  if (found.refusal == DoorRefusal::wrong) {
    // Another process may just have added the device or changed its secret.
    control.follower.pollNow(control.parts.clock.steadyNow());
    found = control.door->signIn(said->id, said->secret, address, true);
  }
  if (!found.device) return notLetIn(found.refusal);
  claimedId.clear();
  return Caller{std::move(*found.device), {}, false};
}

}  // namespace carport
