#include "gateway/server/http/refused_call.h"

#include "gateway/server/control/audit_desk.h"

#include <fmt/format.h>

namespace carport {

namespace {

bool isRefused(const Reply& reply, bool showedSomething) {
  switch (reply.status) {
    case http::status::forbidden:
      return true;
    case http::status::unauthorized:  // whoever shows nothing at all is only told to sign in
    case http::status::too_many_requests:
      return showedSomething;
    default:
      return reply.concealed;
  }
}

std::string sentenceOf(const Reply& reply) {
  return reply.problem ? reply.problem->detail : std::string();
}

}  // namespace

void enterRefusedCall(const Call& call, const Reply& reply) {
  const bool signsIn = !call.claimedId.empty();
  const bool showsToken = call.request.find(http::field::authorization) != call.request.end();
  const bool isLimit = reply.status == http::status::too_many_requests;
  if (!isRefused(reply, signsIn || (showsToken && !isLimit))) return;
  Act act = call.act();
  if (act.who.empty()) act.who = call.claimedId;
  const auto method = call.request.method_string();
  std::string action =
      signsIn ? std::string(kSignInAttempt)
              : fmt::format("{} {}", std::string_view(method.data(), method.size()), call.match.route->pattern);
  std::string about = call.match.variables.empty() ? std::string() : call.match.variables.begin()->second;
  auto entry = refusalOf(act, std::move(action), std::move(about), sentenceOf(reply));
  entry.isHouses = reply.concealed;
  call.control.audit.refused(std::move(entry));
}

void enterRefusedUpgrade(ControlContext& control, const HttpRequest& request, const Act& act, const Reply& reply) {
  if (!isRefused(reply, request.find(http::field::authorization) != request.end())) return;
  auto entry = refusalOf(act, "GET /live", {}, sentenceOf(reply));
  entry.isHouses = reply.concealed;
  control.audit.refused(std::move(entry));
}

}  // namespace carport
