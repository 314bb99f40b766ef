#pragma once

#include "gateway/server/http/call.h"

#include <boost/asio/awaitable.hpp>

/// The handlers of the API, one function a row of docs/api.md, in the same order. Each runs on the control thread.
namespace carport::handlers {

using Answer = boost::asio::awaitable<Reply>;

// gateway.cpp
Answer getHealth(Call& call);
Answer getOpenApi(Call& call);
Answer getGateway(Call& call);
Answer getLog(Call& call);
Answer getLive(Call& call);

// problems.cpp
Answer listProblems(Call& call);
Answer getProblem(Call& call);

// drain.cpp
Answer getDrain(Call& call);
Answer startDrain(Call& call);
Answer resumeGateway(Call& call);

// session.cpp
Answer signIn(Call& call);
Answer getSession(Call& call);
Answer signOut(Call& call);
Answer changeOwnPassword(Call& call);

// cars.cpp, car_import.cpp
Answer listCars(Call& call);
Answer addCar(Call& call);
Answer importCars(Call& call);
Answer getCar(Call& call);
Answer changeCar(Call& call);
Answer putCar(Call& call);  // put_car.cpp
Answer renewCarSecret(Call& call);
Answer removeCar(Call& call);

// history.cpp, events.cpp
Answer getHistory(Call& call);
Answer getFleetHistory(Call& call);
Answer getFleetMoments(Call& call);  // moments.cpp
Answer getFleetHeat(Call& call);     // heat.cpp
Answer getFleetLatest(Call& call);   // latest.cpp
Answer getCarMoment(Call& call);     // moments.cpp
Answer listMetrics(Call& call);
Answer listCarEvents(Call& call);
Answer listEvents(Call& call);

// connections.cpp
Answer listCarConnections(Call& call);
Answer listConnections(Call& call);

// device_door.cpp
Answer takeTelemetry(Call& call);
Answer takeEvents(Call& call);

// commands.cpp
Answer sendCommand(Call& call);
Answer listCarCommands(Call& call);
Answer listCommands(Call& call);
Answer getCommand(Call& call);
Answer cancelCommand(Call& call);

// principals.cpp
Answer listPrincipals(Call& call);
Answer addPrincipal(Call& call);
Answer getPrincipal(Call& call);
Answer changePrincipal(Call& call);
Answer removePrincipal(Call& call);

// organisations.cpp
Answer listOrganisations(Call& call);
Answer addOrganisation(Call& call);
Answer changeOrganisation(Call& call);
Answer removeOrganisation(Call& call);

// roles.cpp
Answer listRoles(Call& call);
Answer addRole(Call& call);
Answer changeRole(Call& call);
Answer removeRole(Call& call);

// provisioning.cpp
Answer listProvisioningKeys(Call& call);
Answer addProvisioningKey(Call& call);
Answer removeProvisioningKey(Call& call);
Answer provisionDevice(Call& call);

// claims.cpp
Answer listClaimCodes(Call& call);
Answer addClaimCode(Call& call);
Answer removeClaimCodes(Call& call);
Answer claimSecret(Call& call);
Answer claimCar(Call& call);

// permissions.cpp
Answer listRules(Call& call);
Answer addRule(Call& call);
Answer getRule(Call& call);
Answer changeRule(Call& call);
Answer removeRule(Call& call);
Answer decide(Call& call);

// limits.cpp
Answer listLimits(Call& call);
Answer addLimit(Call& call);
Answer getLimit(Call& call);
Answer changeLimit(Call& call);
Answer removeLimit(Call& call);

// fences.cpp
Answer listFences(Call& call);
Answer addFence(Call& call);
Answer getFence(Call& call);
Answer replaceFence(Call& call);
Answer removeFence(Call& call);

// rule_simulation.cpp
Answer simulateRules(Call& call);

// audit.cpp
Answer listAudit(Call& call);

// retention.cpp
Answer getRetention(Call& call);
Answer setRetention(Call& call);

// sessions.cpp
Answer listSessions(Call& call);
Answer endSession(Call& call);
Answer endSessions(Call& call);
Answer listSignInWaits(Call& call);

// second_factor.cpp
Answer getSecondFactor(Call& call);
Answer beginSecondFactor(Call& call);
Answer confirmSecondFactor(Call& call);
Answer removeOwnSecondFactor(Call& call);
Answer removeSecondFactor(Call& call);

// tokens.cpp
Answer listTokens(Call& call);
Answer addToken(Call& call);
Answer removeToken(Call& call);

}  // namespace carport::handlers
