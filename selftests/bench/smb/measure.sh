#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measure.sh [ROUNDS [MEGABYTES [FILES]]] - in a guest that counts instructions: what
# nbproxy costs between a client of SMB and its server. Prints, for each round,
#
#   F ROUND WAY SIZE DEPTH DIRECTION NS PROXY	bare messages, see smbload
#   S ROUND WAY CLIENT DIRECTION KB_PER_S	a file, read or written
#
# where WAY is direct, called, listen, or spliced, which is TCP on both sides; NS and
# PROXY are nanoseconds for a message, elapsed, and of nbproxy's own.
#
#   node 10.9.0.1   smbd on port 445, and nbproxy that is called (a)
#   peer 10.9.0.2   the clients, and nbproxy that listens for them on 127.0.0.2 (b)
#   old 10.9.0.5    smbd on port 139
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

ROUNDS=${1:-2} MEGABYTES=${2:-64} FILES=${3:-9}
cd "$(dirname "${BASH_SOURCE[0]}")" || exit
# shellcheck source=../../interop/lib.sh
. ../../interop/lib.sh
# shellcheck source=../../interop/samba.sh
. ../../interop/samba.sh
SMBLOAD=$PWD/../build/smbload
# of a time that runs fast while programs are read
PATIENCE=600

fail()
{
	sed 's/^/# /' "$WORK"/*.log
	die "$*"
}

# proxy_start HOST: settings on stdin
proxy_start()
{
	cat > "$WORK/$1.conf"
	start_ready ": ready" "proxy-$1" "$1" nbproxy --user nobody --config "$WORK/$1.conf" ||
		fail "no nbproxy"
}

# cpu PID: nanoseconds of CPU it has had
cpu()
{
	local run=0 rest

	read -r run rest 2> /dev/null < "/proc/$1/schedstat"
	echo "$run"
}

# way_of WAY: sets PROXY, ADDRESS, PORT, RAW_PORT, SERVER, NAME
way_of()
{
	case $1 in
	direct) PROXY='' ADDRESS=10.9.0.1 PORT=445 RAW_PORT=1445 SERVER=FILES NAME='' ;;
	called) PROXY=node ADDRESS=10.9.0.1 PORT=139 RAW_PORT=139 SERVER=FILES NAME=RAW ;;
	listen) PROXY=peer ADDRESS=127.0.0.2 PORT=445 RAW_PORT=1445 SERVER=OLDPC NAME='' ;;
	spliced) PROXY=node ADDRESS=10.9.0.1 PORT=1447 RAW_PORT=1446 SERVER=FILES NAME='' ;;
	esac
}

proxy_cpu()
{
	[ "$PROXY" ] && cpu "${PIDS[proxy-$PROXY]}" || echo 0
}

# frames ROUND WAY SIZE DEPTH DIRECTION
frames()
{
	local count=$((4194304 / $3 < 2000 ? 4194304 / $3 : 2000)) before took
	local request=64 answer=$3

	[ "$5" = get ] || request=$3 answer=64
	before=$(proxy_cpu)
	took=$(in_host peer "$SMBLOAD" "$ADDRESS" "$RAW_PORT" "$request" "$answer" "$4" "$count" \
		${NAME:+"$NAME"}) || fail "smbload $*"
	echo "F $* $((took / count)) $((($(proxy_cpu) - before) / count))"
}

# again WHAT COMMAND...: where idle time is skipped time-outs come early
again()
{
	local try

	for try in 1 2 3; do
		"${@:2}" && return
		echo "# $1: try $try failed"
	done
	fail "$1"
}

# smbclient_says COMMAND: sets SPEED, what smbclient itself says
smbclient_says()
{
	rm -f "$WORK"/*/share/new
	in_host peer smbclient --configfile="$WORK/direct/smb.conf" --no-pass --user=% \
		--port="$PORT" --ip-address="$ADDRESS" --max-protocol=SMB3 "//$SERVER/files" \
		--command="$1" > "$WORK/smbclient.log" 2>&1
	SPEED=$(sed -nE 's/.*\(([0-9]+)[0-9.]* ?(KiloBytes\/sec|kb\/s)\).*/\1/p' "$WORK/smbclient.log")
	[ "$SPEED" ]
}

# client ROUND WAY DIRECTION
client()
{
	local what="get big /dev/null"

	[ "$3" = get ] || what="put $WORK/sent new"
	again "smbclient $*" smbclient_says "$what"
	echo "S $1 $2 smbclient $3 $SPEED"
}

# one ROUND WAY
one()
{
	local size depth direction

	way_of "$2"
	for size in 64 4096 65536 131071; do
		for depth in 1 4; do
			for direction in get put; do
				frames "$1" "$2" "$size" "$depth" "$direction"
			done
		done
	done
	files "$1" "$2"
}

# files ROUND WAY
files()
{
	way_of "$2"
	client "$1" "$2" get
	client "$1" "$2" put
}

servers_up()
{
	local instance

	start_samba node 10.9.0.1 direct 445
	start_samba old 10.9.0.5 old 139
	start_ready serves raw node "$SMBLOAD" serve 1445 || fail "no smbload"
	start_ready serves raw-old raw "$SMBLOAD" serve 139 || fail "no smbload"
	head -c "${MEGABYTES}M" /dev/urandom > "$WORK/sent"
	for instance in direct old; do
		cp "$WORK/sent" "$WORK/$instance/share/big"
		chmod 666 "$WORK/$instance/share/big"
	done
	samba_ready node 445 || fail "no smbd"
	samba_ready old || fail "no smbd"
}

proxies_up()
{
	node_up node < <(name_lines 'FILES<20>' 'RAW<20>')
	node_up peer < <(echo "node set permanent-name PEER<00>"
		cache_line 'OLDPC<20>' 10.9.0.5)
	proxy_start node << 'CONFIG'
called "FILES" { server = "10.9.0.1" }
called "RAW" { server = "10.9.0.1" port = 1445 }
listen "10.9.0.1:1446" { server = "10.9.0.1" port = 1445 method = direct }
listen "10.9.0.1:1447" { server = "10.9.0.1" method = direct }
CONFIG
	proxy_start peer << 'CONFIG'
listen "127.0.0.2" { server = "OLDPC" }
listen "127.0.0.2:1445" { server = "10.9.0.6" method = netbios }
CONFIG
}

trap everything_down EXIT
trap 'exit 130' INT TERM
hosts_up node=10.9.0.1 peer=10.9.0.2 old=10.9.0.5 raw=10.9.0.6
servers_up
proxies_up
echo "K $(uname -r)"
# round 0 brings everything into memory, and does not count
for ((round = 0; round <= ROUNDS; round++)); do
	for way in direct called listen spliced; do
		one "$round" "$way"
	done
done
# these differ more from round to round
for ((; round <= FILES; round++)); do
	for way in direct called listen spliced; do
		files "$round" "$way"
	done
done
