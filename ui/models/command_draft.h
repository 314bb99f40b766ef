#pragma once

#include "gateway/base/clock.h"
#include "ui/client/requests.h"

#include <QString>
#include <QStringList>

#include <array>

namespace carport::ui {

/// A command while somebody writes it: fields as a form has them, and what is wrong with them. A value.
class CommandDraft {
 public:
  /// How long a command may wait for its car, as forms offer it.
  static constexpr std::array<Milliseconds, 5> kLives{std::chrono::minutes(1), std::chrono::minutes(10),
                                                      std::chrono::hours(1), std::chrono::hours(24),
                                                      std::chrono::hours(24 * 7)};
  /// Index in kLives of the one to begin with.
  static constexpr int kUsualLife = 1;

  /// Names that many cars understand; any other may be written.
  static QStringList usualNames();

  QString name;
  QString arguments;  ///< an object in JSON, or nothing
  Milliseconds life = kLives[kUsualLife];

  /// What is wrong, a sentence; empty where the command can be sent.
  QString problem() const;
  /// The command; ask problem() first.
  NewCommand toCommand(TimePoint now) const;
};

}  // namespace carport::ui
