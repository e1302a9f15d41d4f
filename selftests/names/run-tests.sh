#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-tests.sh [quick|full [SCENARIO...]]: names of AF_NETBIOS with netbiosd and
# with real peers, in a guest that has netbios.ko loaded. quick is what a slow
# kernel can do. TAP on stdout, captures in $NB_OUT/captures.
#
# A scenario waits more than it computes, so they run side by side, each with
# network namespaces of its own, whose names only it can see.
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
SCENARIOS=(helper wins beside asked hybrid attack browse)

case ${1:-full} in
quick | full) ;;
--one) ;;
*)
	echo "usage: run-tests.sh [quick|full [SCENARIO...]]" >&2
	exit 2
	;;
esac

check_needs()
{
	local command

	[ "$(id -u)" = 0 ] || die "needs root, in a guest: selftests/qemu/run -- $0"
	grep -qw '^netbios' /proc/modules || die "netbios.ko is not loaded"
	for command in netbiosd nbctl nbcat python3 nmbd nmblookup tcpdump; do
		command -v "$command" > /dev/null || die "no $command"
	done
}

# --one MODE SCENARIO
one()
{
	MODE=$1
	# shellcheck source=lib.sh
	. ./lib.sh
	# shellcheck source=peers.sh
	. ./peers.sh
	# shellcheck source=/dev/null
	. "./test-$2.sh"
	trap everything_down EXIT
	trap 'exit 130' INT TERM
	check_needs
	"scenario_$2"
	tap_end
}

# apart MODE SCENARIO: in a mount namespace of its own
apart()
{
	unshare --mount --propagation private bash -c '
		mkdir -p /run/netns && mount -t tmpfs netns /run/netns && exec "$@"
	' - ./run-tests.sh --one "$@"
}

if [ "${1-}" = --one ]; then
	one "$2" "$3"
	exit
fi

# look_at_captures: all of them at once, since tshark takes its time to start
look_at_captures()
{
	MODE=full
	# shellcheck source=lib.sh
	. ./lib.sh
	trap everything_down EXIT
	mergecap -F pcap -w "$WORK/all.pcap" "$NB_OUT"/captures/names-*.pcap
	point "tshark finds no bad name packet in the captures" \
		env NB_PROTOCOL=nbns ../interop/check-pcap.sh "$WORK/all.pcap"
	tap_end
}

# went_well LOG: its closing line is there, and tells of no failure
went_well()
{
	tail -n 1 "$1" | grep -qE '^[0-9]+ passed, 0 failed'
}

# again SCENARIO: Samba and the name service have time-outs of their own, which can
# run out on an emulated machine that others use as well. So what failed among the
# others has a second try, alone, and this is said.
again()
{
	grep -aE '^(not ok|# )' "$LOGS/$1" | sed 's/^/# first try: /'
	echo "# unsteady or failed: names $1; second try"
	apart "$MODE" "$1" > "$LOGS/$1" 2>&1
}

MODE=${1:-full}
[ "$MODE" = full ] || SCENARIOS=(helper hybrid)
[ $# -lt 2 ] || SCENARIOS=() LAST=()
for scenario in "${@:2}"; do
	case $scenario in
	unload) LAST+=("$scenario") ;;
	*) SCENARIOS+=("$scenario") ;;
	esac
done
LOGS=$(mktemp -d)
trap 'rm -rf "$LOGS"' EXIT
export NB_OUT=${NB_OUT:-$LOGS/out}
for scenario in "${SCENARIOS[@]}"; do
	apart "$MODE" "$scenario" > "$LOGS/$scenario" 2>&1 &
done
wait
for scenario in "${SCENARIOS[@]}"; do
	went_well "$LOGS/$scenario" || again "$scenario"
done
for scenario in "${LAST[@]}"; do
	SCENARIOS+=("$scenario")
	apart "$MODE" "$scenario" > "$LOGS/$scenario" 2>&1
done
if ls "$NB_OUT"/captures/names-*.pcap > /dev/null 2>&1; then
	SCENARIOS+=(captures)
	(look_at_captures) > "$LOGS/captures" 2>&1
fi
passed=0 failed=0 skipped=0
for scenario in "${SCENARIOS[@]}"; do
	echo "# --- $scenario"
	cat "$LOGS/$scenario"
	if [[ $(tail -n 1 "$LOGS/$scenario") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+) ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		skipped=$((skipped + BASH_REMATCH[3]))
	else
		echo "not ok - $scenario ended without a result"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
