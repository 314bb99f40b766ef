#pragma once

#include "ui/client/requests.h"
#include "ui/models/car_store.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace carport::ui {

/// One change to many cars: what is added to each and taken from each; what is not named stays. A value.
class CarEdit {
  Q_DECLARE_TR_FUNCTIONS(CarEdit)

 public:
  QStringList joinGroups;
  QStringList leaveGroups;
  QStringList addTags;
  QStringList removeTags;
  QString attribute;      ///< its name; empty: none
  QString attributeText;  ///< empty: takes the attribute away
  std::optional<bool> blocked;

  /// It asks for nothing.
  bool isEmpty() const;
  /// Why it cannot be asked for, in a sentence; empty where it can.
  QString problem() const;
  /// What would become of these cars, in a sentence or two, by what is known of them here.
  QString preview(const CarStore& store, const std::vector<CarStore::Row>& cars) const;
  /// What has to be asked of the gateway for a car; none where it is so already. Fails with a sentence where it cannot
  /// be.
  std::optional<CarChange> changeFor(const api::Principal& car, QString* problem) const;

 private:
  QStringList groupsAfter(const QStringList& groups) const;
  QStringList tagsAfter(const QStringList& tags) const;
  QStringList phrasesFor(const CarStore& store, const std::vector<CarStore::Row>& cars) const;
};

}  // namespace carport::ui
