// Process handles and signals, for the host side.
#pragma once

#include <sys/types.h>

/// A descriptor of a process, close-on-exec; -1 and errno where there is none.
int cl_pidfd_open(pid_t process);

/// Sends a signal through a process descriptor; -1 and errno (ESRCH once it was reaped).
int cl_pidfd_send_signal(int descriptor, int number);

/// Catches these signals in whatever thread they arrive; one that is ignored stays so. To be called once.
/// Returns a descriptor that gives a byte, the signal's number, for each; -1 and errno.
int cl_catch_signals(const int *numbers, int count);
