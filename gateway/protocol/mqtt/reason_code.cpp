#include "gateway/protocol/mqtt/reason_code.h"

namespace carport::mqtt {

std::string_view toText(ConnectCode code) {
  switch (code) {
    case ConnectCode::accepted:
      return "accepted";
    case ConnectCode::unacceptableProtocolVersion:
      return "the protocol version is not acceptable";
    case ConnectCode::identifierRejected:
      return "the client identifier is not acceptable";
    case ConnectCode::serverUnavailable:
      return "the server is not available";
    case ConnectCode::badUserNameOrPassword:
      return "wrong user name or password";
    case ConnectCode::notAuthorised:
      return "not allowed to connect";
  }
  return "refused for an unknown reason";
}

}  // namespace carport::mqtt
