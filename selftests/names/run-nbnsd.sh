#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-nbnsd.sh [quick|full]: the name server and datagram distribution server, in
# a guest: with real peers, then with P, M and H nodes on two subnets. quick is
# what a slow kernel can do. TAP on stdout.
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
# shellcheck source=test-together.sh
. ./test-together.sh
# shellcheck source=test-distribution.sh
. ./test-distribution.sh

check_needs()
{
	local command

	[ "$(id -u)" = 0 ] || die "needs root, in a guest: selftests/qemu/run -- $0"
	grep -qw '^netbios' /proc/modules || die "netbios.ko is not loaded"
	for command in nbnsd netbiosd nbctl nbcat nmbd nmblookup smbtorture python3 tcpdump tshark; do
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
test_reload
test_clients
test_nmbd
test_kill
if [ "$MODE" = full ]; then
	test_many
	test_disk
	test_damaged
	test_torture
	test_port
	test_beside
fi
hosts_down
scenario_together
hosts_down
scenario_distribution
tap_end
