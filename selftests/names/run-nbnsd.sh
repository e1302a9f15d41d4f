#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-nbnsd.sh [quick|full]: the name server and datagram distribution server, in
# a guest. quick is what a slow kernel can do. TAP on stdout.
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

MODE=${1:-full}
case $MODE in
quick | full) ;;
*)
	echo "usage: run-nbnsd.sh [quick|full]" >&2
	exit 2
	;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=peers.sh
. ./peers.sh
# shellcheck source=test-nbnsd.sh
. ./test-nbnsd.sh

check_needs()
{
	local command

	[ "$(id -u)" = 0 ] || die "needs root, in a guest: selftests/qemu/run -- $0"
	for command in nbnsd nmbd nmblookup smbtorture python3; do
		command -v "$command" > /dev/null || die "no $command"
	done
}

trap everything_down EXIT
trap 'exit 130' INT TERM
check_needs
hosts_up wins=$WINS pc=10.9.2.2,10.9.2.3 samba=$SAMBA_WINS
chmod 755 "$WORK"
STATE=$WORK/state
install -d -o nobody "$STATE"
wins_start < /dev/null
test_rights
test_clients
test_nmbd
test_kill
if [ "$MODE" = full ]; then
	test_disk
	test_damaged
	test_torture
	test_port
fi
tap_end
