#pragma once

#include "gateway/api/attributes.h"

#include <QString>
#include <QStringList>

#include <string>
#include <string_view>

/// How the portal keeps tags and a note about a car: as two of its attributes, which the gateway stores, protects and
/// gives to every portal alike. Pure; any thread.
namespace carport::ui {

/// The attribute with a car's tags, parted by commas.
inline constexpr std::string_view kTagsAttribute = "tags";
/// The attribute with what somebody wrote about the car.
inline constexpr std::string_view kNoteAttribute = "note";

/// Words parted by commas, trimmed, each once whatever its case, in the order in which they came.
QStringList listOf(const QString& text);
/// A car's tags; empty where it has none.
QStringList tagsOf(const api::Attributes& attributes);
/// Puts tags in place of those that were; none removes the attribute. False, and nothing is changed, where they are
/// longer than an attribute may be.
bool setTags(api::Attributes& attributes, const QStringList& tags);
/// An attribute's text; empty where there is none.
QString attributeText(const api::Attributes& attributes, std::string_view name);
/// Whether the list has the word, in letters of either case.
bool hasWord(const QStringList& list, const QString& word);

}  // namespace carport::ui
