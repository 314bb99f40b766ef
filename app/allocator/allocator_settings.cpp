extern "C" {
/// What jemalloc reads at the start of a program (jemalloc(3), TUNING). Two arenas are enough for the few threads that
/// allocate much, and hold less than one for each of four times as many cores; what is free goes back to the system
/// within a second, by a thread of jemalloc's own: without it only threads that allocate give back, and what loading
/// the registry leaves behind (12 MB for 18,000 cars) would stay with whoever shares its arena and has nothing to do.
/// A MALLOC_CONF in the environment comes first.
extern const char* malloc_conf;
const char* malloc_conf = "narenas:2,dirty_decay_ms:1000,background_thread:true,max_background_threads:1";
}
