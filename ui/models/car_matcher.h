#pragma once

#include "ui/models/car_query.h"
#include "ui/models/car_store.h"

#include <functional>
#include <vector>

namespace carport::ui {

/// A query made ready for one run over the cars of a store: names are looked up once and not for every car. Lives only
/// as long as the store stays unchanged. GUI thread.
class CarMatcher {
 public:
  CarMatcher(const CarQuery& query, const CarStore& store);

  bool accepts(CarStore::Row row) const;

 private:
  using Test = std::function<bool(CarStore::Row)>;
  Test testOf(const CarQueryTerm& term) const;
  Test listTest(const CarQueryTerm& term) const;
  Test fenceTest(const CarQueryTerm& term) const;
  Test figureTest(const CarQueryTerm& term) const;

  const CarStore& m_store;
  std::vector<Test> m_tests;
};

}  // namespace carport::ui
