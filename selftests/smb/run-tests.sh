#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-tests.sh [quick|full [MEGABYTES]]: nbproxy with real peers, in a guest that
# has netbios.ko loaded. MEGABYTES is the size of the file that goes through it (8;
# quick: 1); one of 100 MB goes both ways once (not quick). TAP on stdout.
#
#   node 10.9.0.1, .11 ...  nbproxy, the only host with AF_NETBIOS but for "second"
#   modern 10.9.0.3         smbd on port 445 only
#   other 10.9.0.4          another one
#   old 10.9.0.5            smbd on port 139 only
#   second 10.9.0.6         AF_NETBIOS: knows its name, and *SMBSERVER
#   ksmbd 10.9.0.7          the kernel's own server, in the first namespace
#   peer 10.9.0.2           smbclient, cifs.ko, and peers that break the framing
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

MODE=${1:-full}
case $MODE in
quick) MEGABYTES=${2:-1} ;;
full) MEGABYTES=${2:-8} ;;
*)
	echo "usage: run-tests.sh [quick|full [MEGABYTES]]" >&2
	exit 2
	;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
# shellcheck source=../interop/lib.sh
. ../interop/lib.sh
# shellcheck source=../interop/tap.sh
. ../interop/tap.sh
# shellcheck source=../interop/samba.sh
. ../interop/samba.sh
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=test-bridge.sh
. ./test-bridge.sh
# shellcheck source=test-large.sh
. ./test-large.sh
# shellcheck source=test-methods.sh
. ./test-methods.sh
# shellcheck source=test-hostile.sh
. ./test-hostile.sh
# shellcheck source=test-ksmbd.sh
. ./test-ksmbd.sh

trap everything_down EXIT
trap 'exit 130' INT TERM
check_needs
set_up
test_bridge
if [ "$MODE" = full ]; then
	test_large
	test_ksmbd
fi
test_methods
test_hostile
tap_end
