#include "gateway/server/password_checker.h"

#include "gateway/base/base_errc.h"
#include "gateway/domain/credentials.h"

#include <utility>
#include <vector>

namespace carport {

namespace {
constexpr Milliseconds kIdleWait{60'000};
}

PasswordChecker::PasswordChecker() : m_thread([this] { run(); }) {}

PasswordChecker::~PasswordChecker() {
  m_stopping = true;
  m_jobs.close();
  m_thread.join();
}

bool PasswordChecker::check(std::string password, std::string hash, Checked done) {
  return m_jobs.tryPush(Job{std::move(password), std::move(hash), std::move(done), {}});
}

bool PasswordChecker::hash(std::string password, Hashed done) {
  return m_jobs.tryPush(Job{std::move(password), {}, {}, std::move(done)});
}

void PasswordChecker::run() {
  // What unknown ids are checked against, so that they take as long as known ones.
  const std::string decoyHash = hashPassword(makeOneTimePassword()).value_or(std::string());
  std::vector<Job> jobs;
  while (m_jobs.popAll(jobs, kIdleWait)) {
    for (const Job& job : jobs) doJob(job, decoyHash);
  }
}

void PasswordChecker::doJob(const Job& job, const std::string& decoyHash) const {
  if (job.hashed) {
    job.hashed(m_stopping ? Result<std::string>(fail(BaseErrc::queueFull, "The gateway is stopping"))
                          : hashPassword(job.password));
    return;
  }
  const bool known = !job.hash.empty();
  const bool matches = !m_stopping && verifyPassword(job.password, known ? job.hash : decoyHash);
  job.checked(known && matches);
}

}  // namespace carport
