#pragma once

#include "gateway/base/bounded_queue.h"
#include "gateway/base/result.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>

namespace carport {

/// Checks and hashes people's passwords on one thread of its own: Argon2id costs 64 MiB and tens of milliseconds, which
/// no I/O thread may spend, and a second such thread would let a flood of sign-ins take the machine.
/// Owner: the gateway; must be destroyed before whatever the callbacks post to. Any thread may call.
class PasswordChecker {
 public:
  /// Most passwords that wait; more are refused, and the caller says "try again later".
  static constexpr std::size_t kMaxWaiting = 256;

  using Checked = std::function<void(bool right)>;
  using Hashed = std::function<void(Result<std::string>)>;

  PasswordChecker();
  /// Ends the thread; what waits still is answered with "wrong" or a failure.
  ~PasswordChecker();
  PasswordChecker(const PasswordChecker&) = delete;
  PasswordChecker& operator=(const PasswordChecker&) = delete;

  /// How many wait now, and how many were refused since the start. Any thread.
  std::size_t waiting() const { return m_jobs.size(); }
  std::size_t refused() const { return m_jobs.refused(); }

  /// Whether `password` belongs to `hash`. An empty hash costs as much as any other and is never right: an id that does
  /// not exist must not answer sooner. `done` is called on the checker's thread and only posts. False where the queue
  /// is full; `done` is not called then.
  bool check(std::string password, std::string hash, Checked done);
  /// A new Argon2id hash of `password`, or why it cannot be one. `done` as above.
  bool hash(std::string password, Hashed done);

 private:
  struct Job {
    std::string password;
    std::string hash;
    Checked checked;
    Hashed hashed;
  };
  void run();
  void doJob(const Job& job, const std::string& decoyHash) const;

  BoundedQueue<Job> m_jobs{kMaxWaiting};
  std::atomic<bool> m_stopping = false;
  std::thread m_thread;
};

}  // namespace carport
