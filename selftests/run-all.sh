#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-all.sh [SUITE...] - every test, or the named suites. A suite is a command
# whose last line is "N passed, N failed[, N skipped]"; its exit status counts
# too. NB_LANES of them (2) run at a time, for guests wait more than they compute;
# what one of several prints is shown when it ends. The last line here is the sum.
set -u
self=$(realpath "$0")
cd "$(dirname "$self")/.." || exit 1

# The debug kernel finds what the others hide, and is five times slower: it
# gets the contract, the bad input and one pass with real peers. What is long, or
# asks more of the helper than of the kernel, runs once, on a stock kernel.
suite_command() {
	case $1 in
	unit)		echo "make -s -C selftests/unit check" ;;
	tools)		echo "make -s -C userspace check" ;;
	fuzz)		echo "make -s -C userspace fuzz" ;;
	install)	echo "selftests/install/run-tests.sh" ;;
	harness)	echo "selftests/qemu/selftest" ;;
	conformance)	echo "selftests/conformance.sh" ;;
	stock-6.12)	echo "guest 3000 stock-6.12 all full full" ;;
	stock-6.1)	echo "guest 2700 stock-6.1 fast quick full" ;;
	debug)		echo "guest 3300 debug sparse quick quick" ;;
	*)		echo "run-all: no suite $1" >&2; exit 2 ;;
	esac
}

# guest SECONDS KERNEL NET-TIER NAMES-TIER INTEROP-TIER
guest() {
	# TCP may hold a namespace for a while after its last session.
	NB_PATIENCE=60 selftests/qemu/run -k "$2" -t "$1" -m 4G -- \
		selftests/guest.sh "${@:2}"
}

# one SUITE: runs it; "$NB_SUITE_LOGS/SUITE.{log,status}" tell how it went.
one() {
	local log=$NB_SUITE_LOGS/$1.log start=$SECONDS command

	command=$(suite_command "$1")
	echo "# === $1: $command"
	if [ "$NB_LANES" = 1 ]; then
		$command 2>&1 | tee "$log"
		echo "${PIPESTATUS[0]}" > "$NB_SUITE_LOGS/$1.status"
	else
		$command > "$log" 2>&1
		echo $? > "$NB_SUITE_LOGS/$1.status"
		flock "$NB_SUITE_LOGS" cat "$log"
	fi
	echo "# === $1 took $((SECONDS - start)) s"
}
[ "${1-}" != --one ] || { one "$2"; exit 0; }

passed=0 failed=0 skipped=0 failures=

# fails SUITE TEXT: kept for the end, where it is looked for
fails() {
	failures+="# $1:"$'\n'"$2"$'\n'
}

# Add up the closing line of a suite; one without any has failed.
count() {
	local name=$1 log=$NB_SUITE_LOGS/$1.log status line p f s
	local closing='^([a-z0-9.-]+: )?[0-9]+ passed, [0-9]+ failed'

	status=$(cat "$NB_SUITE_LOGS/$name.status" 2> /dev/null || echo none)
	line=$(grep -aE "$closing" "$log" | tail -n 1)
	if ! [[ $line =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
		fails "$name" "not ok - ended without a result (status $status)
$(tail -n 40 "$log")"
		failed=$((failed + 1))
		return
	fi
	p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]} s=${BASH_REMATCH[4]:-0}
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	echo "# $name: $p passed, $f failed, $s skipped"
	grep -a '^# unsteady' "$log"
	sed -n 's/^ok .*# SKIP //p' "$log" | sort | uniq -c |
		sed 's/^ *\([0-9]*\) /#   skipped \1: /'
	if [ "$f" != 0 ]; then
		# kselftests say before it what they expected
		fails "$name" "$(grep -aE -B 3 -A 2 '^not ok|^# failed:' "$log" |
			grep -avE '^(ok|--|#  RUN)')"
	elif [ "$status" != 0 ]; then
		# what selftests/qemu/run says after the last test
		fails "$name" "not ok - exit status $status although no test failed
$(tac "$log" | sed -E "/$closing/q" | tac | tail -n +2 | head -n 100)"
		failed=$((failed + 1))
	fi
}

# The longest first, so that the lanes end together.
suites=("$@")
[ $# -gt 0 ] || suites=(debug stock-6.12 stock-6.1 install harness unit tools fuzz conformance)
for suite in "${suites[@]}"; do
	command=$(suite_command "$suite") || exit 2
done
NB_SUITE_LOGS=$(mktemp -d)
NB_LANES=${NB_LANES:-2}
[ "${#suites[@]}" -gt 1 ] || NB_LANES=1
export NB_SUITE_LOGS NB_LANES
trap 'rm -rf "$NB_SUITE_LOGS"' EXIT
make -s tools || exit 1
make -s -C selftests/net || exit 1
make -s -C selftests/api || exit 1
make -s -C selftests/interop || exit 1
printf '%s\n' "${suites[@]}" | xargs -n 1 -P "$NB_LANES" "$self" --one
for suite in "${suites[@]}"; do
	count "$suite"
done
printf %s "$failures"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
