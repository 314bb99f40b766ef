#pragma once

#include "gateway/api/car.h"
#include "gateway/api/command.h"
#include "gateway/api/connection.h"
#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/base/clock.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What requests carry and what they answer, beyond the types of gateway/api. Absent means "leave as it is" or "let the
/// gateway decide".
namespace carport::ui {

using api::Car;

struct NewCar {
  std::string id;
  std::string name;
  std::optional<std::string> secret;  ///< none: the gateway makes one
};
struct AddedCar {
  Car car;
  std::string secret;  ///< shown this once
};
struct ImportedCars {
  std::size_t added = 0;
  std::map<std::string, std::string> secrets;  ///< by car id, only those that the gateway made
};
struct CarChange {
  std::optional<std::string> name;
  std::optional<bool> blocked;
  std::optional<std::vector<std::string>> groups;
  std::optional<api::Attributes> attributes;  ///< they take the place of all that were
};
/// A car and what the gateway calls this state of it, so that nobody's change is lost between looking and writing.
struct CarToChange {
  Car car;
  std::string revision;
};

struct NewPrincipal {
  api::PrincipalType type = api::PrincipalType::user;
  std::string id;
  std::string name;
  std::string role;  ///< id of a role; empty: none
  std::optional<std::string> password;
};
struct AddedPrincipal {
  api::Principal principal;
  std::string password;  ///< made by the gateway, shown this once; empty where one was given
};
struct PrincipalChange {
  std::optional<std::string> name;
  std::optional<std::string> role;  ///< id of a role; empty: none from now on
  std::optional<bool> blocked;
  std::optional<std::vector<std::string>> groups;
  std::optional<std::string> password;
};

struct NewCommand {
  std::string name;
  std::string arguments = "{}";  ///< JSON object text
  std::optional<TimePoint> expiresAt;
};

/// Events in [from, to), newest first, at most `limit`.
struct EventQuery {
  std::optional<TimePoint> from;
  std::optional<TimePoint> to;
  std::size_t limit = 200;
};

/// Connections that were open at some time in [from, to), newest first, at most `limit`.
struct ConnectionsQuery {
  std::optional<TimePoint> from;
  std::optional<TimePoint> to;
  std::size_t limit = 200;  ///< the gateway keeps no more of one car
};
/// How a car was connected.
struct ConnectionHistory {
  std::vector<api::Connection> connections;
  std::vector<api::AttemptCount> attempts;
};

/// "May `who` do `action` to `about` (or publish on / read `topic`)?"
struct DecisionQuestion {
  std::string who;
  api::Action action = api::Action::view;
  std::string about;  ///< a principal's id; empty where `topic` is asked about
  std::string topic;
};

struct NewToken {
  std::string owner;  ///< empty: oneself
  std::string label;
  std::optional<TimePoint> expiresAt;
};
struct AddedToken {
  api::TokenInfo info;
  std::string token;  ///< shown this once
};

/// What POST /session answers.
struct Session {
  std::string token;
  TimePoint expiresAt{};
  api::Principal principal;
  bool mustChangePassword = false;
};

}  // namespace carport::ui
