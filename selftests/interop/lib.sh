# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the interoperability tests and the demonstration: hosts (network
# namespaces on one switch), programs in the background, waits that end,
# captures, and the settings of AF_NETBIOS nodes.
# In the debug kernel every process costs 0.2 s: few of them.

INTEROP_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
REPO_DIR=$(cd "$INTEROP_DIR/../.." && pwd -P)
BUILD_DIR=$INTEROP_DIR/build
export PATH=$BUILD_DIR:$INTEROP_DIR:$REPO_DIR/userspace/build:$PATH

# kmemleak is the mark of the debug kernel, where everything takes 5 to 10 times as long
PATIENCE=20
[ ! -e /sys/kernel/debug/kmemleak ] || PATIENCE=90

WORK=$(mktemp -d "${TMPDIR:-/tmp}/nbinterop.XXXXXX")
CAPTURES=${NB_OUT:-$WORK}/captures
# -g: some source this from a function
declare -gA PIDS=()
HOSTS=()
CAPTURED=()

die()
{
	echo "Bail out! $*"
	exit 1
}

# samba_state DIRECTORY: makes it, and the lines for smb.conf that keep a Samba
# there: it touches no state of the machine
samba_state()
{
	mkdir -p "$1"/{private,cache,lock,state,pid,ncalrpc}
	printf '\t%s\n' "private dir = $1/private" "cache directory = $1/cache" \
		"lock directory = $1/lock" "state directory = $1/state" \
		"pid directory = $1/pid" "ncalrpc dir = $1/ncalrpc"
}

build_programs()
{
	[ -x "$BUILD_DIR/nbrelay" ] ||
		make -s -C "$INTEROP_DIR" > "$WORK/make.log" 2>&1 || die "$(tail -n 3 "$WORK/make.log")"
	command -v nbctl > /dev/null || die "no nbctl: run make first"
}

# in_host HOST COMMAND...: unlike "ip netns exec" this keeps the mounts
in_host()
{
	local host=$1

	shift
	nsenter "--net=/run/netns/$host" -- "$@"
}

# limited SECONDS HOST COMMAND...: nothing waits for ever
limited()
{
	local seconds=$1 host=$2

	shift 2
	timeout -k 5 "$seconds" nsenter "--net=/run/netns/$host" -- "$@"
}

# hosts_up HOST=ADDRESS[,ADDRESS...]...: a namespace each, eth0 of all on one switch
hosts_up()
{
	local spec host

	HOSTS=("${@%%=*}")
	{
		printf 'netns add %s\n' switch "${HOSTS[@]}"
		for host in "${HOSTS[@]}"; do
			echo "link add $host netns switch type veth peer name eth0 netns $host"
		done
	} > "$WORK/links"
	{
		echo "link add br0 up type bridge mcast_snooping 0"
		printf 'link set %s master br0 up\n' "${HOSTS[@]}"
	} > "$WORK/switch"
	if ! ip -batch "$WORK/links" || ! ip -n switch -batch "$WORK/switch"; then
		die "cannot make the network"
	fi
	for spec; do
		host_up "${spec%%=*}" "${spec#*=}"
	done
}

# host_up HOST ADDRESS[,ADDRESS...]
host_up()
{
	local addresses

	IFS=, read -ra addresses <<< "$2"
	{
		printf 'address add %s/24 dev eth0\n' "${addresses[@]}"
		printf 'link set %s up\n' lo eth0
	} > "$WORK/host"
	ip -n "$1" -batch "$WORK/host" || die "cannot set up host $1"
}

# until_ok WHAT COMMAND...: try again until it succeeds
until_ok()
{
	local what=$1 end=$((SECONDS + PATIENCE))

	shift
	until "$@" > /dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || {
			echo "# gave up waiting for $what" >&2
			return 1
		}
		sleep 0.1
	done
}

# start NAME HOST COMMAND...: in the background; its output is in $WORK/NAME.log
start()
{
	local name=$1

	shift
	: > "$WORK/$name.log"
	# a simple command: its pid is that of the program; "&" alone would close stdin
	nsenter "--net=/run/netns/$1" -- "${@:2}" <&0 > "$WORK/$name.log" 2>&1 &
	PIDS[$name]=$!
}

# start_ready TEXT NAME HOST COMMAND...: and wait until its output has TEXT
start_ready()
{
	local text=$1

	shift
	start "$@"
	log_has "$1" "$text" || {
		sed "s/^/# $1: /" "$WORK/$1.log"
		return 1
	}
}

# manager_start HOST SOCKET: "manager", whose output is what services tell theirs
manager_start()
{
	start_ready listening manager "$1" python3 -u -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening")
while True:
    print(s.recv(4096).decode().replace("\n", " "))' "$2"
}

log_has()
{
	until_ok "\"$2\" from $1" grep -qF -- "$2" "$WORK/$1.log"
}

# has FILE TEXT
has()
{
	grep -qF -- "$2" "$1"
}

stop()
{
	local name

	for name; do
		[ -n "${PIDS[$name]-}" ] || continue
		kill "${PIDS[$name]}" 2> /dev/null
		wait "${PIDS[$name]}" 2> /dev/null
		unset "PIDS[$name]"
	done
}

is_listening()
{
	[ -n "$(ss -N "$1" -Hltn "sport = :$2")" ]
}

# capture HOST NAME: everything on eth0 of HOST, to $CAPTURES/NAME.pcap
capture()
{
	CAPTURE=$CAPTURES/$2.pcap
	CAPTURED+=("$CAPTURE")
	mkdir -p "$CAPTURES"
	start_ready "listening on eth0" capture "$1" \
		tcpdump -i eth0 -U --immediate-mode -Z root -w "$CAPTURE"
}

# the last packets may still be on their way to the file
capture_end()
{
	sleep 0.3
	stop capture
}

# start of TCP's data, for the filters of wire_count
TCP_DATA='((tcp[12] & 0xf0) >> 2)'

# header HEX: filter for TCP data that starts with these four octets
header()
{
	echo "tcp[$TCP_DATA:4] = 0x$1"
}

# negative HH: filter for NEGATIVE SESSION RESPONSE with this error
negative()
{
	echo "$(header 83000001) and tcp[$TCP_DATA + 4] = 0x$1"
}

# wire_count FILTER: packets of the capture that match
wire_count()
{
	sleep 0.2
	tcpdump -nr "$CAPTURE" "tcp and $1" 2> /dev/null | wc -l
}

# node_up HOST: AF_NETBIOS on HOST; stdin has more lines for nbctl
node_up()
{
	local host=$1

	{
		echo "node set enabled on"
		cat
	} > "$WORK/node.$host"
	in_host "$host" nbctl -b "$WORK/node.$host" > "$WORK/node.$host.log" 2>&1 || {
		sed 's/^/# /' "$WORK/node.$host.log"
		die "cannot set up node $host"
	}
}

# name_lines NAME...: unique names of the node that stay, as lines for nbctl
name_lines()
{
	printf 'name add %s state registered permanent\n' "$@"
}

# cache_line NAME ADDRESS
cache_line()
{
	printf 'cache add %s %s\n' "$@"
}

# hosts_down: another network may follow
hosts_down()
{
	local host

	stop "${!PIDS[@]}"
	for host in "${HOSTS[@]}" switch; do
		ip netns del "$host" 2> /dev/null
	done
	HOSTS=()
}

everything_down()
{
	hosts_down
	umount "$WORK"/mnt* 2> /dev/null
	rm -rf "$WORK"
}
