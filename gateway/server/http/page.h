#pragma once

#include "gateway/server/http/call.h"
#include "gateway/server/http/reply.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Names of the parameters that every list has, for the routes' tables: `query("/cars", listCars, "q limit cursor")`.
inline constexpr std::string_view kLimitParameter = "limit";
inline constexpr std::string_view kCursorParameter = "cursor";

/// How many entries a page of some list has.
struct PageSize {
  std::size_t otherwise = 1'000;  ///< where the call does not say
  std::size_t most = 10'000;
};

/// Which page of a list is asked for.
struct PageWish {
  std::size_t limit = 0;
  /// The sort key of the last entry of the page before, as replyPage() was given it: one or more numbers or texts that
  /// say where the list goes on. None: the first page.
  std::optional<std::vector<std::string>> after;

  /// A part of `after` that is a whole number; none where it is not.
  std::optional<std::int64_t> number(std::size_t part) const;
};

/// Most parts that a list's sort key has.
inline constexpr std::size_t kMaxCursorParts = 4;

/// Reads `limit` and `cursor`. 400 where the cursor is none of this list, or does not have `parts` parts.
Asked<PageWish> readPage(const Call& call, std::size_t parts, PageSize size = {});

/// 200 with `{"<field>": items}`. Where the list goes on behind `last`, the sort key of the last entry, also `"next"`,
/// the address of the next page with the same filters, and the same as `Link: <…>; rel="next"`.
/// `beside`: an object with what is told beside the list.
Reply replyPage(const Call& call, std::string_view field, nlohmann::json items,
                const std::optional<std::vector<std::string>>& last,
                nlohmann::json beside = nlohmann::json::object());

/// A page as it fills up: add() each entry behind the place where the page begins, in the list's order.
class PageBuilder {
 public:
  explicit PageBuilder(std::size_t limit) : m_limit(limit) {}

  /// `key` is the entry's sort key. False, and nothing is added, where the page is full: the list goes on.
  bool add(std::vector<std::string> key, nlohmann::json item);
  /// As replyPage().
  Reply reply(const Call& call, std::string_view field);

 private:
  const std::size_t m_limit;
  nlohmann::json m_items = nlohmann::json::array();
  std::vector<std::string> m_last;
  bool m_goesOn = false;
};

}  // namespace carport
