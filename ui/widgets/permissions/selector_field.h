#pragma once

#include "gateway/api/permission.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QStringListModel;

namespace carport::ui {

/// Whom a rule speaks of: a kind ("everyone", "one principal", "a group" …) and, where the kind needs one, a name with
/// completion. Owner: the rule's form. GUI thread.
class SelectorField : public QWidget {
  Q_OBJECT

 public:
  enum class Side { who, about };
  explicit SelectorField(Side side, QWidget* parent = nullptr);

  /// Names to complete with: ids of principals and of groups.
  void setNames(const QStringList& principals, const QStringList& groups);
  void setSelector(api::Selector::Kind kind, const QString& value);
  api::Selector::Kind kind() const;
  QString value() const;

 signals:
  void changed();

 private:
  void onKindChanged();
  void setValue(const QString& value);

  QComboBox* m_kind = nullptr;
  QComboBox* m_value = nullptr;
  QStringList m_principals;
  QStringList m_groups;
};

}  // namespace carport::ui
