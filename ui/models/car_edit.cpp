#include "ui/models/car_edit.h"

#include "ui/models/car_tags.h"

#include <algorithm>

namespace carport::ui {

namespace {

template <class F>
int countWhere(const std::vector<CarStore::Row>& cars, F holds) {
  return int(std::count_if(cars.begin(), cars.end(), holds));
}

QStringList without(const QStringList& list, const QStringList& gone) {
  QStringList rest;
  for (const QString& word : list) {
    if (!hasWord(gone, word)) rest.append(word);
  }
  return rest;
}

QStringList with(QStringList list, const QStringList& fresh) {
  for (const QString& word : fresh) {
    if (!hasWord(list, word)) list.append(word);
  }
  return list;
}

QStringList textsOf(const std::vector<std::string>& texts) {
  QStringList list;
  for (const std::string& text : texts) list.append(QString::fromStdString(text));
  return list;
}

}  // namespace

bool CarEdit::isEmpty() const {
  return joinGroups.isEmpty() && leaveGroups.isEmpty() && addTags.isEmpty() && removeTags.isEmpty() &&
         attribute.isEmpty() && !blocked;
}

QString CarEdit::problem() const {
  for (const QString& group : joinGroups) {
    if (!api::isValidPrincipalId(group.toStdString()))
      return tr("“%1” cannot be a group: ids have letters, digits and . _ - @, and no spaces.").arg(group);
    if (hasWord(leaveGroups, group)) return tr("A car cannot come into the group %1 and leave it.").arg(group);
  }
  for (const QString& tag : addTags) {
    if (hasWord(removeTags, tag)) return tr("A car cannot get the tag “%1” and lose it.").arg(tag);
  }
  if (!attribute.isEmpty() && !api::isValidAttributeName(attribute.toStdString()))
    return tr("“%1” cannot be an attribute: names have letters, digits and . _ -, and no spaces.").arg(attribute);
  const std::string text = attributeText.toStdString();
  if (text.size() > api::kMaxAttributeValueBytes)
    return tr("An attribute's text has at most %1 bytes; this one has %2.")
        .arg(api::kMaxAttributeValueBytes)
        .arg(text.size());
  if (attribute.isEmpty() && !attributeText.isEmpty()) return tr("Say which attribute the text is for.");
  return {};
}

QStringList CarEdit::groupsAfter(const QStringList& groups) const {
  return with(without(groups, leaveGroups), joinGroups);
}

QStringList CarEdit::tagsAfter(const QStringList& tags) const {
  return with(without(tags, removeTags), addTags);
}

QStringList CarEdit::phrasesFor(const CarStore& store, const std::vector<CarStore::Row>& cars) const {
  QStringList parts;
  for (const QString& group : joinGroups) {
    const int fresh = countWhere(cars, [&](CarStore::Row row) { return !hasWord(store.groups(row), group); });
    parts.append(tr("%Ln come into the group %1", nullptr, fresh).arg(group));
  }
  for (const QString& group : leaveGroups) {
    const int gone = countWhere(cars, [&](CarStore::Row row) { return hasWord(store.groups(row), group); });
    parts.append(tr("%Ln leave the group %1", nullptr, gone).arg(group));
  }
  for (const QString& tag : addTags) {
    const int fresh = countWhere(cars, [&](CarStore::Row row) { return !hasWord(store.tags(row), tag); });
    parts.append(tr("%Ln get the tag “%1”", nullptr, fresh).arg(tag));
  }
  for (const QString& tag : removeTags) {
    const int gone = countWhere(cars, [&](CarStore::Row row) { return hasWord(store.tags(row), tag); });
    parts.append(tr("%Ln lose the tag “%1”", nullptr, gone).arg(tag));
  }
  if (!attribute.isEmpty()) {
    const std::string name = attribute.toStdString();
    const auto textOf = [&](CarStore::Row row) { return ui::attributeText(store.attributes(row), name); };
    const int changed = countWhere(cars, [&](CarStore::Row row) { return textOf(row) != attributeText; });
    parts.append(attributeText.isEmpty() ? tr("%Ln lose “%1”", nullptr, changed).arg(attribute)
                                         : tr("%Ln get “%1”: %2", nullptr, changed).arg(attribute, attributeText));
  }
  if (blocked) {
    const int changed = countWhere(cars, [&](CarStore::Row row) { return store.isBlocked(row) != *blocked; });
    parts.append(*blocked ? tr("%Ln are blocked and cannot sign in any more", nullptr, changed)
                          : tr("%Ln may sign in again", nullptr, changed));
  }
  return parts;
}

QString CarEdit::preview(const CarStore& store, const std::vector<CarStore::Row>& cars) const {
  if (isEmpty()) return tr("Nothing changes yet.");
  if (const QString why = problem(); !why.isEmpty()) return why;
  const QStringList parts = phrasesFor(store, cars);
  return tr("Of %Ln cars %1.", nullptr, int(cars.size())).arg(parts.join(QStringLiteral("; ")));
}

std::optional<CarChange> CarEdit::changeFor(const api::Principal& car, QString* problem) const {
  CarChange change;
  const QStringList groups = textsOf(car.groups);
  if (const QStringList after = groupsAfter(groups); after != groups) {
    change.groups.emplace();
    for (const QString& group : after) change.groups->push_back(group.toStdString());
  }
  api::Attributes attributes = car.attributes;
  const QStringList tags = tagsOf(attributes);
  const QStringList tagsLater = tagsAfter(tags);
  if (tagsLater != tags && !setTags(attributes, tagsLater)) {
    if (problem) *problem = tr("Its tags would be longer than %1 bytes.").arg(api::kMaxAttributeValueBytes);
    return std::nullopt;
  }
  if (!attribute.isEmpty()) {
    if (attributeText.isEmpty()) {
      attributes.remove(attribute.toStdString());
    } else {
      attributes.set(attribute.toStdString(), attributeText.toStdString());
    }
  }
  if (attributes.size() > api::kMaxAttributes) {
    if (problem) *problem = tr("It would have more than %1 attributes.").arg(api::kMaxAttributes);
    return std::nullopt;
  }
  if (!(attributes == car.attributes)) change.attributes = attributes;
  if (blocked && *blocked != car.blocked) change.blocked = blocked;
  return change.groups || change.attributes || change.blocked ? std::optional(change) : std::nullopt;
}

}  // namespace carport::ui
