#pragma once

#include "ui/models/palette_index.h"
#include "ui/models/palette_item.h"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace carport::ui {

/// One group of things that the palette finds. Owner: whoever puts the palette together. GUI thread.
class PaletteSource {
 public:
  virtual ~PaletteSource() = default;

  /// The heading above its things.
  virtual QString title() const = 0;
  /// The palette opens: what is costly to prepare is made ready, and put away again by release().
  virtual void prepare() {}
  virtual void release() {}
  /// The best, best first, at most `limit`. With an empty query: what is worth offering unasked.
  virtual std::vector<PaletteItem> find(const PaletteQuery& query, std::size_t limit) = 0;
  /// What was remembered by this key; none where it is another source's, or is gone.
  virtual std::optional<PaletteItem> recall(const QString& key) = 0;
};

/// A group whose things are few and told anew whenever the palette opens: actions, pages, metrics, rules.
class PaletteList : public PaletteSource {
 public:
  /// Things beyond these are left out.
  static constexpr std::size_t kMaxItems = 20'000;

  /// `usual` of them, the first, are offered without a query.
  PaletteList(QString title, std::function<std::vector<PaletteItem>()> fill, std::size_t usual = 0)
      : m_title(std::move(title)), m_fill(std::move(fill)), m_usual(usual) {}

  QString title() const override { return m_title; }
  void prepare() override;
  void release() override;
  std::vector<PaletteItem> find(const PaletteQuery& query, std::size_t limit) override;
  std::optional<PaletteItem> recall(const QString& key) override;

 private:
  QString m_title;
  std::function<std::vector<PaletteItem>()> m_fill;
  std::size_t m_usual;
  std::vector<PaletteItem> m_items;
  PaletteIndex m_index;
};

}  // namespace carport::ui
