#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

uint64_t cl_raw_clock(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

static int ascending(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

double cl_raw_clock_cost(void) {
    enum { batches = 51, reads = 200 };
    double costs[batches];
    for (int batch = 0; batch < batches; batch++) {
        uint64_t began = cl_raw_clock();
        for (int count = 1; count < reads; count++) cl_raw_clock();
        costs[batch] = (double)(cl_raw_clock() - began) / reads;
    }
    qsort(costs, batches, sizeof costs[0], ascending);
    return costs[batches / 2];
}

int cl_probe_io_uring(void) {
    struct io_uring_params parameters;
    memset(&parameters, 0, sizeof parameters);
    int descriptor = (int)syscall(SYS_io_uring_setup, 1, &parameters);
    if (descriptor < 0) return -1;
    close(descriptor);
    return 0;
}

bool cl_hypervisor_signature(char name[13]) {
#if defined(__x86_64__) || defined(__i386__)
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1U << 31))) return false;
    __cpuid(0x40000000, a, b, c, d);
    memcpy(name, &b, 4);
    memcpy(name + 4, &c, 4);
    memcpy(name + 8, &d, 4);
    name[12] = 0;
    return true;
#else
    (void)name;
    return false;
#endif
}

int cl_power_off(void) { return reboot(RB_POWER_OFF); }

int cl_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int cl_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cl_accept(int socket) { return accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int cl_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int code = errno;
    close(ends[0]);
    close(ends[1]);
    errno = code;
    return -1;
}
