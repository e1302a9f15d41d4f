#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-tests.sh [quick|full] [PART...]: what people meet: nbctl, host names through
# libnss_netbios, and nbctl diagnose; or parts of it. In a guest that has netbios.ko
# loaded. TAP on stdout.
#
#   one 10.9.0.1    node with a helper, where everything is asked
#   two 10.9.0.2    another one
#   three 10.9.0.3  a host without AF_NETBIOS
#   four 10.9.0.4   a node without a helper
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

MODE=${1:-full}
case $MODE in
quick | full) ;;
*)
	echo "usage: run-tests.sh [quick|full] [nbctl|monitor|nss|diagnose]..." >&2
	exit 2
	;;
esac
PARTS=("${@:2}")
[ "${#PARTS[@]}" -gt 0 ] || PARTS=(nbctl monitor nss diagnose)

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
# shellcheck source=../names/lib.sh
. ../names/lib.sh
# shellcheck source=test-nbctl.sh
. ./test-nbctl.sh
# shellcheck source=test-monitor.sh
. ./test-monitor.sh
# shellcheck source=test-nss.sh
. ./test-nss.sh
# shellcheck source=test-diagnose.sh
. ./test-diagnose.sh

one_ctl()
{
	in_host one nbctl "$@"
}

trap everything_down EXIT
trap 'exit 130' INT TERM
[ "$(id -u)" = 0 ] || die "needs root, in a guest: selftests/qemu/run -- $0"
grep -qw '^netbios' /proc/modules || die "netbios.ko is not loaded"
hosts_up one=10.9.0.1 two=10.9.0.2 three=10.9.0.3 four=10.9.0.4
helper_up one <<< 'permanent-name = ONE
	session-service = yes
	negative-ttl = 600'
helper_up two <<< 'permanent-name = TWO
	session-service = yes'
program files two --listen --keep --echo 'FILES<20>'
program workers two --listen --group 'WORKERS<20>'
soon_held two 'FILES<20>' registered
soon_held two 'WORKERS<20>' registered
soon_held two 'TWO<00>' registered
for part in "${PARTS[@]}"; do
	"test_$part"
done
tap_end
