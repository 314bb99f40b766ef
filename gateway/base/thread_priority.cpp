#include "gateway/base/thread_priority.h"

#if defined(__linux__)
#include <sys/resource.h>
#elif defined(__APPLE__)
#include <pthread/qos.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace carport {

void runInBackground() {
#if defined(__linux__)
  // Linux keeps a nice value for each thread, and 0 means the calling one, whatever POSIX says (setpriority(2)).
  constexpr int kNicest = 19;
  setpriority(PRIO_PROCESS, 0, kNicest);
#elif defined(__APPLE__)
  pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
#elif defined(_WIN32)
  SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_LOWEST);
#endif
}

void runBehindTheWindow() {
#if defined(__linux__)
  constexpr int kSomewhatNicer = 5;
  setpriority(PRIO_PROCESS, 0, kSomewhatNicer);
#elif defined(__APPLE__)
  pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0);
#elif defined(_WIN32)
  SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
#endif
}

}  // namespace carport
