#include "ui/models/message_text.h"

#include "ui/models/phrases.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringList>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace carport::ui {

namespace {

constexpr std::size_t kBytesPerLine = 16;
constexpr int kIndent = 2;
/// What lies deeper is indented no further: thousands of brackets in each other would make hundreds of megabytes.
constexpr int kMaxIndent = 64;
/// Bytes of a payload that is no text in its first line.
constexpr std::size_t kFirstBytes = 24;

QString sayMessage(const char* text, int n = -1) {
  return QCoreApplication::translate("MessageText", text, nullptr, n);
}

QString utf8(std::string_view text) {
  return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Writes well-formed JSON anew with line breaks; no token is touched.
class JsonIndenter {
 public:
  explicit JsonIndenter(std::string_view text) : m_text(text) {}

  std::string indented() {
    while (m_at < m_text.size()) take(m_text[m_at]);
    return std::move(m_out);
  }

 private:
  void take(char c) {
    ++m_at;
    if (isBlank(c)) return;
    if (c == '"') return takeText();
    if (c == '{' || c == '[') return open(c);
    if (c == '}' || c == ']') {
      --m_depth;
      newLine();
      m_out += c;
    } else if (c == ',') {
      m_out += c;
      newLine();
    } else {
      m_out += c;
      if (c == ':') m_out += ' ';
    }
  }
  void takeText() {
    m_out += '"';
    for (bool isEscaped = false; m_at < m_text.size();) {
      const char c = m_text[m_at++];
      m_out += c;
      if (!isEscaped && c == '"') return;
      isEscaped = !isEscaped && c == '\\';
    }
  }
  void open(char c) {
    m_out += c;
    auto next = m_at;
    while (next < m_text.size() && isBlank(m_text[next])) ++next;
    if (next < m_text.size() && (m_text[next] == '}' || m_text[next] == ']')) {
      m_out += m_text[next];
      m_at = next + 1;
      return;
    }
    ++m_depth;
    newLine();
  }
  void newLine() {
    m_out += '\n';
    m_out.append(std::size_t(std::clamp(m_depth * kIndent, 0, kMaxIndent)), ' ');
  }

  const std::string_view m_text;
  std::string m_out;
  std::size_t m_at = 0;
  int m_depth = 0;
};

QString doorwayOf(const api::RawMessage& message) {
  switch (message.doorway) {
    case api::Doorway::mqtts:
      return sayMessage(QT_TRANSLATE_NOOP("MessageText", "MQTT over TLS"));
    case api::Doorway::ws:
      return sayMessage(QT_TRANSLATE_NOOP("MessageText", "MQTT over WebSocket"));
    case api::Doorway::wss:
      return sayMessage(QT_TRANSLATE_NOOP("MessageText", "MQTT over secure WebSocket"));
    case api::Doorway::http:
      return sayMessage(QT_TRANSLATE_NOOP("MessageText", "HTTP, as the JSON that it became"));
    default:
      return QStringLiteral("MQTT");
  }
}

QString refusedWords(const api::RawMessage& message) {
  switch (message.outcome) {
    case api::MessageOutcome::dropped:
      return sayMessage(QT_TRANSLATE_NOOP("MessageText", "Dropped: the storage did not keep up"));
    case api::MessageOutcome::denied:
      return sayMessage(QT_TRANSLATE_NOOP("MessageText", "Denied"));
    case api::MessageOutcome::unusable:
      return sayMessage(QT_TRANSLATE_NOOP("MessageText", "Not readable"));
    case api::MessageOutcome::limited:
      return sayMessage(QT_TRANSLATE_NOOP("MessageText", "Over a limit"));
    case api::MessageOutcome::taken:
      break;
  }
  if (message.values == 0) return sayMessage(QT_TRANSLATE_NOOP("MessageText", "Taken"));
  return sayMessage(QT_TRANSLATE_NOOP("MessageText", "Values stored: %1"))
      .arg(QLocale().toString(static_cast<qulonglong>(message.values)));
}

}  // namespace

QString indentedJson(std::string_view text) {
  // A null byte would be the end to the library, whatever comes behind it.
  const bool isJson = text.find('\0') == std::string_view::npos && nlohmann::json::accept(text.begin(), text.end());
  if (!isJson) return {};
  return utf8(JsonIndenter(text).indented());
}

QString hexDump(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  QString dump;
  for (std::size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
    const auto line = bytes.substr(at, kBytesPerLine);
    QString hex, letters;
    for (std::size_t i = 0; i < kBytesPerLine; ++i) {
      if (i % 8 == 0) hex += u' ';
      if (i >= line.size()) {
        hex += QStringLiteral("   ");
        continue;
      }
      const auto byte = static_cast<unsigned char>(line[i]);
      hex += QLatin1Char(kDigits[byte >> 4]);
      hex += QLatin1Char(kDigits[byte & 15]);
      hex += u' ';
      letters += byte >= 0x20 && byte < 0x7F ? QChar(char16_t(byte)) : QChar(u'·');
    }
    if (at > 0) dump += u'\n';
    dump += QStringLiteral("%1 %2 %3").arg(at, 6, 16, QLatin1Char('0')).arg(hex, letters);
  }
  return dump;
}

QString readablePayload(const api::RawMessage& message) {
  if (!message.isText) return hexDump(message.payload);
  const QString json = indentedJson(message.payload);
  return json.isEmpty() ? utf8(message.payload) : json;
}

QString firstLineOf(const api::RawMessage& message) {
  if (message.isText) {
    QString line = utf8(std::string_view(message.payload).substr(0, 4 * kMaxFirstLineChars)).simplified();
    return line.size() > qsizetype(kMaxFirstLineChars) ? line.left(qsizetype(kMaxFirstLineChars)) + u'…' : line;
  }
  const QByteArray beginning(message.payload.data(), qsizetype(std::min(message.payload.size(), kFirstBytes)));
  QString line = QString::fromLatin1(beginning.toHex(' '));
  return message.payload.size() > kFirstBytes ? line + QStringLiteral(" …") : line;
}

QString outcomeWords(const api::RawMessage& message) {
  const QString words = refusedWords(message);
  const QString reason = QString::fromStdString(message.reason);
  return reason.isEmpty() ? words : QStringLiteral("%1: %2").arg(words, reason);
}

QString messageFacts(const api::RawMessage& message) {
  QStringList lines;
  lines.append(sayMessage(QT_TRANSLATE_NOOP("MessageText", "Topic: %1")).arg(utf8(message.topic)));
  QStringList how{QDateTime::fromMSecsSinceEpoch(toMs(message.arrival)).toString("yyyy-MM-dd HH:mm:ss.zzz"),
                  doorwayOf(message), QStringLiteral("QoS %1").arg(message.qos), phrases::bytes(message.bytes)};
  if (message.retain) how.append(sayMessage(QT_TRANSLATE_NOOP("MessageText", "retained")));
  if (message.duplicate) how.append(sayMessage(QT_TRANSLATE_NOOP("MessageText", "sent again")));
  if (message.byAnother) how.append(sayMessage(QT_TRANSLATE_NOOP("MessageText", "sent by somebody else")));
  lines.append(how.join(QStringLiteral(" · ")));
  for (const auto& [name, text] : message.properties) lines.append(utf8(name) + QStringLiteral(": ") + utf8(text));
  lines.append(outcomeWords(message));
  if (message.bytes > message.payload.size()) {
    lines.append(sayMessage(QT_TRANSLATE_NOOP("MessageText", "Only the first %1 of it are kept."))
                     .arg(phrases::bytes(message.payload.size())));
  }
  return lines.join(u'\n');
}

}  // namespace carport::ui
