// What Glibc's Swift overlay hides: process, namespace and mount calls, as thin C functions.
#pragma once

#include "CLinuxHost.h"
