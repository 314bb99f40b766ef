#pragma once

namespace carport {

/// Lets the calling thread run behind all others of the process, for work that nobody waits for. It still gets its
/// share of a machine that is wholly busy, a small one. Where the system refuses, the thread goes on as it is.
/// It must hold no lock that others wait for.
void runInBackground();

}  // namespace carport
