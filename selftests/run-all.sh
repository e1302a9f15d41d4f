#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-all.sh [SUITE...] - every test, or the named suites. A suite is a command
# whose last line is "N passed, N failed[, N skipped]"; its exit status counts
# too. The last line here is the sum.
set -u
cd "$(dirname "$0")/.." || exit 1

# The debug kernel finds what the others hide, and is five times slower: it
# gets the contract, the bad input and one pass with real peers. What is long
# runs once, on a stock kernel.
suite_command() {
	case $1 in
	unit)		echo "make -s -C selftests/unit check" ;;
	tools)		echo "make -s -C userspace check" ;;
	harness)	echo "selftests/qemu/selftest" ;;
	conformance)	echo "selftests/conformance.sh" ;;
	stock-6.12)	echo "guest 1500 stock-6.12 all full" ;;
	stock-6.1)	echo "guest 1200 stock-6.1 fast full" ;;
	debug)		echo "guest 2400 debug fast quick" ;;
	*)		echo "run-all: no suite $1" >&2; exit 2 ;;
	esac
}
suites=("$@")
[ $# -gt 0 ] || suites=(unit tools conformance stock-6.12 stock-6.1 debug harness)

# guest SECONDS KERNEL NET-TIER INTEROP-TIER
guest() {
	# TCP may hold a namespace for a while after its last session.
	NB_PATIENCE=60 selftests/qemu/run -k "$2" -t "$1" -m 4G -- \
		selftests/guest.sh "$2" "$3" "$4"
}

passed=0 failed=0 skipped=0

# Add up the closing lines of a suite; one without any has failed.
count() {
	local log=$1 status=$2 name=$3 line p f s
	line=$(grep -aE '^([a-z0-9.-]+: )?[0-9]+ passed, [0-9]+ failed' "$log" |
	       tail -n 1)
	if ! [[ $line =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
		echo "not ok - $name ended without a result (status $status)"
		failed=$((failed + 1))
		return
	fi
	p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]} s=${BASH_REMATCH[4]:-0}
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then
		echo "not ok - $name: exit status $status although no test failed"
		failed=$((failed + 1))
	fi
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
make -s tools || exit 1
make -s -C selftests/net || exit 1
make -s -C selftests/interop || exit 1
for suite in "${suites[@]}"; do
	command=$(suite_command "$suite") || exit 2
	echo "# === $suite: $command"
	start=$SECONDS
	$command 2>&1 | tee "$log"
	count "$log" "${PIPESTATUS[0]}" "$suite"
	echo "# === $suite took $((SECONDS - start)) s"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
