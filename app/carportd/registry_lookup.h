#pragma once

#include "app/carportd/folder_session.h"

#include <string>
#include <vector>

namespace carport {

/// The principal of that id and type; prints a sentence and sets `exitCode` where there is none.
std::optional<PrincipalRecord> findPrincipal(Program& program, RegistryStore& store, const std::string& id,
                                             api::PrincipalType type, int& exitCode);

/// All of one type, by id; prints a sentence and sets `exitCode` where the registry cannot be read.
std::optional<std::vector<PrincipalRecord>> listPrincipals(Program& program, RegistryStore& store,
                                                           api::PrincipalType type, int& exitCode);

/// Whether the id may be used; prints a sentence where not.
bool checkId(Program& program, const std::string& id);

}  // namespace carport
