// Process handles and signal dispositions, for the host side.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/// A descriptor of a process, close-on-exec; -1 and errno where there is none.
int cl_pidfd_open(pid_t process);

/// Sends a signal through a process descriptor; -1 and errno (ESRCH once it was reaped).
int cl_pidfd_send_signal(int descriptor, int number);

/// Whether the disposition of a signal is to ignore it.
bool cl_is_signal_ignored(int number);
