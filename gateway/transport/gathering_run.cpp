#include "gateway/transport/gathering_run.h"

#include <thread>

namespace carport {

void runGathering(boost::asio::io_context& context) {
  Gathering gathering(std::chrono::steady_clock::now());
  while (context.run_one() > 0) {
    const auto handled = 1 + context.poll();
    if (gathering.isWorthPausing(handled, std::chrono::steady_clock::now())) {
      std::this_thread::sleep_for(Gathering::kLength);
    }
  }
}

}  // namespace carport
