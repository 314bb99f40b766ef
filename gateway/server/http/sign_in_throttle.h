#pragma once

#include "gateway/base/clock.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace carport {

/// Slows down whoever guesses passwords: after some wrong ones, an id and an address have to wait, twice as long each
/// time. Owner: ApiService; the control thread.
class SignInThrottle {
 public:
  static constexpr int kFreeTriesPerId = 5;
  /// Many people may sit behind one address.
  static constexpr int kFreeTriesPerAddress = 30;
  static constexpr Milliseconds kFirstWait{1000};
  static constexpr Milliseconds kLongestWait{60'000};
  /// Wrong tries are forgotten after this long without another.
  static constexpr Milliseconds kForgetAfter{15 * 60'000};
  static constexpr std::size_t kMaxEntries = 20'000;

  /// How long this one still has to wait; zero admits the try and counts it as wrong until succeeded() is called, so
  /// that tries side by side are all counted.
  Milliseconds admit(std::string_view id, std::string_view address, SteadyPoint now);
  void succeeded(std::string_view id, std::string_view address);

  std::size_t size() const { return m_entries.size(); }

 private:
  struct Entry {
    int tries = 0;
    SteadyPoint lastTry{};
    SteadyPoint blockedUntil{};
  };
  Milliseconds waitFor(const std::string& key, SteadyPoint now) const;
  void count(const std::string& key, int freeTries, SteadyPoint now);
  void makeRoom(SteadyPoint now);

  std::unordered_map<std::string, Entry> m_entries;
};

}  // namespace carport
