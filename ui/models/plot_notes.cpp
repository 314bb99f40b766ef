#include "ui/models/plot_notes.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QUuid>

#include <algorithm>
#include <optional>

namespace carport::ui {

namespace {

constexpr int kNotesVersion = 1;

QJsonObject noteToJson(const PlotNote& note) {
  return {{"id", note.id},
          {"car", note.carId},
          {"from", double(toMs(note.from))},
          {"to", double(toMs(note.to))},
          {"text", note.text}};
}

std::optional<PlotNote> noteFromJson(const QJsonObject& json) {
  PlotNote note;
  note.id = json["id"].toString();
  note.carId = json["car"].toString();
  note.text = json["text"].toString().left(PlotNotes::kMaxTextLength);
  const double from = json["from"].toDouble(-1);
  const double to = json["to"].toDouble(-1);
  // Milliseconds up to here are exact in a number of JSON.
  constexpr double kMaxMs = 9e15;
  if (note.id.isEmpty() || note.text.isEmpty() || from < 0 || to < from || to > kMaxMs) return std::nullopt;
  note.from = fromMs(std::int64_t(from));
  note.to = fromMs(std::int64_t(to));
  return note;
}

}  // namespace

PlotNotes::PlotNotes(QObject* parent) : QObject(parent) {}

void PlotNotes::setFolder(const QString& folder) {
  m_folder = folder;
  load();
}

void PlotNotes::setGateway(const QUrl& address) {
  if (address == m_gateway) return;
  m_gateway = address;
  load();
}

QString PlotNotes::fileName() const {
  if (m_folder.isEmpty() || m_gateway.isEmpty()) return {};
  QString name = m_gateway.host();
  if (m_gateway.port() > 0) name += QStringLiteral("-%1").arg(m_gateway.port());
  // A host may be an IPv6 address, and no file is called so everywhere.
  for (QChar& c : name) {
    if (!c.isLetterOrNumber() && c != QLatin1Char('.') && c != QLatin1Char('-')) c = QLatin1Char('_');
  }
  return QDir(m_folder).filePath(name + QStringLiteral(".json"));
}

void PlotNotes::load() {
  m_notes.clear();
  m_trouble.clear();
  m_mayWrite = true;
  QFile file(fileName());
  if (!file.fileName().isEmpty() && file.exists()) {
    const bool isReadable = file.size() <= kMaxFileBytes && file.open(QIODevice::ReadOnly);
    const QJsonObject json = isReadable ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    if (json["version"].toInt() != kNotesVersion) {
      m_mayWrite = false;
      m_trouble = tr("The notes in %1 cannot be read, so none can be written. Move that file away to begin anew.")
                      .arg(QDir::toNativeSeparators(file.fileName()));
    }
    for (const QJsonValue& value : json["notes"].toArray()) {
      if (m_notes.size() >= kMaxNotes) break;
      if (const auto note = noteFromJson(value.toObject())) m_notes.push_back(*note);
    }
  }
  emit changed();
}

std::vector<PlotNote> PlotNotes::of(const QString& carId, const TimeRange& range) const {
  std::vector<PlotNote> found;
  std::copy_if(m_notes.begin(), m_notes.end(), std::back_inserter(found), [&](const PlotNote& note) {
    return note.carId == carId && note.from <= range.to && note.to >= range.from;
  });
  std::stable_sort(found.begin(), found.end(), [](const PlotNote& a, const PlotNote& b) { return a.from < b.from; });
  return found;
}

const PlotNote* PlotNotes::find(const QString& id) const {
  const auto it = std::find_if(m_notes.begin(), m_notes.end(), [&](const PlotNote& note) { return note.id == id; });
  return it == m_notes.end() ? nullptr : &*it;
}

QString PlotNotes::put(PlotNote note) {
  note.text = note.text.trimmed();
  if (note.text.isEmpty()) return tr("A note needs a text.");
  if (note.text.size() > kMaxTextLength) return tr("A note has at most %1 characters.").arg(kMaxTextLength);
  if (note.to < note.from) std::swap(note.from, note.to);
  std::vector<PlotNote> notes = m_notes;
  const auto known = std::find_if(notes.begin(), notes.end(), [&](const PlotNote& old) { return old.id == note.id; });
  if (known != notes.end()) {
    *known = note;
    return save(std::move(notes));
  }
  if (notes.size() >= kMaxNotes) {
    return tr("There are %1 notes already, and no more are kept. Remove some first.").arg(kMaxNotes);
  }
  if (note.id.isEmpty()) note.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
  notes.push_back(std::move(note));
  return save(std::move(notes));
}

QString PlotNotes::remove(const QString& id) {
  std::vector<PlotNote> notes = m_notes;
  if (std::erase_if(notes, [&](const PlotNote& note) { return note.id == id; }) == 0) return {};
  return save(std::move(notes));
}

QString PlotNotes::save(std::vector<PlotNote> notes) {
  if (!m_mayWrite) return m_trouble;
  const QString name = fileName();
  if (!name.isEmpty()) {
    QJsonArray list;
    for (const PlotNote& note : notes) list.append(noteToJson(note));
    const QByteArray json = QJsonDocument(QJsonObject{{"version", kNotesVersion}, {"notes", list}}).toJson();
    QSaveFile file(name);
    const bool isKept =
        QDir().mkpath(m_folder) && file.open(QIODevice::WriteOnly) && file.write(json) == json.size() && file.commit();
    if (!isKept) {
      return tr("The note could not be kept in %1: %2").arg(QDir::toNativeSeparators(name), file.errorString());
    }
  }
  m_notes = std::move(notes);
  emit changed();
  return {};
}

}  // namespace carport::ui
