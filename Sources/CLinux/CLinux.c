#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/eventfd.h>
#include <sys/socket.h>

int cl_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cl_accept(int socket) { return accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }
