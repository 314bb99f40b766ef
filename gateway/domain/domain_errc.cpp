#include "gateway/domain/domain_errc.h"

#include <array>

namespace carport {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(DomainErrc::badSecret), ErrorKind::invalid, "This secret is too short or too long"},
    ErrorEntry{int(DomainErrc::badCommand), ErrorKind::invalid, "This command cannot be given"},
    ErrorEntry{int(DomainErrc::tooManyCommands), ErrorKind::limit, "The car has too many open commands"},
    ErrorEntry{int(DomainErrc::unknownCommand), ErrorKind::notFound, "There is no such open command"},
    ErrorEntry{int(DomainErrc::tooLate), ErrorKind::conflict, "The command is past that step"},
    ErrorEntry{int(DomainErrc::notThisCar), ErrorKind::denied, "The command belongs to another car"},
    ErrorEntry{int(DomainErrc::badReply), ErrorKind::invalid,
               "A reply is a JSON object with “status”: “received”, “done” or “failed”"},
    ErrorEntry{int(DomainErrc::cryptography), ErrorKind::internal, "The cryptography library cannot be used"},
    ErrorEntry{int(DomainErrc::idTaken), ErrorKind::conflict, "The id is taken"},
    ErrorEntry{int(DomainErrc::lastAdministrator), ErrorKind::conflict,
               "After this change nobody could administer the gateway any more; let another user administer it first"},
    ErrorEntry{int(DomainErrc::tooManyAnswers), ErrorKind::limit, "Too many idempotency keys of a day are kept"},
    ErrorEntry{int(DomainErrc::changed), ErrorKind::conflict,
               "Somebody else has just changed it; look at what is there now, and send your change anew"},
    ErrorEntry{int(DomainErrc::notPermitted), ErrorKind::denied, "The access rules do not allow it"},
    ErrorEntry{int(DomainErrc::limited), ErrorKind::limit, "This is more than a limit allows; try again later"},
    ErrorEntry{int(DomainErrc::wrongCode), ErrorKind::unauthenticated,
               "This code is not good, or not any more; wait for the next one, or use a recovery code"},
};
constexpr ErrorDomain kDomain{"domain", kEntries};
}  // namespace

const ErrorDomain& errorDomain(DomainErrc) {
  return kDomain;
}

}  // namespace carport
