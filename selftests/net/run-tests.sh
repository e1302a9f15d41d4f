#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs the test programs of this directory, as root, with netbios.ko loaded.
# See usage().
set -u
cd "$(dirname "$0")" || exit 1

usage()
{
	cat << 'USAGE'
usage: run-tests.sh [fast|sparse|long|all] [PROGRAM...]
  fast   every program (default)
  sparse the same, but a part of those that take minutes with sanitizers
  long   only nb_netns and nb_stress, with 100 reloads and 10,000 sessions
  all    every program, with the long forms
Shows the TAP of each program, then what failed and was skipped, and at last
"N passed, N failed, N skipped". A program that crashes, ends without all the
results of its plan, or has an empty plan counts as a failure. A test that
fails is run once more, alone: if it passes then, it counts as passed and is
shown as unsteady. What the kernel complains about fails the guest all the same.
NB_TEST_ARGS is passed to the programs, for instance "-t test".
USAGE
}

FAST=(nb_socket nb_sockopt nb_message nb_stream nb_flags nb_poll nb_close
	nb_halfclose nb_window nb_fault
	nb_server nb_owner nb_badreq nb_caller nb_retarget nb_frame nb_names nb_bind
	nb_cache nb_request nb_status nb_helper nb_adapter nb_alert nb_resolve nb_suspect
	nb_dgram nb_dgram_recv nb_dgram_wire nb_dgram_frag nb_dgram_bad
	nb_dgram_flood nb_dgram_share
	nb_dgram_fault nb_nbdd nb_beside nb_netns nb_idle nb_stress)
LONG=(nb_netns nb_stress)
# sparse: the variants that differ most, and no 30,000 segments
declare -A SPARSE=([nb_window]="-f one -T octet_by_octet -v lo_one_cpu -v veth" [nb_fault]="-V largest"
	[nb_dgram_fault]="-V remote" [nb_dgram_flood]="-T beginnings_of_one_sender -T beginnings_of_many_senders")
OUT=${OUT:-build}
PASSED=0 FAILED=0 SKIPPED=0
FAILURES=() SKIPS=() UNSTEADY=()

fail()
{
	FAILED=$((FAILED + 1))
	FAILURES+=("$1")
}

# second_look PROGRAM TEST: on an emulated machine that others use as well, a
# test can run out of time
second_look()
{
	local log

	log=$(mktemp) || exit 1
	echo "# $1: $2 once more"
	"$OUT/$1" -r "$2" 2>&1 | tee "$log"
	if [ "${PIPESTATUS[0]}" = 0 ] && grep -q '^ok 1 ' "$log"; then
		PASSED=$((PASSED + 1))
		UNSTEADY+=("$1: $2")
	else
		fail "$1: $2"
	fi
	rm -f "$log"
}

# judge PROGRAM STATUS: reads its TAP on standard input
judge()
{
	local program=$1 status=$2 line plan=-1 results=0 failed=() name

	while IFS= read -r line; do
		case $line in
		"1.."*)
			plan=${line#1..}
			plan=${plan%% *}
			;;
		"ok "*"# SKIP"*)
			SKIPPED=$((SKIPPED + 1))
			SKIPS+=("$program: ${line#ok * }")
			results=$((results + 1))
			;;
		"ok "*)
			PASSED=$((PASSED + 1))
			results=$((results + 1))
			;;
		"not ok "*)
			failed+=("${line#not ok * }")
			results=$((results + 1))
			;;
		esac
	done
	if [ "$plan" -le 0 ]; then
		fail "$program: no tests in its plan"
	elif [ "$results" -ne "$plan" ]; then
		fail "$program: $results results of $plan (status $status)"
	elif [ "$status" -ne 0 ] && [ "${#failed[@]}" -eq 0 ]; then
		fail "$program: status $status without a failed test"
	fi
	for name in "${failed[@]}"; do
		second_look "$program" "$name"
	done
}

run()
{
	local program=$1 arguments=${NB_TEST_ARGS-} log status start

	log=$(mktemp) || exit 1
	start=$SECONDS
	echo "# $program"
	[ "$MODE" != sparse ] || arguments+=" ${SPARSE[$program]-}"
	# shellcheck disable=SC2086 # several arguments
	"$OUT/$program" $arguments 2>&1 | tee "$log"
	status=${PIPESTATUS[0]}
	echo "# $program: status $status, $((SECONDS - start)) s"
	judge "$program" "$status" < "$log"
	rm -f "$log"
}

MODE=${1:-fast}
shift || true
case $MODE in
fast | sparse) PROGRAMS=("${FAST[@]}") ;;
long) PROGRAMS=("${LONG[@]}") ;;
all) PROGRAMS=("${FAST[@]}") ;;
-h | --help) usage && exit 0 ;;
*) usage >&2 && exit 2 ;;
esac
if [ "$MODE" = fast ] || [ "$MODE" = sparse ]; then
	unset NB_LONG
else
	export NB_LONG=1
fi
[ $# -eq 0 ] || PROGRAMS=("$@")

for program in "${PROGRAMS[@]}"; do
	run "$program"
done
[ "${#UNSTEADY[@]}" -eq 0 ] || printf '# unsteady: %s\n' "${UNSTEADY[@]}"
[ "${#FAILURES[@]}" -eq 0 ] || printf '# failed: %s\n' "${FAILURES[@]}"
[ "${#SKIPS[@]}" -eq 0 ] || printf '# skipped: %s\n' "${SKIPS[@]}"
echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
[ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
