#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-tests.sh [quick|full]: names of AF_NETBIOS with netbiosd, in a guest that
# has netbios.ko loaded. quick is what a slow kernel can do. TAP on stdout,
# captures in $NB_OUT/captures.
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

MODE=${1:-full}
case $MODE in
quick | full) ;;
*)
	echo "usage: run-tests.sh [quick|full]" >&2
	exit 2
	;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=test-helper.sh
. ./test-helper.sh

check_needs()
{
	local command

	[ "$(id -u)" = 0 ] || die "needs root, in a guest: selftests/qemu/run -- $0"
	grep -qw '^netbios' /proc/modules || die "netbios.ko is not loaded"
	for command in netbiosd nbctl nbcat python3 tcpdump; do
		command -v "$command" > /dev/null || die "no $command"
	done
}

trap everything_down EXIT
trap 'exit 130' INT TERM
check_needs
hosts_up one=10.9.1.1 two=10.9.1.2
nodes_up
test_claims
test_death
test_release
if [ "$MODE" = full ]; then
	test_reload
	test_lmhosts
	test_address
	test_multicast
	test_port
	test_privileges
	test_notify
fi
tap_end
