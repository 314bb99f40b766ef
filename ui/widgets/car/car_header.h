#pragma once

#include "gateway/api/car_state.h"

#include <QString>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace carport::ui {

class GlyphLabel;

/// Who the car is and what it is doing, in words and as its sign. Owner: CarPage.
class CarHeader : public QWidget {
  Q_OBJECT

 public:
  explicit CarHeader(QWidget* parent = nullptr);

  /// `offline`: it is the last that is known, and greyed.
  void setCar(const QString& title, const QString& doing, const api::CarPosition& position, bool offline = false);
  void setCompact(bool compact);

 signals:
  void mapRequested();
  void pageRequested();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void showTexts();

  GlyphLabel* m_glyph = nullptr;
  QLabel* m_title = nullptr;
  QLabel* m_doing = nullptr;
  QToolButton* m_map = nullptr;
  QToolButton* m_page = nullptr;
  QString m_titleText;
  bool m_offline = false;
  QString m_colour;
  api::Activity m_activity = api::Activity::unknown;
};

}  // namespace carport::ui
