#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# guest.sh KERNEL NET-TIER NAMES-TIER INTEROP-TIER - the tests of one boot; run
# by run-all.sh through qemu/run. The last line is the sum of its parts.
set -u
cd "$(dirname "$0")" || exit 1
[ "${NB_GUEST:-}" ] || { echo "guest.sh: only in the test guest" >&2; exit 2; }

passed=0 failed=0 skipped=0

add() {
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# part NAME COMMAND... - its closing line counts, and its status.
part() {
	local name=$1 status line start=$SECONDS
	shift
	echo "# --- $name"
	"$@" 2>&1 | tee /tmp/part.log
	status=${PIPESTATUS[0]}
	echo "# --- $name took $((SECONDS - start)) s, $SECONDS s since the start"
	line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' /tmp/part.log | tail -n 1)
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
		add "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]:-0}"
		[ "$status" = 0 ] || [ "${BASH_REMATCH[2]}" != 0 ] || {
			echo "not ok - $name: exit status $status"
			add 0 1 0
		}
	else
		echo "not ok - $name ended without a result (status $status)"
		add 0 1 0
	fi
}

# KUnit says what it found in the kernel log only: insmod never fails.
kunit() {
	local ok bad
	if ! [ -e "$NB_MODULE_DIR/netbios_kunit.ko" ]; then
		echo "ok - kunit # SKIP this kernel has no KUnit"
		echo "0 passed, 0 failed, 1 skipped"
		return
	fi
	dmesg -C
	insmod "$NB_MODULE_DIR/netbios_kunit.ko" || return 1
	rmmod netbios_kunit
	dmesg | sed 's/^\[[^]]*\] //' > /tmp/kunit.log
	cat /tmp/kunit.log
	ok=$(grep -cE '^ +ok [0-9]+ ' /tmp/kunit.log)
	bad=$(grep -cE '^ *not ok [0-9]+ ' /tmp/kunit.log)
	[ "$ok" -gt 0 ] || bad=$((bad + 1))
	echo "$ok passed, $bad failed, 0 skipped"
	[ "$bad" = 0 ]
}

# twice COMMAND...: Samba has time-outs of its own, which can run out on an
# emulated machine that others use as well: once more, then, and this is said.
# names/run-tests.sh does so by itself, for a part of it.
twice() {
	"$@" && return
	echo "# unsteady or failed: $1; second try"
	"$@"
}

part kunit kunit
part net net/run-tests.sh "$2"
part api api/run-tests.sh "$2"
part names names/run-tests.sh "$3"
part nbnsd twice names/run-nbnsd.sh "$4"
part interop twice interop/run-tests.sh "$4"
# what waits, and depends little on the kernel, once
once=quick
[ "$2" != all ] || once=full
[ "$2" = sparse ] || part people twice people/run-tests.sh "$once"
part smb twice smb/run-tests.sh "$once"
echo "$1: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
