#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "CLinuxHost.h"

// What Glibc's Swift overlay hides: process, namespace and mount calls, as thin C functions.
// Unless said otherwise a function returns -1 and sets errno when it fails, and descriptors are closed on exec.

// MARK: Processes

/// A command to execute. Whatever is not named here is as the kernel or the caller has it.
struct cl_command {
    const char *const *programs;   ///< Paths tried in order until one executes, NULL-terminated.
    char *const *arguments;
    char *const *environment;
    const char *directory;
    mode_t umask;
    int input, output, error_output;   ///< Become 0, 1 and 2; each must be above 2.
    int control_group;   ///< A cgroup2 directory that it is born into, or -1.
};

/// A process that was forked.
struct cl_child {
    pid_t pid;
    int pidfd;   ///< -1 where the kernel or a filter does not allow one.
    int report;   ///< Reads a `struct cl_report`, or end of file when the command executes.
    uint64_t started;   ///< CLOCK_MONOTONIC_RAW just before the fork, in nanoseconds.
};

enum cl_step { CL_STEP_PREPARE = 1, CL_STEP_DIRECTORY = 2, CL_STEP_EXECUTE = 3 };

/// Why a forked process did not do what it should.
struct cl_report {
    int32_t step;   ///< One of `enum cl_step`.
    int32_t code;   ///< An errno.
};

/// How a process ended, and what it used together with its own reaped children.
struct cl_end {
    uint64_t ended;   ///< CLOCK_MONOTONIC_RAW when it was seen to have ended, in nanoseconds.
    int32_t status;   ///< Exit status, when `signal` is 0.
    int32_t signal;
    uint64_t user, system;   ///< Nanoseconds.
    uint64_t minor_faults, major_faults, voluntary_switches, involuntary_switches;
    uint64_t run_delay;   ///< Time its first thread was ready and waited for a CPU, in nanoseconds.
    bool has_run_delay;   ///< Whether the kernel told.
};

/// Starts a command in a session and process group of its own. It dies with the calling thread.
int cl_spawn(const struct cl_command *command, struct cl_child *child);
/// Empties a directory and syncs its file system in a process of its own, which ends as a command does.
/// A top-level `lost+found` is kept.
int cl_spawn_clearing(const char *directory, struct cl_child *child);
/// Reaps one child if it has ended. Returns 1 when it had, 0 when not.
int cl_reap(pid_t pid, struct cl_end *end);
/// A child that has ended and is not reaped yet, or 0; nothing is reaped.
pid_t cl_ended_child(void);
/// fork(2), which Swift hides. The caller must have one thread only.
pid_t cl_fork(void);
/// As root of a machine of one's own: lifts what processes may open, lock and be in number.
int cl_raise_limits(void);
/// The signal that this thread gets when the thread that forked it ends.
int cl_set_death_signal(int signal);
/// Adopts orphaned descendants.
int cl_set_subreaper(void);
/// Restores every signal's default action and blocks none.
void cl_reset_signals(void);
/// Blocks signals, to be read from the descriptor returned. Does not block in read.
int cl_signal_descriptor(const int *signals, int count);
/// The next signal of such a descriptor, or 0.
int cl_read_signal(int descriptor);
/// Whether this process may use a CPU. Numbers that no kernel has are not usable.
bool cl_may_use_cpu(int cpu);
/// Highest CPU number that ``cl_may_use_cpu`` knows, plus one.
int cl_cpu_count_limit(void);
/// Names the calling thread, for ps and for the kernel's own messages.
int cl_name_thread(const char *name);

// MARK: Namespaces and mounts

/// A private mount namespace: nothing mounted or unmounted here or outside is seen on the other side.
int cl_unshare_mounts(void);
/// A user namespace without users; who calls has every capability in it.
int cl_unshare_user(void);
int cl_unshare_network(void);
int cl_unshare_host_name(void);
/// Brings the loopback interface of this network namespace up.
int cl_raise_loopback(void);
/// Opens a path (O_PATH) that is resolved, symbolic links included, as if `root` were "/".
int cl_open_in_root(int root, const char *path);
/// Makes a mounted directory this process's root and detaches what was "/" before.
int cl_enter_root(const char *directory);

// MARK: The machine

/// CLOCK_MONOTONIC_RAW in nanoseconds.
uint64_t cl_raw_clock(void);
/// Median cost of one read of that clock in nanoseconds.
double cl_raw_clock_cost(void);
/// Whether io_uring_setup is permitted; -1 and errno otherwise.
int cl_probe_io_uring(void);
/// The twelve bytes by which a hypervisor names itself, as a C string; false when there is none to be seen.
bool cl_hypervisor_signature(char name[13]);
/// Stops the machine.
int cl_power_off(void);
/// A file in memory.
int cl_memory_file(const char *name);
/// eventfd(2) that does not block.
int cl_eventfd(void);
/// accept4(2) of a connection that does not block.
int cl_accept(int socket);
/// pipe2(2) whose read end, `ends[0]`, does not block.
int cl_pipe(int ends[2]);
