#define _GNU_SOURCE
#include "CLinuxHost.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

// By number: the C library has wrappers for these only since 2.36.
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

int cl_pidfd_open(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

int cl_pidfd_send_signal(int descriptor, int number) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, number, NULL, 0);
}

int cl_set_thread_affinity(int thread, const int *cpus, size_t count) {
    int highest = 0;
    for (size_t i = 0; i < count; i++) {
        if (cpus[i] < 0) {
            errno = EINVAL;
            return -1;
        }
        if (cpus[i] > highest) highest = cpus[i];
    }
    if (highest > 65535) {
        errno = EINVAL;
        return -1;
    }
    cpu_set_t *set = CPU_ALLOC(highest + 1);
    if (set == NULL) return -1;
    size_t size = CPU_ALLOC_SIZE(highest + 1);
    CPU_ZERO_S(size, set);
    for (size_t i = 0; i < count; i++) CPU_SET_S(cpus[i], size, set);
    int result = sched_setaffinity(thread, size, set);
    int saved = errno;
    CPU_FREE(set);
    errno = saved;
    return result;
}

int cl_set_affinity(const int *cpus, size_t count) {
    return cl_set_thread_affinity(0, cpus, count);
}

bool cl_is_signal_ignored(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}
