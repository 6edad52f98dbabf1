#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

static const rlim_t soft_open_files = 1024;
static const rlim_t soft_stack = 8 << 20;

static void report_and_exit(int report, int step, int code) {
    struct cl_report message = {.step = step, .code = code};
    while (write(report, &message, sizeof message) < 0 && errno == EINTR) {
    }
    _exit(127);
}

// The same in every instance, whatever the engine or the init process gave.
static void set_soft_limit(__rlimit_resource_t resource, rlim_t wanted) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || wanted < limit.rlim_max ? wanted : limit.rlim_max;
    setrlimit(resource, &limit);
}

static void close_others_on_exec(void) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */) == 0) return;
#endif
    for (int descriptor = 3; descriptor < 4096; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

static _Noreturn void execute(const struct cl_command *command, int report) {
    if (dup2(command->input, 0) < 0 || dup2(command->output, 1) < 0 || dup2(command->error_output, 2) < 0)
        report_and_exit(report, CL_STEP_PREPARE, errno);
    close_others_on_exec();
    set_soft_limit(RLIMIT_NOFILE, soft_open_files);
    set_soft_limit(RLIMIT_STACK, soft_stack);
    set_soft_limit(RLIMIT_CORE, 0);
    umask(command->umask);
    if (chdir(command->directory) != 0) report_and_exit(report, CL_STEP_DIRECTORY, errno);
    signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int code = ENOENT;
    for (const char *const *program = command->programs; *program; program++) {
        execve(*program, command->arguments, command->environment);
        // As execvp: a file that may not be executed is the better explanation than one that does not exist.
        if (errno != ENOENT && errno != ENOTDIR) code = errno;
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
    }
    report_and_exit(report, CL_STEP_EXECUTE, code);
    __builtin_unreachable();
}

static pid_t fork_into(int control_group) {
    if (control_group < 0) return fork();
    // Born into its group: moving it there later costs milliseconds of the time measured.
    struct clone_args arguments = {
        .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)control_group};
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

static int start(const struct cl_command *command, const char *clearing, struct cl_child *child);

int cl_spawn(const struct cl_command *command, struct cl_child *child) { return start(command, NULL, child); }

int cl_spawn_clearing(const char *directory, struct cl_child *child) { return start(NULL, directory, child); }

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status;
    if (type == FTW_DNR || type == FTW_NS) return errno ? errno : EACCES;
    if (place->level == 0) return 0;
    if (place->level == 1 && type == FTW_DP && strcmp(path + place->base, "lost+found") == 0) return 0;
    int result = type == FTW_DP ? rmdir(path) : unlink(path);
    // A mount point cannot go, and that is an error to report.
    return result == 0 || errno == ENOENT ? 0 : errno;
}

static _Noreturn void clear(const char *directory, int report) {
    int code = nftw(directory, remove_entry, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    if (code != 0) report_and_exit(report, CL_STEP_EXECUTE, code < 0 ? errno : code);
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 || syncfs(descriptor) != 0) report_and_exit(report, CL_STEP_EXECUTE, errno);
    _exit(0);
}

static int start(const struct cl_command *command, const char *clearing, struct cl_child *child) {
    int report[2];
    if (cl_pipe(report) != 0) return -1;
    pid_t parent = getpid();
    int control_group = command ? command->control_group : -1;
    child->started = cl_raw_clock();
    pid_t pid = fork_into(control_group);
    if (pid == 0) {
        setsid();
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        if (command) execute(command, report[1]);
        clear(clearing, report[1]);
    }
    int code = errno;
    close(report[1]);
    if (pid < 0) {
        close(report[0]);
        errno = code;
        return -1;
    }
    child->pid = pid;
    child->report = report[0];
    child->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    return 0;
}

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_usec * 1000U;
}

// How long a process was ready and waited for a CPU: the second number, kept until it is reaped.
static bool read_run_delay(pid_t pid, uint64_t *delay) {
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return false;
    text[count] = 0;
    unsigned long long used, waited;
    if (sscanf(text, "%llu %llu", &used, &waited) != 2) return false;
    *delay = waited;
    return true;
}

int cl_reap(pid_t pid, struct cl_end *end) {
    siginfo_t information = {0};
    int result;
    do result = waitid(P_PID, (id_t)pid, &information, WEXITED | WNOHANG | WNOWAIT);
    while (result < 0 && errno == EINTR);
    if (result != 0 || information.si_pid == 0) return result;
    // It has ended. What follows is not its time any more.
    end->ended = cl_raw_clock();
    end->has_run_delay = read_run_delay(pid, &end->run_delay);
    int status;
    struct rusage usage;
    pid_t reaped;
    do reaped = wait4(pid, &status, WNOHANG, &usage);
    while (reaped < 0 && errno == EINTR);
    if (reaped <= 0) return reaped;
    end->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->user = nanoseconds(usage.ru_utime);
    end->system = nanoseconds(usage.ru_stime);
    end->minor_faults = (uint64_t)usage.ru_minflt;
    end->major_faults = (uint64_t)usage.ru_majflt;
    end->voluntary_switches = (uint64_t)usage.ru_nvcsw;
    end->involuntary_switches = (uint64_t)usage.ru_nivcsw;
    return 1;
}

pid_t cl_ended_child(void) {
    siginfo_t information = {0};
    if (waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) != 0) return 0;
    return information.si_pid;
}

pid_t cl_fork(void) { return fork(); }

int cl_raise_limits(void) {
    const struct rlimit files = {1 << 20, 1 << 20}, unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_NOFILE, &files) != 0) return -1;
    return setrlimit(RLIMIT_MEMLOCK, &unlimited) != 0 || setrlimit(RLIMIT_NPROC, &unlimited) != 0 ? -1 : 0;
}

int cl_set_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }

int cl_set_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1); }

void cl_reset_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int cl_signal_descriptor(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < count; index++) sigaddset(&set, signals[index]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cl_read_signal(int descriptor) {
    struct signalfd_siginfo information;
    return read(descriptor, &information, sizeof information) == sizeof information ? (int)information.ssi_signo : 0;
}

bool cl_may_use_cpu(int cpu) {
    cpu_set_t set;
    return cpu >= 0 && cpu < CPU_SETSIZE && sched_getaffinity(0, sizeof set, &set) == 0 && CPU_ISSET((size_t)cpu, &set);
}

int cl_cpu_count_limit(void) { return CPU_SETSIZE; }

int cl_name_thread(const char *name) { return prctl(PR_SET_NAME, name); }
