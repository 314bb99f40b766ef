#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// What Nitrogen's API knows of a principal beyond the registry; its being there says that the principal came in by it.
struct NitrogenProfile {
  PrincipalNumber principal;
  std::string document = "{}";  ///< JSON object: nickname, tags, sensors …
};

/// With it its owner's devices add themselves to the registry.
struct NitrogenApiKey {
  std::int64_t number = 0;
  PrincipalNumber owner;
  std::string name;
  bool enabled = true;
  TimePoint createdAt{};
  std::int64_t used = 0;  ///< principals that were made with it
};

/// A message as Nitrogen's API carries it.
struct NitrogenMessage {
  std::int64_t number = 0;
  PrincipalNumber from;
  PrincipalNumber to;  ///< none: to nobody in particular
  std::string type;
  TimePoint ts{};
  TimePoint indexUntil{};  ///< it is not found any more after that, and goes
  std::string command;     ///< id of the command that it stands for; mostly empty
  std::string document;    ///< JSON object: the whole message but its id
};

/// A picture or other file.
struct NitrogenBlob {
  std::int64_t number = 0;
  PrincipalNumber owner;
  std::string organisation;  ///< the owner's; empty: the house. Not filled in by readers
  std::string contentType;
  TimePoint createdAt{};
  std::string bytes;
};

/// Port: what Nitrogen's API keeps, for changing it. Used inside DurableLog::changeNitrogen(), on the writer thread.
/// Implemented by storage.
class NitrogenStore {
 public:
  /// Most messages that are kept of one sender, and of all; the oldest go first, and of all the oldest of whoever has
  /// most.
  static constexpr std::int64_t kMaxMessagesOfSender = 10'000;
  static constexpr std::int64_t kMaxMessages = 250'000;
  /// Bytes of blobs of one owner, of one organisation (other than the house) and of all; more are refused.
  static constexpr std::int64_t kMaxBlobBytesOfOwner = 64LL * 1024 * 1024;
  static constexpr std::int64_t kMaxBlobBytesOfOrganisation = 256LL * 1024 * 1024;
  static constexpr std::int64_t kMaxBlobBytes = 1024LL * 1024 * 1024;

  virtual ~NitrogenStore() = default;

  virtual Result<void> saveProfile(const NitrogenProfile& profile) = 0;
  /// Takes away everything of a principal that is gone.
  virtual Result<void> forget(PrincipalNumber principal) = 0;
  /// Adds it where its number is 0, which is then filled in; otherwise changes name, enabled and used.
  virtual Result<void> saveApiKey(NitrogenApiKey& key) = 0;
  /// Fills the numbers in, which grow. `now` decides which of the stored ones are over.
  virtual Result<void> addMessages(std::span<NitrogenMessage> messages, TimePoint now) = 0;
  virtual Result<void> removeMessages(std::span<const std::int64_t> numbers) = 0;
  /// Fills the number in. StorageErrc::diskFull… where a limit of bytes would be passed.
  virtual Result<void> addBlob(NitrogenBlob& blob) = 0;
};

/// A search among stored messages; the caller judges each.
struct NitrogenSearch {
  std::optional<PrincipalNumber> from;  ///< the narrowest one of from, to and type is used by itself
  std::optional<PrincipalNumber> to;
  std::optional<std::string> type;
  TimePoint now{};          ///< those that are over are left out
  bool newestFirst = true;  ///< by ts
};

/// Called with each message until it returns false.
using NitrogenVisitor = std::function<bool(const NitrogenMessage&)>;

/// Port: the same for reading; belongs to a HistoryReader and its thread. Every call blocks.
class NitrogenReader {
 public:
  virtual ~NitrogenReader() = default;

  virtual Result<std::vector<NitrogenProfile>> profiles() = 0;
  virtual Result<std::vector<NitrogenApiKey>> apiKeys() = 0;
  virtual Result<void> visitMessages(const NitrogenSearch& search, const NitrogenVisitor& visit) = 0;
  virtual Result<std::optional<NitrogenMessage>> message(std::int64_t number) = 0;
  virtual Result<std::optional<NitrogenBlob>> blob(std::int64_t number) = 0;
};

}  // namespace carport
