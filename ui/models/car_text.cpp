#include "ui/models/car_text.h"

#include "ui/models/car_cells.h"

#include <algorithm>

namespace carport::ui {

namespace {

QString textCell(QString text, CarTextForm form) {
  // Names are what others chose: none of them may become a formula in somebody's spreadsheet.
  if (!text.isEmpty() && QStringLiteral("=+-@").contains(text.front())) text.prepend(u'\'');
  if (form == CarTextForm::tabs) return text.replace(u'\t', u' ').replace(u'\n', u' ').replace(u'\r', u' ');
  const bool isPlain = std::none_of(text.cbegin(), text.cend(),
                                    [](QChar c) { return c == u',' || c == u'"' || c == u'\n' || c == u'\r'; });
  return isPlain ? text : u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

}  // namespace

QString carsAsText(const CarStore& store, std::span<const CarStore::Row> rows, const CarColumns& columns,
                   CarTextForm form) {
  const QChar between = form == CarTextForm::tabs ? u'\t' : u',';
  const QString lineEnd = form == CarTextForm::tabs ? QStringLiteral("\n") : QStringLiteral("\r\n");
  QString text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += between;
    text += textCell(columns[i].title(), form);
  }
  text += lineEnd;
  for (const CarStore::Row row : rows.first(std::min(rows.size(), kMaxCarsAsText))) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) text += between;
      text += textCell(carCellText(store, row, columns[i]), form);
    }
    text += lineEnd;
  }
  return text;
}

}  // namespace carport::ui
