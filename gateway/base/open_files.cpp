#include "gateway/base/open_files.h"

#include <cstdint>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/resource.h>

#include <algorithm>
#include <climits>
#endif

namespace carport {

#if defined(__unix__) || defined(__APPLE__)

std::size_t raiseOpenFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return SIZE_MAX;
  rlim_t wanted = limit.rlim_max;
#ifdef __APPLE__
  wanted = std::min<rlim_t>(wanted, OPEN_MAX);  // more is refused, whatever the hard limit says
#endif
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < wanted) {
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return SIZE_MAX;
  }
  return limit.rlim_cur == RLIM_INFINITY ? SIZE_MAX : static_cast<std::size_t>(limit.rlim_cur);
}

#else

std::size_t raiseOpenFileLimit() {
  return SIZE_MAX;  // Windows counts sockets as handles, of which a process may have millions
}

#endif

}  // namespace carport
