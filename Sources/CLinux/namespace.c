#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int cl_unshare_mounts(void) {
    if (unshare(CLONE_NEWNS) != 0) return -1;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

int cl_unshare_user(void) { return unshare(CLONE_NEWUSER); }

int cl_unshare_network(void) { return unshare(CLONE_NEWNET); }

int cl_unshare_host_name(void) { return unshare(CLONE_NEWUTS); }

int cl_raise_loopback(void) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, "lo");
    int result = ioctl(descriptor, SIOCGIFFLAGS, &request);
    if (result == 0) {
        request.ifr_flags |= IFF_UP;
        result = ioctl(descriptor, SIOCSIFFLAGS, &request);
    }
    int code = errno;
    close(descriptor);
    errno = code;
    return result;
}

int cl_open_in_root(int root, const char *path) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

int cl_enter_root(const char *directory) {
    if (chdir(directory) != 0) return -1;
    if (syscall(SYS_pivot_root, ".", ".") == 0) {
        // The old root now lies on top of the new one, at the same place.
        if (umount2(".", MNT_DETACH) != 0) return -1;
    } else if (errno == EINVAL) {
        // The initial ramfs cannot be pivoted away from.
        if (mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0) return -1;
    } else {
        return -1;
    }
    return chdir("/");
}
