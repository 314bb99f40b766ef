#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport {

/// What the rules of the fleet refuse.
enum class DomainErrc : std::uint8_t {
  badSecret = 1,    ///< a secret or password that cannot be kept
  badCommand,       ///< name, arguments or expiry
  tooManyCommands,  ///< CommandBook::kMaxOpenPerCar
  unknownCommand,   ///< there is no such open command
  tooLate,          ///< the step does not follow from the command's state
  notThisCar,       ///< a car speaks about another car's command
  badReply,
  cryptography,  ///< libsodium cannot be used
  idTaken,
  lastAdministrator,  ///< nobody could administer the gateway any more
  changed,            ///< somebody else was quicker
  tooManyAnswers,     ///< AnswerStore::kMaxOfCaller, kMaxAnswers
  notPermitted,       ///< the access rules refuse it
  wrongCode,          ///< a one-time or recovery code that is not, or no longer, good
  limited,            ///< over a limit of LimitBook
};

const ErrorDomain& errorDomain(DomainErrc);

}  // namespace carport
