#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-tests.sh [all|fast|sparse] [PROGRAM...] - the tests of libnetbios, as root, with
# netbios.ko loaded; all: with ThreadSanitizer, too; sparse: some, for slow kernels,
# since the library is not the kernel. Those of ../net are run in the same way: see
# there.
set -u
cd "$(dirname "$0")" || exit 1

PROGRAMS=(library winsock ncb_codes ncb_info ncb_table ncb_session ncb_threads ncb_dgram ncb_bad ../python.py)
export LD_LIBRARY_PATH=$PWD/../../userspace/build PYTHONPATH=$PWD/../../userspace/python
export PATH=$PWD/../../userspace/build:$PATH PYTHONDONTWRITEBYTECODE=1
case ${1-} in
sparse) PROGRAMS=(library winsock ncb_dgram ../python.py) && shift ;;
all) PROGRAMS+=(tsan/ncb_threads) && shift ;;
fast) shift ;;
esac
[ $# -gt 0 ] || set -- "${PROGRAMS[@]}"
OUT=$PWD/build exec ../net/run-tests.sh fast "$@"
