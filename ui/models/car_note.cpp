#include "ui/models/car_note.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_edit.h"
#include "ui/models/car_store.h"
#include "ui/models/car_tags.h"

#include <utility>

namespace carport::ui {

CarNote::CarNote(GatewayClient& client, CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  connect(&store, &CarStore::reset, this, [this] {
    m_saved.reset();
    // After a start the car may be asked for before the cars are known.
    if (m_car && m_id.isEmpty()) return setCar(m_car);
    askWhetherMayWrite();
    emit changed();
  });
  connect(&client, &GatewayClient::refreshNeeded, this, &CarNote::askWhetherMayWrite);
}

void CarNote::setCar(PrincipalNumber car) {
  m_lookReply.cancel();
  m_saveReply.cancel();
  m_mayReply.cancel();
  if (isChanged()) {
    m_kept = m_draft;
    m_keptFor = m_id;
  }
  m_draft.reset();
  m_saved.reset();
  m_trouble.clear();
  m_mayWrite = false;
  m_whyNot.clear();
  m_car = car;
  const auto row = m_store.rowOf(car);
  m_id = row ? m_store.id(*row) : QString();
  if (!m_id.isEmpty() && m_keptFor == m_id) {
    m_draft = std::exchange(m_kept, std::nullopt);
    m_keptFor.clear();
  }
  askWhetherMayWrite();
  emit changed();
}

QString CarNote::text() const {
  if (m_saved) return *m_saved;
  const auto row = m_store.rowOf(m_car);
  return row ? attributeText(m_store.attributes(*row), kNoteAttribute) : QString();
}

void CarNote::askWhetherMayWrite() {
  if (m_id.isEmpty() || !m_client.isConnected()) return;
  DecisionQuestion question;
  question.who = m_client.self().id;
  question.action = api::Action::administer;
  question.about = m_id.toStdString();
  m_mayReply.cancel();
  m_mayReply = m_client.explain(question);
  m_mayReply.then(this, [this](const Result<api::Decision>& answer) {
    m_mayWrite = answer && answer->allowed;
    m_whyNot = m_mayWrite ? QString() : QString::fromStdString(answer ? answer->explanation : answer.error().message());
    emit changed();
  });
}

void CarNote::begin() {
  if (m_draft || !m_mayWrite) return;
  m_draft = Draft{text(), text()};
  m_trouble.clear();
  emit changed();
}

void CarNote::setDraft(const QString& text) {
  if (!m_draft || m_draft->text == text) return;
  m_draft->text = text;
  emit changed();
}

void CarNote::discard() {
  m_lookReply.cancel();
  m_saveReply.cancel();
  m_draft.reset();
  m_trouble.clear();
  emit changed();
}

bool CarNote::isChanged() const {
  return m_draft && m_draft->text.trimmed() != m_draft->base.trimmed();
}

int CarNote::bytesLeft() const {
  return static_cast<int>(kMaxBytes) - static_cast<int>(draft().trimmed().toUtf8().size());
}

QString CarNote::problem() const {
  if (bytesLeft() >= 0) return {};
  return tr("A note has at most %1 bytes; this one has %2.").arg(kMaxBytes).arg(int(kMaxBytes) - bytesLeft());
}

void CarNote::save() {
  if (!m_draft || isSaving() || !problem().isEmpty()) return;
  if (!isChanged()) return discard();
  m_trouble.clear();
  look(1);
  emit changed();
}

void CarNote::look(int tries) {
  m_lookReply = m_client.carToChange(m_id);
  m_lookReply.then(this, [this, tries](const Result<CarToChange>& car) {
    if (!car) return stumble(QString::fromStdString(car.error().message()));
    onCar(*car, tries);
  });
}

void CarNote::onCar(const CarToChange& car, int tries) {
  const QString now = attributeText(car.car.principal.attributes, kNoteAttribute);
  const QString wanted = m_draft->text.trimmed();
  if (now != m_draft->base && now != wanted) {
    m_draft->base = now;
    return stumble(now.isEmpty()
                       ? tr("Somebody else has taken this note away meanwhile. Save again to keep yours, or cancel.")
                       : tr("Somebody else has changed this note meanwhile. It now says: “%1”. Save again to put yours "
                            "in its place, or cancel to keep theirs.")
                             .arg(now));
  }
  CarEdit edit;
  edit.attribute = QString::fromLatin1(kNoteAttribute.data(), qsizetype(kNoteAttribute.size()));
  edit.attributeText = wanted;
  QString problem;
  const auto change = edit.changeFor(car.car.principal, &problem);
  if (!problem.isEmpty()) return stumble(problem);
  if (!change) return finish(wanted);
  m_saveReply = m_client.changeCar(m_id, *change, car.revision);
  m_saveReply.then(this, [this, wanted, tries](const Result<Car>& changed) {
    if (changed) return finish(wanted);
    // Something of the car was changed since it was looked at; whether it was the note shows another look.
    if (changed.error().kind() == ErrorKind::conflict && tries < kMaxTries) return look(tries + 1);
    stumble(QString::fromStdString(changed.error().message()));
  });
}

void CarNote::finish(const QString& text) {
  m_draft.reset();
  m_saved = text;
  emit changed();
}

void CarNote::stumble(const QString& sentence) {
  m_trouble = sentence;
  emit changed();
}

}  // namespace carport::ui
