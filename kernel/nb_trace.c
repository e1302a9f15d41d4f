// SPDX-License-Identifier: GPL-2.0
#include "nb_upcall.h"

#define CREATE_TRACE_POINTS
#include "nb_trace.h"
