#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measure.sh cost|server|failover - in a guest: what the name service costs
# netbiosd and, beside it, Samba's nmbd (the guest counts instructions); the same
# of the name servers, nbnsd and nmbd; or how fast an H node finds names when its
# server dies (the guest has real time). Prints
#
#   N SERVER METRIC NAMES VALUE		ns of its CPU for an operation
#   M SERVER NAMES RSS			kB
#   F NODE STATE SEARCH MS		a search of a name, in order
#
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
# shellcheck source=../../names/lib.sh
. ../../names/lib.sh
NSLOAD=$PWD/../build/nsload
COUNT=2000

fail()
{
	sed 's/^/# /' "$WORK"/*.log >&2
	die "$*"
}

# cpu PID: nanoseconds of CPU it has had
cpu()
{
	local run rest

	read -r run rest < "/proc/$1/schedstat"
	echo "$run"
}

rss()
{
	awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"
}

# load SERVER PID MODE NAMES [STEM]: once to warm up, then counted in five parts. The
# median: the clock of the guest runs ahead of a busy machine, and with it the timers
# of a server.
load()
{
	local before i

	ask "$3" 200 "$4" ${5:+"$5"}
	for i in 1 2 3 4 5; do
		before=$(cpu "$2")
		ask "$3" $((COUNT / 5)) "$4" ${5:+"$5"}
		echo $((($(cpu "$2") - before) * 5 / COUNT))
	done | sort -n | awk -v key="$1 $3 $4" 'NR == 3 { print "N", key, $1 }'
}

# ask MODE COUNT NAMES [STEM]
ask()
{
	in_host peer "$NSLOAD" 10.9.3.1 "$@" > /dev/null || fail "nsload $*"
}

# registration SERVER PID NAMES: of new names, each time more than the journal of
# nbnsd holds, so that its share of writing the database is in it. The median: now
# and then nbnsd has its file written to the disk, which would be charged to whom
# it meets.
registration()
{
	local before i

	for i in 1 2 3 4 5; do
		before=$(cpu "$2")
		ask register 450 450 "R$i"
		echo $((($(cpu "$2") - before) / 450))
		ask release 450 450 "R$i"
	done | sort -n | awk -v server="$1" -v names="$3" \
		'NR == 3 { print "N", server, "register", names, $1 }'
}

# settle: nbnsd looks at all names once a minute, and saves what was refreshed; the
# clock of the guest does not wait
settle()
{
	sleep 70
}

# serve SERVER PID COUNT: what a name server does when it has so many names
serve()
{
	local before

	ask register "$3" "$3"
	settle
	load "$1" "$2" query "$3"
	load "$1" "$2" absent "$3"
	registration "$1" "$2" "$3"
	load "$1" "$2" refresh "$3"
	before=$(cpu "$2")
	settle
	echo "N $1 saved $3 $((($(cpu "$2") - before) / COUNT))"
	echo "M $1 $3 $(rss "$2")"
}

# The clock of the guest runs ahead while the machine below it reads a file: what
# is waited for below has been read.
read_programs()
{
	local program

	for program; do
		"$program" --version > /dev/null 2>&1 || "$program" --help > /dev/null 2>&1
	done
}

measure_servers()
{
	read_programs nbnsd nmbd
	start_ready ": ready" nbnsd node nbnsd --database "$WORK/names.mdb" \
		--config /dev/null || fail "no nbnsd"
	echo "M nbnsd 0 $(rss "${PIDS[nbnsd]}")"
	serve nbnsd "${PIDS[nbnsd]}" 1
	serve nbnsd "${PIDS[nbnsd]}" 10000
	stop nbnsd
	nmbd_start wins node 10.9.3.1 yes WINS
	until_ok "nmbd" answers 10.9.3.1 status || fail "no nmbd"
	serve wins "${PIDS[wins]}" 1
	stop wins
}

# names FIRST LAST: lines for nbctl
names()
{
	seq -f 'name add NB%08.0f permanent' "$1" "$2"
}

all_claimed()
{
	[ "$(in_host node nbctl name | grep -cw claiming)" = 0 ]
}

# An H node whose server is away answers as P and M do, and holds names alone.
measure_netbiosd()
{
	local had=0 count pid

	in_host node nbctl node set enabled on permanent-name 'BENCH<00>'
	in_host node nbctl node adapter set eth0 type h nbns 10.9.3.2
	helper_up node <<< 'poll-interval = 3600000' || fail "no netbiosd"
	pid=${PIDS[helper-node]}
	echo "M netbiosd 0 $(rss "$pid")"
	# with few names: an answer never has more than fit a packet
	load netbiosd "$pid" status 1
	for count in 1 1000 10000; do
		names "$had" $((count - 1)) | in_host node nbctl -b - || fail "names"
		until_ok "$count names" all_claimed || fail "claims"
		had=$count
		load netbiosd "$pid" query "$count"
		load netbiosd "$pid" absent "$count"
		echo "M netbiosd $count $(rss "$pid")"
	done
	helper_down node
	in_host node nbctl node set enabled off
}

nmbd_config()
{
	mkdir -p "$WORK/$1"
	cat > "$WORK/$1/smb.conf" << CONFIG
[global]
	netbios name = ${4:-NB00000000}
	workgroup = BENCH
	interfaces = $2/24
	bind interfaces only = yes
	wins support = $3
	local master = no
$(samba_state "$WORK/$1")
CONFIG
}

# nmbd_start NAME HOST ADDRESS WINS [NETBIOS_NAME]
nmbd_start()
{
	mkdir -p /run/samba
	nmbd_config "$1" "$3" "${@:4}"
	start "$1" "$2" nmbd --foreground --no-process-group --debug-stdout \
		--configfile="$WORK/$1/smb.conf"
}

# answers ADDRESS MODE
answers()
{
	in_host peer "$NSLOAD" "$1" "$2" 1 1 > /dev/null
}

measure_nmbd()
{
	read_programs nmbd
	nmbd_start nmbd node 10.9.3.1 no
	until_ok "nmbd" answers 10.9.3.1 query || fail "no nmbd"
	load nmbd "${PIDS[nmbd]}" query 1
	load nmbd "${PIDS[nmbd]}" status 1
	echo "M nmbd 1 $(rss "${PIDS[nmbd]}")"
	stop nmbd
}

# search NODE STATE HOST NUMBER: a name that "other" has, and that nobody cached;
# what it took includes the start of nbctl
search()
{
	local start

	in_host "$3" nbctl cache flush
	start=${EPOCHREALTIME/./}
	in_host "$3" nbctl resolve "FOUND$4" > /dev/null || fail "$1: FOUND$4 is not found"
	echo "F $1 $2 $4 $(((${EPOCHREALTIME/./} - start) / 1000))"
}

# searches NODE STATE HOST
searches()
{
	local i

	for i in 0 1 2 3 4 5 6 7 8 9 10; do
		search "$1" "$2" "$3" "$i"
	done
}

# "other" is an H node too, so that its names are known to the server
measure_failover()
{
	nmbd_start wins server 10.9.3.3 yes
	in_host other nbctl node set enabled on permanent-name 'OTHER<00>'
	in_host other nbctl node adapter set eth0 type h nbns 10.9.3.3
	seq -f 'name add FOUND%.0f permanent' 0 10 | in_host other nbctl -b -
	helper_up other <<< 'poll-interval = 3600000'
	in_host node nbctl node set enabled on
	in_host node nbctl node adapter set eth0 type h nbns 10.9.3.3
	helper_up node <<< 'poll-interval = 3600000'
	in_host bnode nbctl node set enabled on permanent-name 'BNODE<00>'
	helper_up bnode < /dev/null
	until_ok "FOUND10 at the server" at_server || fail "nothing is registered"
	searches H alive node
	kill -9 "${PIDS[wins]}"
	searches H dead node
	searches B none bnode
}

at_server()
{
	in_host peer nmblookup --configfile=/dev/null --recursion -U 10.9.3.3 'FOUND10#20' |
		grep -q '^10.9.3.4'
}

trap everything_down EXIT
trap 'exit 130' INT TERM
hosts_up node=10.9.3.1 peer=10.9.3.2 server=10.9.3.3 other=10.9.3.4 bnode=10.9.3.5
case ${1-} in
cost)
	measure_nmbd
	measure_netbiosd
	;;
server) measure_servers ;;
failover) measure_failover ;;
*) die "usage: measure.sh cost|server|failover" ;;
esac
