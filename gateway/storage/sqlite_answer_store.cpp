#include "gateway/storage/sqlite_answer_store.h"

#include "gateway/domain/domain_errc.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

#include <fmt/format.h>

namespace carport {

Result<std::optional<KeptAnswer>> SqliteAnswerStore::begin(const KeptAnswer& wanted) {
  return guarded(kRegistryName, [&]() -> Result<std::optional<KeptAnswer>> {
    Transaction transaction(m_database);
    m_answers.removeBefore(m_clock.now() - kKept);
    auto kept = m_answers.find(wanted.key);
    if (!kept && m_answers.countOf(wanted.caller) >= kMaxOfCaller) {
      return fail(DomainErrc::tooManyAnswers,
                  fmt::format("{} idempotency keys of the last 24 hours are kept for you, and no more. Wait, or send "
                              "this request without a key",
                              kMaxOfCaller));
    }
    const std::size_t all = kept ? 0 : m_answers.count();
    if (all >= kMaxOfOrganisation && m_answers.countOfOrganisation(wanted.caller) >= kMaxOfOrganisation) {
      return fail(DomainErrc::tooManyAnswers,
                  fmt::format("{} idempotency keys of the last 24 hours are kept for your organisation, and no more. "
                              "Wait, or send this request without a key",
                              kMaxOfOrganisation));
    }
    if (all >= kMaxAnswers) {
      return fail(DomainErrc::tooManyAnswers,
                  fmt::format("{} idempotency keys of the last 24 hours are kept, and no more. "
                              "Wait, or send this request without a key",
                              kMaxAnswers));
    }
    if (!kept) {
      KeptAnswer begun = wanted;
      begun.madeAt = m_clock.now();
      begun.status = 0;
      begun.sealed.clear();
      m_answers.insert(begun);
    }
    transaction.commit();
    return kept;
  });
}

Result<void> SqliteAnswerStore::finish(const KeptAnswer::Hash& key, int status, const std::string& sealed) {
  return guarded(kRegistryName, [&]() -> Result<void> {
    m_answers.finish(key, status, sealed);
    return {};
  });
}

Result<void> SqliteAnswerStore::giveBack(const KeptAnswer::Hash& key) {
  return guarded(kRegistryName, [&]() -> Result<void> {
    m_answers.remove(key);
    return {};
  });
}

}  // namespace carport
