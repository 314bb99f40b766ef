#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/router.h"

#include <array>

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
constexpr auto kRoutes = std::to_array<Route>({
    {verb::get, "/health", getHealth, kAnyone},
    {verb::post, "/session", signIn, kAnyone, kJson},
    {verb::get, "/session", getSession, kEarly},
    {verb::delete_, "/session", signOut, kEarly},
    {verb::post, "/session/password", changeOwnPassword, kEarly, kJson},
    {verb::get, "/openapi.json", getOpenApi, kAnyone},
    {verb::get, "/gateway", getGateway},
    query("/log", getLog, "limit"),
    {verb::get, "/cars", listCars},
    {verb::post, "/cars", addCar, kSignedIn, kJson},
    {verb::post, "/cars/import", importCars, kSignedIn, BodyKind::jsonOrCsv, kMaxImportBodyBytes},
    {verb::get, "/cars/{id}", getCar},
    {verb::patch, "/cars/{id}", changeCar, kSignedIn, kJson},
    {verb::post, "/cars/{id}/secret", renewCarSecret, kSignedIn, kJson},
    {verb::delete_, "/cars/{id}", removeCar},
    query("/cars/{id}/history", getHistory, "metric from to points"),
    query("/history", getFleetHistory, "metric car from to buckets"),
    {verb::get, "/cars/{id}/metrics", listMetrics},
    query("/cars/{id}/events", listCarEvents, "from to limit"),
    query("/events", listEvents, "from to limit"),
    {verb::post, "/cars/{id}/commands", sendCommand, kSignedIn, kJson},
    query("/cars/{id}/commands", listCarCommands, "limit"),
    query("/commands", listCommands, "limit"),
    {verb::get, "/commands/{commandId}", getCommand},
    {verb::delete_, "/commands/{commandId}", cancelCommand},
    query("/principals", listPrincipals, "type"),
    {verb::post, "/principals", addPrincipal, kSignedIn, kJson},
    {verb::patch, "/principals/{id}", changePrincipal, kSignedIn, kJson},
    {verb::delete_, "/principals/{id}", removePrincipal},
    {verb::get, "/permissions", listRules},
    {verb::post, "/permissions", addRule, kSignedIn, kJson},
    {verb::put, "/permissions/{number}", changeRule, kSignedIn, kJson},
    {verb::delete_, "/permissions/{number}", removeRule},
    query("/permissions/decision", decide, "who action about topic"),
    {verb::get, "/retention", getRetention},
    {verb::put, "/retention", setRetention, kSignedIn, kJson},
    query("/tokens", listTokens, "owner"),
    {verb::post, "/tokens", addToken, kSignedIn, kJson},
    {verb::delete_, "/tokens/{number}", removeToken},
    {verb::get, "/live", getLive},
});

}  // namespace

std::span<const Route> allRoutes() {
  return kRoutes;
}

}  // namespace carport
