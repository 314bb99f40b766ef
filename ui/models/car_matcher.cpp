#include "ui/models/car_matcher.h"

#include "ui/models/car_tags.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace carport::ui {

namespace {

using Kind = CarQueryTerm::Kind;
using Figure = CarQueryTerm::Figure;

/// Unknown figures never fit: “not above 80” is no word for “nobody knows”.
bool compares(double figure, const CarQueryTerm& term) {
  switch (term.compare) {
    case CarQueryTerm::Compare::less:
      return figure < term.value;
    case CarQueryTerm::Compare::atMost:
      return figure <= term.value;
    case CarQueryTerm::Compare::more:
      return figure > term.value;
    case CarQueryTerm::Compare::atLeast:
      return figure >= term.value;
    case CarQueryTerm::Compare::equal:
      return std::abs(figure - term.value) <= term.tolerance;
    case CarQueryTerm::Compare::unequal:
      return std::abs(figure - term.value) > term.tolerance;
  }
  return false;
}

/// The names that a term speaks of: those that are called so, or where there is none those that begin so.
QStringList namesMeant(const QStringList& names, const QStringList& texts) {
  QStringList meant;
  for (const QString& text : texts) {
    const bool exact = hasWord(names, text);
    for (const QString& name : names) {
      const QString lower = name.toLower();
      if (exact ? lower == text : lower.startsWith(text)) meant.append(name);
    }
  }
  return meant;
}

bool anyIn(const QStringList& texts, const QString& text) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const QString& part) { return text.contains(part, Qt::CaseInsensitive); });
}

}  // namespace

CarMatcher::CarMatcher(const CarQuery& query, const CarStore& store) : m_store(store) {
  for (const CarQueryTerm& term : query.terms()) {
    Test test = testOf(term);
    if (term.negated) test = [test = std::move(test)](CarStore::Row row) { return !test(row); };
    m_tests.push_back(std::move(test));
  }
}

bool CarMatcher::accepts(CarStore::Row row) const {
  return std::all_of(m_tests.begin(), m_tests.end(), [row](const Test& test) { return test(row); });
}

CarMatcher::Test CarMatcher::testOf(const CarQueryTerm& term) const {
  const CarStore& store = m_store;
  switch (term.kind) {
    case Kind::word:
      return [&store, word = term.texts.front()](CarStore::Row row) { return store.searchText(row).contains(word); };
    case Kind::state: {
      std::array<bool, 6> wanted{};
      for (const api::Activity activity : term.activities) wanted[std::size_t(activity)] = true;
      return [&store, wanted](CarStore::Row row) { return wanted[std::size_t(store.activities()[row])]; };
    }
    case Kind::group:
    case Kind::tag:
      return listTest(term);
    case Kind::id:
      return [&store, texts = term.texts](CarStore::Row row) { return anyIn(texts, store.id(row)); };
    case Kind::name:
      return [&store, texts = term.texts](CarStore::Row row) { return anyIn(texts, store.name(row)); };
    case Kind::attribute: {
      const auto names = namesMeant(store.allAttributes(), {term.of.toLower()});
      return [&store, texts = term.texts, name = names.value(0).toStdString()](CarStore::Row row) {
        return anyIn(texts, attributeText(store.attributes(row), name));
      };
    }
    case Kind::fence:
      return fenceTest(term);
    case Kind::is:
      switch (term.is) {
        case CarQueryTerm::Is::connected:
          return [&store](CarStore::Row row) { return store.isConnected(row); };
        case CarQueryTerm::Is::disconnected:
          return [&store](CarStore::Row row) { return !store.isConnected(row); };
        case CarQueryTerm::Is::blocked:
          return [&store](CarStore::Row row) { return store.isBlocked(row); };
        case CarQueryTerm::Is::located:
          return [&store](CarStore::Row row) { return store.hasFix(row); };
      }
      break;
    case Kind::figure:
      return figureTest(term);
  }
  return [](CarStore::Row) { return false; };
}

CarMatcher::Test CarMatcher::listTest(const CarQueryTerm& term) const {
  const CarStore& store = m_store;
  const bool groups = term.kind == Kind::group;
  const QStringList meant = namesMeant(groups ? store.allGroups() : store.allTags(), term.texts);
  return [&store, meant, groups](CarStore::Row row) {
    const QStringList& list = groups ? store.groups(row) : store.tags(row);
    return std::any_of(list.begin(), list.end(), [&](const QString& name) { return meant.contains(name); });
  };
}

CarMatcher::Test CarMatcher::fenceTest(const CarQueryTerm& term) const {
  const CarStore& store = m_store;
  const FenceAreas& fences = store.fences();
  std::vector<const api::FenceTester*> meant;
  const QStringList names = namesMeant(fences.names(), term.texts);
  for (std::size_t n = 0; n < fences.size(); ++n)
    if (names.contains(fences.names()[qsizetype(n)])) meant.push_back(&fences.tester(n));
  return [&store, meant](CarStore::Row row) {
    if (!store.hasFix(row)) return false;
    const double latitude = store.latitudes()[row];
    const double longitude = store.longitudes()[row];
    return std::any_of(meant.begin(), meant.end(),
                       [&](const api::FenceTester* fence) { return fence->contains(latitude, longitude); });
  };
}

CarMatcher::Test CarMatcher::figureTest(const CarQueryTerm& term) const {
  const CarStore& store = m_store;
  const auto with = [&term](auto figure) -> Test {
    return [term, figure](CarStore::Row row) { return compares(double(figure(row)), term); };
  };
  switch (term.figure) {
    case Figure::speed:
      return with([&store](CarStore::Row row) { return store.speeds()[row]; });
    case Figure::heading:
      return with([&store](CarStore::Row row) { return store.headings()[row]; });
    case Figure::battery:
      return with([&store](CarStore::Row row) { return store.batteries()[row]; });
    case Figure::age:
      return with([&store, now = toMs(store.now())](CarStore::Row row) {
        const std::int64_t time = store.timesMs()[row];
        // Never heard of is longer ago than anything.
        return time == 0 ? std::numeric_limits<double>::infinity() : double(now - time);
      });
    case Figure::metric:
      break;
  }
  const auto column = store.metrics().columnOf(term.of);
  if (!column) return [](CarStore::Row) { return false; };
  return with([values = store.metrics().values(*column)](CarStore::Row row) { return values[row]; });
}

}  // namespace carport::ui
