#pragma once

#include "gateway/base/clock.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace carport {

/// How many wrong tries are free, and how long one waits after further ones.
struct SignInThrottleLimits {
  int freeTriesPerId = 5;
  int freeTriesPerAddress = 30;  ///< many people may sit behind one address
  Milliseconds firstWait{1000};  ///< twice as long each time
  Milliseconds longestWait{60'000};
  Milliseconds forgetAfter{15 * 60'000};  ///< wrong tries are forgotten after this long without another
  std::size_t maxEntries = 20'000;        ///< ids and addresses that are remembered; then those longest quiet go
};

/// Slows down whoever guesses passwords: after some wrong ones, an id and an address have to wait, twice as long each
/// time. Who has signed in from an address before is counted there by itself: whoever guesses at the id from elsewhere
/// does not lock him out. Owner: ApiService (the control thread) and SignInGuard (any thread, one at a time).
class SignInThrottle {
 public:
  static constexpr int kFreeTriesPerId = SignInThrottleLimits{}.freeTriesPerId;
  static constexpr std::size_t kMaxEntries = SignInThrottleLimits{}.maxEntries;
  /// Addresses from which somebody is known to have signed in; when there are more, all are forgotten.
  static constexpr std::size_t kMaxFamiliar = 20'000;

  explicit SignInThrottle(SignInThrottleLimits limits = {}) : m_limits(limits) {}

  /// How long this one still has to wait; zero admits the try and counts it as wrong until succeeded() is called, so
  /// that tries side by side are all counted.
  Milliseconds admit(std::string_view id, std::string_view address, SteadyPoint now);
  void succeeded(std::string_view id, std::string_view address);
  /// This one has signed in from there before, as somebody else knows (a session says so).
  void becomeFamiliar(std::string_view id, std::string_view address);

  /// The same for whoever counts tries only once they have proved wrong: how long each has to wait.
  Milliseconds idWait(std::string_view id, SteadyPoint now) const;
  Milliseconds addressWait(std::string_view address, SteadyPoint now) const;
  void failed(std::string_view id, std::string_view address, SteadyPoint now);
  void forgetId(std::string_view id);

  /// How an id and an address stand, whichever of the two has less left.
  struct Standing {
    int quota = 0;      ///< tries that are free in a window
    int remaining = 0;  ///< of these
    Milliseconds window{0};
    Milliseconds wait{0};  ///< before the next try
  };
  Standing standing(std::string_view id, std::string_view address, SteadyPoint now) const;

  /// Who has to wait now, as it is shown to administrators.
  struct Waiting {
    std::string id;       ///< empty: whoever comes from that address
    std::string address;  ///< empty: from everywhere that is new to this id
    int tries = 0;
    Milliseconds wait{0};
  };
  /// Those who wait longest first, at most `most`.
  std::vector<Waiting> waiting(SteadyPoint now, std::size_t most) const;

  std::size_t size() const { return m_entries.size(); }

 private:
  struct Entry {
    int tries = 0;
    SteadyPoint lastTry{};
    SteadyPoint blockedUntil{};
  };
  /// Under what an id is counted that is tried from there.
  std::string keyFor(std::string_view id, std::string_view address) const;
  Milliseconds waitFor(const std::string& key, SteadyPoint now) const;
  Standing standingOf(const std::string& key, int freeTries, SteadyPoint now) const;
  void count(const std::string& key, int freeTries, SteadyPoint now);
  void makeRoom(SteadyPoint now);

  const SignInThrottleLimits m_limits;
  std::unordered_map<std::string, Entry> m_entries;
  std::unordered_set<std::string> m_familiar;
};

}  // namespace carport
