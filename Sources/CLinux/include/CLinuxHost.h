// Process handles and signals, for the host side.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A descriptor of a process, close-on-exec; -1 and errno where there is none.
int cl_pidfd_open(pid_t process);

/// Sends a signal through a process descriptor; -1 and errno (ESRCH once it was reaped).
int cl_pidfd_send_signal(int descriptor, int number);

/// Restricts the calling thread, and what it will start, to these CPUs; -1 and errno.
int cl_set_affinity(const int *cpus, size_t count);

/// The same for another thread, by its kernel id; 0 is the calling one.
int cl_set_thread_affinity(int thread, const int *cpus, size_t count);

/// Catches these signals in whatever thread they arrive; one that is ignored stays so. To be called once.
/// Returns a descriptor that gives a byte, the signal's number, for each; -1 and errno.
int cl_catch_signals(const int *numbers, int count);

/// An event that the kernel counts on one CPU whatever runs there: type and number as perf_event_open(2) has them.
/// Returns a descriptor that gives a count of 8 bytes; -1 and errno where there is no such event, or no permission.
int cl_perf_open(uint32_t type, uint64_t event, int cpu);

/// The process that listens on, or holds the other end of, a connected Unix socket; -1 and errno.
pid_t cl_peer_process(int descriptor);
