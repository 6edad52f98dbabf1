#define _GNU_SOURCE
#include "CLinuxHost.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
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

static bool is_ignored(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static volatile sig_atomic_t signal_pipe = -1;

static void note_signal(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    // A full pipe means that nobody has read thousands of them.
    ssize_t written = write(signal_pipe, &byte, 1);
    (void)written;
    errno = saved;
}

int cl_catch_signals(const int *numbers, int count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    if (fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) return -1;
    signal_pipe = ends[1];
    for (int index = 0; index < count; index++) {
        struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        if (!is_ignored(numbers[index]) && sigaction(numbers[index], &action, NULL) != 0) return -1;
    }
    return ends[0];
}

int cl_perf_open(uint32_t type, uint64_t event, int cpu) {
    struct perf_event_attr attributes = {.type = type, .size = sizeof attributes, .config = event};
    return (int)syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

pid_t cl_peer_process(int descriptor) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return -1;
    return credentials.pid;
}
