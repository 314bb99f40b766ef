#include "gateway/simulator/road_graph_builder.h"

#include <algorithm>

namespace carport::sim {

namespace {
/// Tarjan's algorithm with a stack of its own, as roads go deeper than a thread's stack.
class ComponentSearch {
 public:
  ComponentSearch(std::span<const std::uint32_t> first, std::span<const std::uint32_t> targets)
      : m_first(first),
        m_targets(targets),
        m_order(first.size() - 1, 0),
        m_low(first.size() - 1, 0),
        m_component(first.size() - 1, RoadGraph::kNone) {}

  std::vector<std::uint32_t> run() {
    for (std::uint32_t vertex = 0; vertex < m_order.size(); ++vertex) {
      if (m_order[vertex] == 0) searchFrom(vertex);
    }
    return std::move(m_component);
  }

 private:
  struct Frame {
    std::uint32_t vertex;
    std::uint32_t next;  // in m_targets
  };

  void visit(std::uint32_t vertex) {
    m_order[vertex] = m_low[vertex] = ++m_counter;
    m_open.push_back(vertex);
    m_frames.push_back({vertex, m_first[vertex]});
  }

  void searchFrom(std::uint32_t root) {
    visit(root);
    while (!m_frames.empty()) {
      Frame& frame = m_frames.back();
      if (frame.next < m_first[frame.vertex + 1]) {
        const std::uint32_t target = m_targets[frame.next++];
        if (m_order[target] == 0) {
          visit(target);
        } else if (m_component[target] == RoadGraph::kNone) {
          m_low[frame.vertex] = std::min(m_low[frame.vertex], m_order[target]);
        }
        continue;
      }
      leave(frame.vertex);
    }
  }

  void leave(std::uint32_t vertex) {
    m_frames.pop_back();
    if (!m_frames.empty()) m_low[m_frames.back().vertex] = std::min(m_low[m_frames.back().vertex], m_low[vertex]);
    if (m_low[vertex] != m_order[vertex]) return;
    while (true) {
      const std::uint32_t member = m_open.back();
      m_open.pop_back();
      m_component[member] = m_components;
      if (member == vertex) break;
    }
    ++m_components;
  }

  std::span<const std::uint32_t> m_first;
  std::span<const std::uint32_t> m_targets;
  std::vector<std::uint32_t> m_order;  // 0: not yet seen
  std::vector<std::uint32_t> m_low;
  std::vector<std::uint32_t> m_component;
  std::vector<std::uint32_t> m_open;
  std::vector<Frame> m_frames;
  std::uint32_t m_counter = 0;
  std::uint32_t m_components = 0;
};
}  // namespace

std::vector<std::uint32_t> strongComponents(std::span<const std::uint32_t> first,
                                            std::span<const std::uint32_t> targets) {
  return ComponentSearch(first, targets).run();
}

}  // namespace carport::sim
