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

/// Fixed paths stand above those with variables that would fit them too.
constexpr auto kRoutes = std::to_array<Route>({
    {verb::get, "/health", getHealth, kAnyone},
    {verb::post, "/session", signIn, kAnyone, kJson},
    {verb::get, "/session", getSession, kEarly},
    {verb::delete_, "/session", signOut, kEarly},
    {verb::post, "/session/password", changeOwnPassword, kEarly, kJson},
    {verb::get, "/openapi.json", getOpenApi, kAnyone},
    {verb::get, "/gateway", getGateway},
    {verb::get, "/log", getLog},
    {verb::get, "/cars", listCars},
    {verb::post, "/cars", addCar, kSignedIn, kJson},
    {verb::post, "/cars/import", importCars, kSignedIn, BodyKind::jsonOrCsv, kMaxImportBodyBytes},
    {verb::get, "/cars/{id}", getCar},
    {verb::patch, "/cars/{id}", changeCar, kSignedIn, kJson},
    {verb::post, "/cars/{id}/secret", renewCarSecret, kSignedIn, kJson},
    {verb::delete_, "/cars/{id}", removeCar},
    {verb::get, "/cars/{id}/history", getHistory},
    {verb::get, "/cars/{id}/metrics", listMetrics},
    {verb::get, "/cars/{id}/events", listCarEvents},
    {verb::get, "/events", listEvents},
    {verb::post, "/cars/{id}/commands", sendCommand, kSignedIn, kJson},
    {verb::get, "/cars/{id}/commands", listCarCommands},
    {verb::get, "/commands", listCommands},
    {verb::get, "/commands/{commandId}", getCommand},
    {verb::delete_, "/commands/{commandId}", cancelCommand},
    {verb::get, "/principals", listPrincipals},
    {verb::post, "/principals", addPrincipal, kSignedIn, kJson},
    {verb::patch, "/principals/{id}", changePrincipal, kSignedIn, kJson},
    {verb::delete_, "/principals/{id}", removePrincipal},
    {verb::get, "/permissions", listRules},
    {verb::post, "/permissions", addRule, kSignedIn, kJson},
    {verb::put, "/permissions/{number}", changeRule, kSignedIn, kJson},
    {verb::delete_, "/permissions/{number}", removeRule},
    {verb::get, "/permissions/decision", decide},
    {verb::get, "/tokens", listTokens},
    {verb::post, "/tokens", addToken, kSignedIn, kJson},
    {verb::delete_, "/tokens/{number}", removeToken},
    {verb::get, "/live", getLive},
});

}  // namespace

std::span<const Route> allRoutes() {
  return kRoutes;
}

}  // namespace carport
