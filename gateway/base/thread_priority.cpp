#include "gateway/base/thread_priority.h"

#if defined(__linux__)
#include <sys/resource.h>
#elif defined(__APPLE__)
#include <pthread/qos.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace carport {

namespace {

#if defined(__linux__)
constexpr int kBehindAll = 19;
constexpr int kBehindSome = 5;
void setPriority(int nice) {
  // Linux keeps a nice value for each thread, and 0 means the calling one, whatever POSIX says (setpriority(2)).
  setpriority(PRIO_PROCESS, 0, nice);
}
#elif defined(__APPLE__)
constexpr qos_class_t kBehindAll = QOS_CLASS_UTILITY;
constexpr qos_class_t kBehindSome = QOS_CLASS_USER_INITIATED;
void setPriority(qos_class_t quality) {
  pthread_set_qos_class_self_np(quality, 0);
}
#elif defined(_WIN32)
constexpr int kBehindAll = THREAD_PRIORITY_LOWEST;
constexpr int kBehindSome = THREAD_PRIORITY_BELOW_NORMAL;
void setPriority(int priority) {
  SetThreadPriority(GetCurrentThread(), priority);
}
#else
constexpr int kBehindAll = 0;
constexpr int kBehindSome = 0;
void setPriority(int) {}
#endif

}  // namespace

void runInBackground() {
  setPriority(kBehindAll);
}

void giveWay() {
  setPriority(kBehindSome);
}

}  // namespace carport
