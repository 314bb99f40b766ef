#include "app/embedded/serving_address.h"

#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <system_error>

namespace carport {

namespace {

constexpr const char* kName = "gateway.address";

}  // namespace

Result<void> writeServingAddress(const std::filesystem::path& folder, const Endpoint& http) {
  const auto path = folder / kName;
  std::ofstream file(path, std::ios::trunc);
  file << http.toString() << '\n';
  file.close();
  if (file) return {};
  return fail(BaseErrc::ioFailed, fmt::format("“{}” cannot be written", path.string()));
}

Result<Endpoint> readServingAddress(const std::filesystem::path& folder) {
  std::ifstream file(folder / kName);
  std::string line;
  if (!std::getline(file, line)) {
    return fail(BaseErrc::ioFailed, fmt::format("The gateway of “{}” has not said yet where it answers; try again in "
                                                "a moment",
                                                folder.string()));
  }
  auto address = Endpoint::parse(line);
  if (address && address->host == "0.0.0.0") address->host = "127.0.0.1";
  if (address && address->host == "::") address->host = "::1";
  return address;
}

void removeServingAddress(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::filesystem::remove(folder / kName, ignored);
}

}  // namespace carport
