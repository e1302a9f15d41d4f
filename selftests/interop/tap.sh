# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: results in the Test Anything Protocol.

POINTS=0 PASSED=0 FAILED=0 SKIPPED=0

# point DESCRIPTION COMMAND...: passed if COMMAND succeeds; else shows its output
point()
{
	local description=$1

	shift
	POINTS=$((POINTS + 1))
	if "$@" > "$WORK/point" 2>&1; then
		PASSED=$((PASSED + 1))
		echo "ok $POINTS - $description"
	else
		FAILED=$((FAILED + 1))
		echo "not ok $POINTS - $description"
		echo "# failed: $*"
		tail -n 20 "$WORK/point" | sed 's/^/# /'
	fi
}

# skip DESCRIPTION REASON
skip()
{
	POINTS=$((POINTS + 1))
	SKIPPED=$((SKIPPED + 1))
	echo "ok $POINTS - $1 # SKIP $2"
}

# says TEXT COMMAND...: the output of COMMAND has TEXT
says()
{
	local text=$1

	shift
	"$@" > "$WORK/said" 2>&1
	cat "$WORK/said"
	has "$WORK/said" "$text"
}

# fails COMMAND...: with an error of its own, not because it took too long
fails()
{
	local status=0

	"$@" || status=$?
	[ "$status" != 0 ] && [ "$status" -lt 124 ]
}

# is NUMBER TEST NUMBER: test, but shows the numbers
is()
{
	echo "is $1 $2 $3?"
	test "$1" "$2" "$3"
}

# wire_point DESCRIPTION FILTER TEST NUMBER: how many packets there were
wire_point()
{
	[ "$MODE" = full ] || return 0
	point "$1" is "$(wire_count "$2")" "$3" "$4"
}

tap_end()
{
	echo "1..$POINTS"
	echo "# $SECONDS s"
	echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
	[ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
}
