#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/router.h"

namespace carport {

namespace {

using namespace handlers;
using http::verb;
constexpr auto kAnyone = Admission::anyone;
constexpr auto kSignedIn = Admission::signedIn;
constexpr auto kEarly = Admission::evenBeforePasswordChange;
constexpr auto kJson = BodyKind::json;

constexpr Route query(std::string_view pattern, Handler handler, std::string_view parameters) {
  return {verb::get, pattern, handler, kSignedIn, BodyKind::none, kMaxJsonBodyBytes, parameters};
}

/// Fixed paths stand above those with variables that would fit them too.
constexpr Route kRoutes[] = {
    {verb::get, "/health", getHealth, kAnyone},
    {verb::post, "/session", signIn, kAnyone, kJson},
    {verb::get, "/session", getSession, kEarly},
    {verb::delete_, "/session", signOut, kEarly},
    {verb::get, "/session/second-factor", getSecondFactor},
    {verb::post, "/session/second-factor", beginSecondFactor, kSignedIn, kJson},
    {verb::post, "/session/second-factor/confirm", confirmSecondFactor, kSignedIn, kJson},
    {verb::post, "/session/second-factor/remove", removeOwnSecondFactor, kSignedIn, kJson},
    {verb::post, "/session/password", changeOwnPassword, kEarly, kJson},
    {verb::get, "/openapi.json", getOpenApi, kAnyone},
    {verb::get, "/problems", listProblems, kAnyone},
    {verb::get, "/problems/{kind}", getProblem, kAnyone},
    {verb::get, "/gateway", getGateway},
    {verb::get, "/gateway/drain", getDrain},
    {verb::post, "/gateway/drain", startDrain, kSignedIn, kJson},
    {verb::post, "/gateway/resume", resumeGateway},
    query("/log", getLog, "limit cursor"),
    query("/cars", listCars, "q group state connected blocked limit cursor"),
    {verb::post, "/cars", addCar, kSignedIn, kJson},
    {verb::post, "/cars/import", importCars, kSignedIn, BodyKind::jsonOrCsv, kMaxImportBodyBytes, "dryRun"},
    {verb::get, "/cars/{id}", getCar},
    {verb::patch, "/cars/{id}", changeCar, kSignedIn, kJson},
    {verb::put, "/cars/{id}", putCar, kSignedIn, kJson},
    {verb::post, "/cars/{id}/secret", renewCarSecret, kSignedIn, kJson},
    {verb::delete_, "/cars/{id}", removeCar},
    query("/cars/{id}/history", getHistory, "metric from to points"),
    query("/history", getFleetHistory, "metric car from to buckets"),
    query("/fleet/moments", getFleetMoments, "car from to stepMs lookBackMs"),
    query("/fleet/latest", getFleetLatest, "car metric"),
    query("/fleet/heat", getFleetHeat, "car from to bbox level"),
    query("/cars/{id}/moment", getCarMoment, "at lookBackMs"),
    {verb::get, "/cars/{id}/metrics", listMetrics},
    query("/cars/{id}/events", listCarEvents, "from to severity name limit cursor"),
    query("/cars/{id}/connections", listCarConnections, "from to limit cursor"),
    query("/events", listEvents, "from to severity name limit cursor"),
    {verb::post, "/cars/{id}/telemetry", takeTelemetry, Admission::device, BodyKind::jsonOrCbor},
    {verb::post, "/cars/{id}/events", takeEvents, Admission::device, BodyKind::jsonOrCbor},
    {verb::post, "/cars/{id}/commands", sendCommand, kSignedIn, kJson},
    query("/cars/{id}/commands", listCarCommands, "state name limit cursor"),
    query("/commands", listCommands, "state name limit cursor"),
    {verb::get, "/commands/{commandId}", getCommand},
    {verb::delete_, "/commands/{commandId}", cancelCommand},
    query("/principals", listPrincipals, "type role q group blocked limit cursor"),
    {verb::post, "/principals", addPrincipal, kSignedIn, kJson},
    {verb::get, "/principals/{id}", getPrincipal},
    {verb::patch, "/principals/{id}", changePrincipal, kSignedIn, kJson},
    {verb::delete_, "/principals/{id}", removePrincipal},
    {verb::delete_, "/principals/{id}/second-factor", removeSecondFactor},
    query("/principals/{id}/connections", listConnections, "from to limit cursor"),
    query("/organisations", listOrganisations, "limit cursor"),
    {verb::post, "/organisations", addOrganisation, kSignedIn, kJson},
    {verb::patch, "/organisations/{id}", changeOrganisation, kSignedIn, kJson},
    {verb::delete_, "/organisations/{id}", removeOrganisation},
    query("/roles", listRoles, "limit cursor"),
    {verb::post, "/roles", addRole, kSignedIn, kJson},
    {verb::patch, "/roles/{id}", changeRole, kSignedIn, kJson},
    {verb::delete_, "/roles/{id}", removeRole},
    query("/provisioning/keys", listProvisioningKeys, "limit cursor"),
    {verb::post, "/provisioning/keys", addProvisioningKey, kSignedIn, kJson},
    {verb::delete_, "/provisioning/keys/{number}", removeProvisioningKey},
    {verb::post, "/provisioning/devices", provisionDevice, kAnyone, kJson},
    {verb::post, "/provisioning/claim", claimSecret, kAnyone, kJson},
    query("/claim-codes", listClaimCodes, "limit cursor"),
    {verb::post, "/claims", claimCar, kSignedIn, kJson},
    {verb::post, "/cars/{id}/claim-code", addClaimCode, kSignedIn, kJson},
    {verb::delete_, "/cars/{id}/claim-code", removeClaimCodes},
    query("/permissions", listRules, "organisation q limit cursor"),
    {verb::post, "/permissions", addRule, kSignedIn, kJson},
    query("/permissions/decision", decide, "who action about topic command"),
    {verb::get, "/permissions/{number}", getRule},
    {verb::put, "/permissions/{number}", changeRule, kSignedIn, kJson},
    {verb::delete_, "/permissions/{number}", removeRule},
    {verb::post, "/permissions/simulate", simulateRules, kSignedIn, kJson},
    query("/limits", listLimits, "measure q limit cursor"),
    {verb::post, "/limits", addLimit, kSignedIn, kJson},
    {verb::get, "/limits/{number}", getLimit},
    {verb::patch, "/limits/{number}", changeLimit, kSignedIn, kJson},
    {verb::delete_, "/limits/{number}", removeLimit},
    query("/fences", listFences, "q limit cursor"),
    {verb::post, "/fences", addFence, kSignedIn, kJson},
    {verb::get, "/fences/{number}", getFence},
    {verb::put, "/fences/{number}", replaceFence, kSignedIn, kJson},
    {verb::delete_, "/fences/{number}", removeFence},
    query("/audit", listAudit, "who about action outcome from to limit cursor"),
    {verb::get, "/retention", getRetention},
    {verb::put, "/retention", setRetention, kSignedIn, kJson},
    {verb::get, "/sign-ins/waiting", listSignInWaits},
    query("/sessions", listSessions, "owner limit cursor"),
    {verb::delete_, "/sessions", endSessions, kSignedIn, BodyKind::none, kMaxJsonBodyBytes, "owner"},
    {verb::delete_, "/sessions/{number}", endSession},
    query("/tokens", listTokens, "owner limit cursor"),
    {verb::post, "/tokens", addToken, kSignedIn, kJson},
    {verb::delete_, "/tokens/{number}", removeToken},
    {verb::get, "/live", getLive},
};

}  // namespace

std::span<const Route> allRoutes() {
  return kRoutes;
}

}  // namespace carport
