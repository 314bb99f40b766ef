#pragma once

#include <string>
#include <vector>

namespace carport {

/// What this machine is called: "localhost", its name, and its addresses (those of loopback, and those that it would
/// speak to others from). Each once. Sends nothing; looking its own name up may take the resolver's time.
std::vector<std::string> namesOfThisHost();

}  // namespace carport
