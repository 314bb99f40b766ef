extern "C" {
/// What jemalloc reads at the start of a program (jemalloc(3), TUNING). Two arenas are enough for the few threads that
/// allocate much, and hold less than one for each of four times as many cores; what is free goes back to the system
/// within a second. A MALLOC_CONF in the environment comes first.
extern const char* malloc_conf;
const char* malloc_conf = "narenas:2,dirty_decay_ms:1000";
}
