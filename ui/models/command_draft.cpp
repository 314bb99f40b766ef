#include "ui/models/command_draft.h"

#include "gateway/api/command.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonParseError>

namespace carport::ui {

namespace {
QString say(const char* text) {
  return QCoreApplication::translate("CommandDraft", text);
}
}  // namespace

QStringList CommandDraft::usualNames() {
  return {QStringLiteral("lock"),  QStringLiteral("unlock"),     QStringLiteral("locate"),  QStringLiteral("honk"),
          QStringLiteral("flash"), QStringLiteral("immobilise"), QStringLiteral("mobilise")};
}

QString CommandDraft::problem() const {
  const QByteArray called = name.trimmed().toUtf8();
  if (called.isEmpty())
    return say(QT_TRANSLATE_NOOP("CommandDraft", "Say what the car should do, for example “lock”."));
  if (std::size_t(called.size()) > api::kMaxCommandNameBytes) {
    return say(QT_TRANSLATE_NOOP("CommandDraft", "The command's name is longer than %1 characters."))
        .arg(api::kMaxCommandNameBytes);
  }
  const QByteArray text = arguments.trimmed().toUtf8();
  if (text.isEmpty()) return {};
  if (std::size_t(text.size()) > api::kMaxCommandArgumentsBytes) {
    return say(QT_TRANSLATE_NOOP("CommandDraft", "The arguments are longer than %1 bytes."))
        .arg(api::kMaxCommandArgumentsBytes);
  }
  QJsonParseError error;
  if (QJsonDocument::fromJson(text, &error).isObject()) return {};
  return say(QT_TRANSLATE_NOOP("CommandDraft",
                               "The arguments are not an object in JSON. Write them like {\"seconds\": 5}, or leave "
                               "them empty. They stop making sense at character %1."))
      .arg(error.offset);
}

NewCommand CommandDraft::toCommand(TimePoint now) const {
  NewCommand command;
  command.name = name.trimmed().toStdString();
  const QString text = arguments.trimmed();
  if (!text.isEmpty()) command.arguments = text.toStdString();
  command.expiresAt = now + life;
  return command;
}

}  // namespace carport::ui
