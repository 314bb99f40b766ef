#pragma once

#include <QString>

namespace carport::ui {

/// `text` as a tooltip that shows it letter by letter: tooltips take what looks like HTML for HTML, and names come from
/// cars and operators.
QString plainTip(const QString& text);

}  // namespace carport::ui
