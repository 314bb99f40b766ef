#include "gateway/protocol/mqtt/subscription_tree.h"

#include <QtTest>

#include <map>
#include <random>
#include <set>

using namespace carport::mqtt;

namespace {

using Tree = SubscriptionTree<int>;
using Found = std::multiset<std::pair<int, Qos>>;

Found found(const Tree& tree, std::string_view topic) {
  Found result;
  tree.match(topic, [&](int subscriber, Qos qos) { result.emplace(subscriber, qos); });
  return result;
}

/// Topics and filters from a small alphabet, so that they often match.
class RandomTopics {
 public:
  std::string topic() { return make({"a", "b", "", "$x", "cc"}); }
  std::string filter() {
    std::string text = make({"a", "b", "", "$x", "cc", "+", "+"});
    if (number(4) == 0) text = number(8) == 0 ? "#" : text + "/#";
    return text;
  }
  int number(int below) { return std::uniform_int_distribution(0, below - 1)(m_random); }

 private:
  std::string make(const std::vector<std::string>& levels) {
    std::string text;
    do {
      text = levels[std::size_t(number(int(levels.size())))];
      for (int more = number(4); more > 0; --more) text += "/" + levels[std::size_t(number(int(levels.size())))];
    } while (text.empty());
    return text;
  }
  std::mt19937 m_random{4711};
};

}  // namespace

class TestSubscriptionTree : public QObject {
  Q_OBJECT

 private slots:
  void findsExactAndWildcards() {
    Tree tree;
    tree.add("cars/1/command", 1, Qos::atLeastOnce);
    tree.add("cars/+/telemetry", 2, Qos::atMostOnce);
    tree.add("#", 3, Qos::atLeastOnce);
    QVERIFY(found(tree, "cars/1/command") == (Found{{1, Qos::atLeastOnce}, {3, Qos::atLeastOnce}}));
    QVERIFY(found(tree, "cars/9/telemetry") == (Found{{2, Qos::atMostOnce}, {3, Qos::atLeastOnce}}));
    QVERIFY(found(tree, "$SYS/x").empty());  // [MQTT-4.7.2-1]
  }

  void replacesASecondSubscription() {  // [MQTT-3.8.4-3]
    Tree tree;
    QVERIFY(tree.add("a/+", 1, Qos::atMostOnce) == Tree::Added::added);
    QVERIFY(tree.add("a/+", 1, Qos::atLeastOnce) == Tree::Added::replaced);
    QVERIFY(tree.add("a/b", 1, Qos::atMostOnce) == Tree::Added::added);
    QCOMPARE(tree.size(), std::size_t(2));
    QVERIFY(found(tree, "a/b") == (Found{{1, Qos::atMostOnce}, {1, Qos::atLeastOnce}}));
  }

  void removesOnlyWhatWasThere() {
    Tree tree;
    tree.add("a/+/c", 1, Qos::atMostOnce);
    tree.add("a/b/c", 1, Qos::atMostOnce);
    QVERIFY(!tree.remove("a/+/c", 2));
    QVERIFY(!tree.remove("a/+", 1));
    QVERIFY(!tree.remove("x/+", 1));
    QVERIFY(!tree.remove("x", 1));
    QVERIFY(tree.remove("a/+/c", 1));
    QVERIFY(!tree.remove("a/+/c", 1));
    QVERIFY(tree.remove("a/b/c", 1));
    QCOMPARE(tree.size(), std::size_t(0));
    QVERIFY(found(tree, "a/b/c").empty());
  }

  void isBounded() {
    Tree tree(2);
    tree.add("a", 1, Qos::atMostOnce);
    tree.add("+", 2, Qos::atMostOnce);
    QVERIFY(tree.add("b", 3, Qos::atMostOnce) == Tree::Added::full);
    QVERIFY(tree.add("x/#", 3, Qos::atMostOnce) == Tree::Added::full);
    QVERIFY(tree.add("+", 2, Qos::atLeastOnce) == Tree::Added::replaced);
    QCOMPARE(tree.size(), std::size_t(2));
    QVERIFY(found(tree, "a") == (Found{{1, Qos::atMostOnce}, {2, Qos::atLeastOnce}}));
    QVERIFY(found(tree, "b") == (Found{{2, Qos::atLeastOnce}}));
    QVERIFY(tree.remove("a", 1));
    QVERIFY(tree.add("b", 3, Qos::atMostOnce) == Tree::Added::added);
  }

  void agreesWithMatchesOnRandomFilters() {
    RandomTopics random;
    Tree tree;
    std::map<std::pair<std::string, int>, Qos> expected;
    for (int step = 0; step < 20'000; ++step) {
      const std::string filter = random.filter();
      QVERIFY2(checkTopicFilter(filter).has_value(), filter.c_str());
      const int subscriber = random.number(5);
      const std::pair key(filter, subscriber);
      if (random.number(5) < 2) {
        QCOMPARE(tree.remove(filter, subscriber), expected.erase(key) == 1);
      } else {
        const auto qos = Qos(random.number(2));
        const auto added = tree.add(filter, subscriber, qos);
        QVERIFY(added == (expected.contains(key) ? Tree::Added::replaced : Tree::Added::added));
        expected[key] = qos;
      }
      QCOMPARE(tree.size(), expected.size());
      if (step % 10 != 0) continue;
      const std::string topic = random.topic();
      Found byHand;
      for (const auto& [entry, qos] : expected) {
        if (matches(entry.first, topic)) byHand.emplace(entry.second, qos);
      }
      QVERIFY2(found(tree, topic) == byHand, topic.c_str());
    }
  }

  void deepFiltersAreFine() {
    Tree tree;
    std::string filter = "+";
    for (std::size_t level = 1; level < 128; ++level) filter += "/+";
    tree.add(filter, 1, Qos::atMostOnce);
    QCOMPARE(found(tree, std::string(127, '/')).size(), std::size_t(1));
    QCOMPARE(found(tree, std::string(126, '/')).size(), std::size_t(0));
  }
};

QTEST_GUILESS_MAIN(TestSubscriptionTree)
#include "tst_subscription_tree.moc"
