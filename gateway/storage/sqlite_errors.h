#pragma once

#include "gateway/base/result.h"
#include "gateway/storage/storage_errc.h"

#include <SQLiteCpp/Exception.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace carport {

/// Thrown inside the module where a stored entry has a value that nothing of Carport writes.
class DamagedEntry : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a failure of SQLite on `file` means, with a sentence for a person. Any thread.
Error toError(const SQLite::Exception& exception, std::string_view file);
/// The same for any other exception of a library.
Error toError(const std::exception& exception, std::string_view file);

/// Least room on a disk that is not called full.
inline constexpr std::uintmax_t kLeastFreeBytes = 1024 * 1024;

/// What is left on the disk of `file`; none where that cannot be told.
std::optional<std::uintmax_t> freeBytesBeside(const std::filesystem::path& file);
/// SQLite says of a full disk only "disk I/O error" where it meets it in a file beside the database. So where `error`
/// is such a failure and less than kLeastFreeBytes are left, this is a full disk; otherwise `error` itself.
Error fullDiskInstead(Error error, const std::filesystem::path& file, std::optional<std::uintmax_t> freeBytes);

/// What the files of a data folder are called in such sentences.
inline constexpr std::string_view kRegistryName = "The registry";
inline constexpr std::string_view kNitrogenFile = "nitrogen.db";

/// Runs `work`, which returns a Result and may throw what SQLite throws: the storage module's boundary.
template <class Work>
std::invoke_result_t<Work> guarded(std::string_view file, Work&& work) {
  try {
    return work();
  } catch (const SQLite::Exception& e) {
    return tl::unexpected<Error>(toError(e, file));
  } catch (const std::exception& e) {
    return tl::unexpected<Error>(toError(e, file));
  }
}

}  // namespace carport
