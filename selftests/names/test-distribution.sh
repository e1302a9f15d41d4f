# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-nbnsd.sh: datagrams to a group and to all by way of nbnsd, from
# P, M and H nodes on two subnets with a router in between; without nbnsd, and
# with it again.
#
#   10.9.6.0/24   nbnsd on wins .1; alpha P .11, beta H .12, gamma H .13
#   10.9.7.0/24   delta M .11, epsilon H .12

LEFT=10.9.6 RIGHT=10.9.7

# two_subnets: the hosts on the right move to a second bridge; the router has both
two_subnets()
{
	local host

	hosts_up wins=$LEFT.1 alpha=$LEFT.11 beta=$LEFT.12 gamma=$LEFT.13 \
		delta=$RIGHT.11 epsilon=$RIGHT.12 router=$LEFT.254
	ip link add router1 netns switch type veth peer name eth1 netns router
	ip -n switch -batch - <<- BATCH || die "cannot make the second switch"
		link add br1 up type bridge mcast_snooping 0
		link set delta master br1
		link set epsilon master br1
		link set router1 master br1 up
	BATCH
	ip -n router -batch - <<- BATCH || die "cannot make the router"
		address add $RIGHT.254/24 dev eth1
		link set eth1 up
	BATCH
	in_host router sysctl -qw net.ipv4.ip_forward=1
	for host in wins alpha beta gamma; do
		ip -n "$host" route add default via $LEFT.254
	done
	for host in delta epsilon; do
		ip -n "$host" route add default via $RIGHT.254
	done
}

# node HOST TYPE: a helper, and with it a program that hears the group and what is for all
node()
{
	helper_up "$1" <<- CONFIG
		node-type = $2
		permanent-name = ${1^^}
		nbns = {$LEFT.1}
		nbdd = {$LEFT.1}
		session-service = yes
		lmhosts = ""
		$SHORT_TIMERS
	CONFIG
	soon_held "$1" "${1^^}<00>" registered
	start_ready "receiving on" "hears-$1" "$1" nbcat -u -l -v -B -g 'TEAM<20>'
	ln "$WORK/hears-$1.log" "$WORK/heard/$1"
}

# tell HOST NAME TEXT [OPTION...]: a datagram from its permanent name
tell()
{
	echo "$3" | limited "$PATIENCE" "$1" nbcat -u -q 0 "${@:4}" "$2"
}

# times_heard TEXT: HOST:TIMES for each node
times_heard()
{
	(cd "$WORK/heard" && grep -cx -- "$1" "${NODES[@]}")
}

# times_are TEXT RESULT
times_are()
{
	[ "$(times_heard "$1")" = "$2" ]
}

# heard TEXT HOST...: once on each of these, and nowhere else
heard()
{
	local text=$1 host times wanted

	shift
	wanted=$(for host in "${NODES[@]}"; do
		times=0
		[[ " $* " != *" $host "* ]] || times=1
		echo "$host:$times"
	done)
	until_ok "$text" times_are "$text" "$wanted"
	sleep 0.3
	times_heard "$text"
	times_are "$text" "$wanted"
}

# flag HOST true|false: NBDD-AVAILABLE of eth0, as programs read it
flag()
{
	in_host "$1" nbctl -j node | python3 -c '
import json, sys
eth0 = [a for a in json.load(sys.stdin)["adapters"] if a["ifname"] == "eth0"][0]
sys.exit(eth0["nbdd-available"] != (sys.argv[1] == "true"))' "$2"
}

# datagrams of the capture that match FILTER
datagrams()
{
	sleep 0.3
	tcpdump -nr "$CAPTURE" "udp port 138 and $1" 2> /dev/null | wc -l
}

# datagram_point DESCRIPTION FILTER TEST NUMBER
datagram_point()
{
	[ "$MODE" = full ] || return 0
	point "$1" is "$(datagrams "$2")" "$3" "$4"
}

scenario_distribution()
{
	NODES=(alpha beta gamma delta epsilon)
	two_subnets
	mkdir "$WORK/heard"
	rm -rf "${STATE:?}"/*
	wins_start <<< 'nbdd = yes'
	[ "$MODE" = quick ] || capture router nbnsd-datagrams
	node alpha p
	node beta h
	node gamma h
	node delta m
	node epsilon h
	by_nbdd
	[ "$MODE" = quick ] || not_relayed
	without_nbdd
	nbdd_again
	[ "$MODE" = full ] || return 0
	capture_end
	point "tshark finds no bad datagram" \
		env NB_PROTOCOL=nbdgm ../interop/check-pcap.sh "$CAPTURE"
}

# DG-023, DG-024, DG-040, H-003, H-023
by_nbdd()
{
	local host senders=(alpha delta epsilon)

	[ "$MODE" = full ] || senders=(alpha epsilon)
	point "NBDD-AVAILABLE is true" until_ok "NBDD-AVAILABLE" flag epsilon true
	# DG-038
	start_ready "receiving on" second epsilon nbcat -u -l -v -g 'TEAM<20>'
	for host in "${senders[@]}"; do
		tell "$host" 'TEAM<20>' "group $host"
		point "the group hears $host, once, in both subnets" heard "group $host" "${NODES[@]}"
	done
	point "and so does a second program" \
		is "$(grep -c '^group ' "$WORK/second.log")" -eq "${#senders[@]}"
	stop second
	for host in "${senders[@]}"; do
		tell "$host" '*' "all $host" -B
		point "all hear $host, once" heard "all $host" "${NODES[@]}"
	done
	datagram_point "the server was asked" "udp[8] = 0x14" -ge 2
	datagram_point "nothing was broadcast" "dst net $LEFT.255/32 or dst net $RIGHT.255/32" -eq 0
}

# DG-025: a server that knows no names relays to nobody
not_relayed()
{
	start_ready ": ready" empty router nbnsd --config /dev/null --user nobody \
		--database "$STATE/empty.mdb"
	in_host delta nbctl node adapter set eth0 nbdd $RIGHT.254
	until_ok "another server" adapter_has delta "NBDD-AVAILABLE yes ($RIGHT.254)"
	tell delta 'TEAM<20>' "members"
	point "what is not relayed goes to each member" heard members "${NODES[@]}"
	datagram_point "with one packet to each" \
		"src $RIGHT.11 and udp[8] = 0x11 and not dst $RIGHT.254 and not dst $LEFT.1" -eq 3
	in_host delta nbctl node adapter set eth0 nbdd $LEFT.1
	until_ok "the first server" adapter_has delta "NBDD-AVAILABLE yes ($LEFT.1)"
	stop empty
}

# H-005, H-024, H-027
without_nbdd()
{
	wins_kill
	point "NBDD-AVAILABLE is false without the server" until_ok "NBDD-AVAILABLE" flag beta false
	until_ok "NBDD-AVAILABLE" flag epsilon false
	tell beta 'TEAM<20>' "group alone"
	point "H goes on by broadcast in its subnet" heard "group alone" beta gamma
	tell epsilon '*' "all alone" -B
	point "which M hears, too" heard "all alone" delta epsilon
	tell alpha 'TEAM<20>' "group lost"
	point "P has no other way" heard "group lost" alpha
}

# H-006
nbdd_again()
{
	wins_again
	point "NBDD-AVAILABLE is true when it returns" until_ok "NBDD-AVAILABLE" flag beta true
	tell beta 'TEAM<20>' "group again"
	point "and the server distributes" heard "group again" "${NODES[@]}"
}
