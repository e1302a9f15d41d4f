# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: files go through nbproxy in both directions, and are the
# same afterwards.

# SMB-001, SMB-002, SMB-003, SMB-007, SMB-008: callers on 139, servers on 445
test_called()
{
	point "smbclient (SMB1) lists what a server on 445 has, by NetBIOS name" \
		says big smb 139 10.9.0.1 FILES --max-protocol=NT1 --command=ls
	point "SMB1: a file of $MEGABYTES MB there and back" \
		same_bytes 139 10.9.0.1 FILES modern --max-protocol=NT1
	point "SMB3: a file of $MEGABYTES MB there and back" \
		same_bytes 139 10.9.0.1 FILES modern --max-protocol=SMB3
	point "another name of the same address is another server" \
		says "on other" where 139 10.9.0.1 BACKUP
	point "and the first one is still itself" says "on modern" where 139 10.9.0.1 FILES
	point "a name that nobody has is refused, before nbproxy hears of it" \
		says RESOURCE_NAME_NOT_FOUND \
		smb 139 10.9.0.1 NOTHERE --command=ls
	point "and the kernel says so" refused_in_kernel
}

refused_in_kernel()
{
	in_host node nbctl stats > "$WORK/stats"
	cat "$WORK/stats" "$WORK/nbproxy.log"
	[ "$(awk '$1 == "refused-no-name" { print $2 }' "$WORK/stats")" -gt 0 ] &&
		! has "$WORK/nbproxy.log" NOTHERE
}

# Programs that know 445 only, a server on 139
test_listen()
{
	point "smbclient reaches a server on 139 by port 445" \
		says big smb 445 10.9.0.11 OLDPC --command=ls
	point "SMB3: a file of $MEGABYTES MB there and back" \
		same_bytes 445 10.9.0.11 OLDPC old --max-protocol=SMB3
	[ "$MODE" = full ] || return 0
	point "SMB1: a file of $MEGABYTES MB there and back" \
		same_bytes 445 10.9.0.11 OLDPC old --max-protocol=NT1
	point "four at once get the same bytes" four_at_once
	point "a name that nobody can register is called where there is only an address" \
		says "on old" where 445 10.9.0.12 ANYBODY
	point "which the log tells" proxy_log 'by NetBIOS, as *SMBSERVER<20>'
}

four_at_once()
{
	local i pids=() status=0

	for i in 1 2 3 4; do
		smb 445 10.9.0.11 OLDPC --command="get big $WORK/at-once$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || status=1
	done
	for i in 1 2 3 4; do
		cmp "$SENT" "$WORK/at-once$i" || status=1
	done
	return "$status"
}

# From name to name: a listener that calls
test_relay_of_names()
{
	point "a name of this node can be that of another server, from 139 to 139" \
		same_bytes 139 10.9.0.1 RELAY old --max-protocol=NT1
}

test_cifs()
{
	if ! have_cifs; then
		skip "cifs.ko" "this kernel has none"
		return
	fi
	point "cifs.ko (SMB1) mounts a server on 445 by its NetBIOS name, reads and writes" \
		mounted 10.9.0.1 139 FILES modern 1.0
	[ "$MODE" = full ] || return 0
	point "cifs.ko (SMB3) does, too" mounted 10.9.0.1 139 FILES modern 3.0
	point "cifs.ko mounts a server on 139 by port 445, reads and writes" \
		mounted 10.9.0.11 445 OLDPC old 3.0
}

# policy NAME NUMBER: of that process, see sched.h
policy()
{
	is "$(cut -d ' ' -f 41 "/proc/${PIDS[$1]}/stat")" = "$2"
}

# It does not interrupt those whom it serves, if it is not told to
test_policy()
{
	point "nbproxy is SCHED_BATCH" policy nbproxy 3
	echo 'listen "10.9.0.1:1500" { server = "10.9.0.3" }' > "$WORK/idle.conf"
	start_ready ": ready" idle node chrt --idle 0 nbproxy --user nobody \
		--config "$WORK/idle.conf"
	point "and SCHED_IDLE where that was chosen" policy idle 5
	stop idle
}

test_bridge()
{
	test_policy
	test_called
	test_listen
	[ "$MODE" = quick ] || test_relay_of_names
	test_cifs
}
