#include "ui/models/car_view.h"

#include "ui/models/car_query.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace carport::ui {

namespace {

constexpr int kNarrowest = 40;
constexpr int kWidest = 2'000;

QJsonObject toObject(const CarView& view) {
  QJsonArray columns;
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    QJsonObject column{{"column", view.columns[i].key()}};
    if (qsizetype(i) < view.widths.size()) column["width"] = view.widths[qsizetype(i)];
    columns.append(column);
  }
  return {{"name", view.name},
          {"query", view.query},
          {"sort", view.sortColumn.key()},
          {"descending", view.descending},
          {"columns", columns}};
}

CarView viewFrom(const QJsonObject& object) {
  CarView view = usualCarView();
  view.name = object["name"].toString().simplified().left(CarView::kMaxName);
  view.query = object["query"].toString().left(CarQuery::kMaxLength);
  view.sortColumn = CarColumnSpec::fromKey(object["sort"].toString()).value_or(view.sortColumn);
  view.descending = object["descending"].toBool();
  CarColumns columns;
  QList<int> widths;
  for (const QJsonValue& value : object["columns"].toArray()) {
    const auto column = CarColumnSpec::fromKey(value["column"].toString());
    if (!column || columns.size() >= kMaxCarColumns) continue;
    if (std::find(columns.begin(), columns.end(), *column) != columns.end()) continue;
    columns.push_back(*column);
    widths.append(std::clamp(value["width"].toInt(column->usualWidth()), kNarrowest, kWidest));
  }
  if (!columns.empty()) {
    view.columns = columns;
    view.widths = widths;
  }
  return view;
}

}  // namespace

CarView usualCarView() {
  CarView view;
  view.columns = usualCarColumns();
  for (const CarColumnSpec& column : view.columns) view.widths.append(column.usualWidth());
  return view;
}

const CarView* CarViews::find(const QString& name) const {
  const auto it = std::find_if(views.begin(), views.end(), [&](const CarView& view) { return view.name == name; });
  return it == views.end() ? nullptr : &*it;
}

bool CarViews::put(const CarView& view) {
  const auto it = std::find_if(views.begin(), views.end(), [&](const CarView& old) { return old.name == view.name; });
  if (it != views.end()) {
    *it = view;
    return true;
  }
  if (views.size() >= kMaxViews) return false;
  views.push_back(view);
  return true;
}

void CarViews::remove(const QString& name) {
  std::erase_if(views, [&](const CarView& view) { return view.name == name; });
  if (last.name == name) last.name.clear();
}

QByteArray CarViews::toText() const {
  QJsonArray list;
  for (const CarView& view : views) list.append(toObject(view));
  return QJsonDocument(QJsonObject{{"views", list}, {"last", toObject(last)}}).toJson(QJsonDocument::Compact);
}

CarViews CarViews::fromText(const QByteArray& text) {
  CarViews all;
  all.last = usualCarView();
  if (text.size() > kMaxBytes) return all;
  const QJsonObject object = QJsonDocument::fromJson(text).object();
  if (object["last"].isObject()) all.last = viewFrom(object["last"].toObject());
  for (const QJsonValue& value : object["views"].toArray()) {
    const CarView view = viewFrom(value.toObject());
    if (!view.name.isEmpty() && all.find(view.name) == nullptr) all.put(view);
  }
  return all;
}

}  // namespace carport::ui
