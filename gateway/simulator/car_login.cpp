#include "gateway/simulator/car_login.h"

#include "gateway/simulator/sim_errc.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string_view>
#include <utility>

namespace carport::sim {

namespace {
constexpr std::size_t kSecretWords = 5;  // of 32 bits

/// The fields of one line of RFC 4180, quotes taken off; none where a quote is not closed.
std::optional<std::vector<std::string>> splitQuoted(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  return fields;
}

struct Columns {
  std::size_t id = 0;
  std::size_t name = 1;
  std::size_t password = 2;
};

/// The columns that a header line names; none where the line is no header.
std::optional<Columns> headerOf(const std::vector<std::string>& fields) {
  Columns columns{fields.size(), fields.size(), fields.size()};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] == "id") columns.id = i;
    if (fields[i] == "name") columns.name = i;
    if (fields[i] == "password") columns.password = i;
  }
  if (columns.id == fields.size() || columns.password == fields.size()) return std::nullopt;
  return columns;
}
}  // namespace

Result<std::vector<CarLogin>> readLogins(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return fail(SimErrc::fileFailed,
                fmt::format("The file {} cannot be opened. Check its name and that it may be read", file.string()));
  }
  std::vector<CarLogin> logins;
  Columns columns;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    const auto fields = splitQuoted(line);
    if (number == 1 && fields) {
      if (const auto header = headerOf(*fields)) {
        columns = *header;
        continue;
      }
    }
    if (!fields || fields->size() <= std::max(columns.id, columns.password) || fields->at(columns.id).empty()) {
      return fail(SimErrc::badCredentials,
                  fmt::format("Line {} of {} is not id,name,password", number, file.filename().string()));
    }
    if (logins.size() >= kMaxCars) {
      return fail(SimErrc::badCredentials, fmt::format("{} has more than {} cars", file.filename().string(), kMaxCars));
    }
    const std::string name = columns.name < fields->size() ? fields->at(columns.name) : std::string();
    logins.push_back({fields->at(columns.id), name, fields->at(columns.password)});
  }
  if (logins.empty()) return fail(SimErrc::badCredentials, fmt::format("{} names no car", file.string()));
  return logins;
}

std::vector<CarLogin> makeLogins(std::size_t count, const std::string& prefix) {
  static constexpr std::array kKinds{"Van", "Taxi", "Shuttle", "Service car", "Courier"};
  std::random_device entropy;
  std::vector<CarLogin> logins;
  logins.reserve(count);
  for (std::size_t i = 1; i <= count; ++i) {
    std::string secret;
    for (std::size_t word = 0; word < kSecretWords; ++word) {
      fmt::format_to(std::back_inserter(secret), "{:08x}", static_cast<std::uint32_t>(entropy()));
    }
    logins.push_back({fmt::format("{}{:04}", prefix, i), fmt::format("{} {}", kKinds[(i * 7 / 3) % kKinds.size()], i),
                      std::move(secret)});
  }
  return logins;
}

}  // namespace carport::sim
