#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "CLinuxHost.h"

// What Glibc's Swift overlay hides: process, namespace and mount calls, as thin C functions.
// Unless said otherwise a function returns -1 and sets errno when it fails.

/// eventfd(2) with EFD_CLOEXEC and EFD_NONBLOCK.
int cl_eventfd(void);
/// accept4(2) with SOCK_CLOEXEC and SOCK_NONBLOCK.
int cl_accept(int socket);
/// Names the calling thread, for ps and for the kernel's own messages.
int cl_name_thread(const char *name);
