#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace carport {

/// An answer of the API that is kept for whoever asks the same again with the same key.
struct KeptAnswer {
  using Hash = std::array<std::uint8_t, 32>;

  Hash key{};      ///< of the caller and the key that came with the request
  Hash request{};  ///< of everything that the request asked for
  PrincipalNumber caller;
  int status = 0;      ///< of HTTP; 0: it is not answered yet, or the gateway ended meanwhile
  std::string sealed;  ///< the answer, encrypted: it may hold a secret that is shown once
  TimePoint madeAt{};
};

/// Port: kept answers. Part of a RegistryStore, with its rules about threads and blocking. Implemented by storage.
class AnswerStore {
 public:
  /// How long an answer is kept.
  static constexpr Milliseconds kKept = std::chrono::hours(24);
  /// Most that are kept, of one caller and in all; a further key is refused until older ones have had their time.
  static constexpr std::size_t kMaxOfCaller = 10'000;
  static constexpr std::size_t kMaxAnswers = 100'000;
  /// Those of the callers of one organisation together, so that none takes them all.
  static constexpr std::size_t kMaxOfOrganisation = 25'000;
  static constexpr std::size_t kMaxSealedBytes = 64 * 1024;

  virtual ~AnswerStore() = default;

  /// What is kept under the key; where that is nothing, `wanted` is put there without an answer and none is returned.
  /// Takes away what has had its time. DomainErrc::tooManyAnswers at a limit.
  virtual Result<std::optional<KeptAnswer>> begin(const KeptAnswer& wanted) = 0;
  /// Keeps the answer under a key that begin() took. `sealed` has at most kMaxSealedBytes.
  virtual Result<void> finish(const KeptAnswer::Hash& key, int status, const std::string& sealed) = 0;
  /// Gives a key back that begin() took: what was asked for was not done.
  virtual Result<void> giveBack(const KeptAnswer::Hash& key) = 0;
};

}  // namespace carport
