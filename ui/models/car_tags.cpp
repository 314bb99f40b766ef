#include "ui/models/car_tags.h"

#include <algorithm>

namespace carport::ui {

bool hasWord(const QStringList& list, const QString& word) {
  return std::any_of(list.begin(), list.end(),
                     [&](const QString& other) { return other.compare(word, Qt::CaseInsensitive) == 0; });
}

QStringList listOf(const QString& text) {
  QStringList words;
  for (const QString& part : text.split(u',', Qt::SkipEmptyParts)) {
    const QString word = part.simplified();
    if (!word.isEmpty() && !hasWord(words, word)) words.append(word);
  }
  return words;
}

QString attributeText(const api::Attributes& attributes, std::string_view name) {
  const std::string* text = attributes.find(name);
  return text != nullptr ? QString::fromStdString(*text) : QString();
}

QStringList tagsOf(const api::Attributes& attributes) {
  return listOf(attributeText(attributes, kTagsAttribute));
}

bool setTags(api::Attributes& attributes, const QStringList& tags) {
  std::string text = tags.join(QStringLiteral(", ")).toStdString();
  if (text.size() > api::kMaxAttributeValueBytes) return false;
  if (text.empty()) {
    attributes.remove(kTagsAttribute);
  } else {
    attributes.set(std::string(kTagsAttribute), std::move(text));
  }
  return true;
}

}  // namespace carport::ui
