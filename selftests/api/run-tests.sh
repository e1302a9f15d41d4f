#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-tests.sh [PROGRAM...] - the tests of libnetbios, as root, with netbios.ko
# loaded. Those of ../net are run in the same way: see there.
set -u
cd "$(dirname "$0")" || exit 1

PROGRAMS=(ncb_codes ncb_session ncb_dgram ncb_bad)
[ $# -gt 0 ] || set -- "${PROGRAMS[@]}"
OUT=$PWD/build exec ../net/run-tests.sh fast "$@"
