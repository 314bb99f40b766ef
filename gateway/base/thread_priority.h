#pragma once

namespace carport {

/// Lets the calling thread run behind all others of the process, for work that nobody waits for. It still gets its
/// share of a machine that is wholly busy, a small one. Where the system refuses, the thread goes on as it is.
/// It must hold no lock that others wait for.
void runInBackground();

/// Lets the calling thread give way to others of the process, and still have most of its share of a machine that is
/// wholly busy: for work that is waited for, but not at once. Where the system refuses, the thread goes on as it is.
void giveWay();

}  // namespace carport
