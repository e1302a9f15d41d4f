# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-nbnsd.sh, with test-nbnsd.sh and test-distribution.sh: the host "wins" is a node and a name
# server at one address. nbnsd, which is nobody, serves through netbiosd, and the
# node uses it as "pnode" does.

LINK=netbios-name-server

# together_config [LINE...]: settings of the node
together_config()
{
	cat <<- CONFIG
		node-type = h
		permanent-name = BOTH
		nbns = {$WINS}
		nbdd = {$WINS}
		session-service = yes
		lmhosts = ""
		$SHORT_TIMERS
		$(printf '%s\n' "$@")
	CONFIG
}

scenario_together()
{
	hosts_up wins="$WINS" pc=10.9.2.2,10.9.2.3 samba="$SAMBA_WINS" pnode=10.9.2.11
	rm -rf "${STATE:?}"/*
	helper_up wins < <(together_config)
	together_users
	together_node
	together_others
	together_programs
	together_datagrams
	test_kill
	together_deaths
	[ "$MODE" = full ] || return 0
	together_records
	wins_again
	point "the owner of a name is asked" client challenge
	point "long lists by TCP" client members
	together_loopback
	point "datagrams are distributed, fragments too" client datagrams
	point "10,000 packets of garbage" client garbage --count 10000
	test_nmbd
	test_torture
	helper_down wins
}

# Who may connect
together_users()
{
	wins_start < /dev/null
	point "a stranger serves no names, and hears why" \
		log_has wins 'netbiosd.conf does not let this user serve names'
	point "which netbiosd tells, too" helper_log wins "may not serve names here"
	helper_reload wins < <(together_config 'name-server-user = nobody')
	point "once it may, it serves" log_has wins "serving beside the node"
	start second wins nbnsd --user nobody --config /dev/null --database "$STATE/second.mdb"
	point "one at a time" log_has second "another name server serves beside this node"
	stop second
	in_host wins timeout "$PATIENCE" python3 - "$LINK" > "$WORK/squatter" <<- 'PYTHON' &
		import socket, sys, time
		s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		try:
		    s.bind('\0' + sys.argv[1])
		except OSError as error:
		    print(error)
	PYTHON
	wait $!
	point "nobody has its address beside it" has "$WORK/squatter" "in use"
}

# The node is a client of its own server
together_node()
{
	# NS-055, H-010
	point "the node registers with its own server" soon_in_wins pc "$WINS" BOTH#00 "$WINS"
	point "and holds the name" soon_held wins 'BOTH<00>' registered
	point "which it has" adapter_has wins "NBNS-AVAILABLE yes ($WINS)"
	# NS-081
	point "the status is that of the node" says 'BOTH ' lookup pc -A "$WINS"
	point "broadcasts are the node's" says "$WINS BOTH<00>" lookup pc --broadcast=10.9.2.255 BOTH#00
}

# Other nodes use the address as a server and as a node
together_others()
{
	helper_up pnode <<- CONFIG
		node-type = p
		permanent-name = PNODE
		nbns = {$WINS}
		nbdd = {$WINS}
		session-service = yes
		lmhosts = ""
		$SHORT_TIMERS
	CONFIG
	program server wins --listen --keep --echo 'SERVER<20>'
	point "a P node registers" soon_held pnode 'PNODE<00>' registered
	point "a program's name is registered" soon_in_wins pc "$WINS" SERVER#20 "$WINS"
	point "P calls it" called pnode 'SERVER<20>'
	point "the node resolves P" resolved wins 'PNODE<00>' 10.9.2.11
	# NS-090: the server asks the node
	point "P cannot have a name of the node" \
		says "Address already in use" limited "$PATIENCE" pnode nbcat --listen 'SERVER<20>'
	point "nor the node one of P" \
		says "Address already in use" limited "$PATIENCE" wins nbcat --listen 'PNODE<00>'
	program_end server
	point "the last close releases it" until_ok "a release" wins_lost pc "$WINS" SERVER#20
}

# Programs of the host ask the server, too
together_programs()
{
	point "a program asks by 127.0.0.1" \
		says "10.9.2.11 PNODE<" lookup wins --recursion --unicast=127.0.0.1 PNODE#00
	point "and by the address of the host" \
		says "10.9.2.11 PNODE<" lookup wins --recursion --unicast="$WINS" PNODE#00
}

# DG-040: a P node and the node itself by the NBDD that it is beside
together_datagrams()
{
	local host

	NODES=(wins pnode)
	mkdir "$WORK/heard"
	for host in "${NODES[@]}"; do
		point "$host: NBDD-AVAILABLE is true" until_ok "NBDD-AVAILABLE" flag "$host" true
		start_ready "receiving on" "hears-$host" "$host" nbcat -u -l -v -B -g 'TEAM<20>'
		ln "$WORK/hears-$host.log" "$WORK/heard/$host"
	done
	for host in "${NODES[@]}"; do
		tell "$host" 'TEAM<20>' "group $host"
		# DG-038
		point "the group hears $host, once" heard "group $host" "${NODES[@]}"
		tell "$host" '*' "all $host" -B
		point "all hear $host, once" heard "all $host" "${NODES[@]}"
	done
	tell pnode 'BOTH<00>' "nobody"
	point "a datagram to one name is the node's" until_ok "it" counts wins dgram-no-receiver
	stop hears-wins hears-pnode
	rm -r "$WORK/heard"
}

# connections that a host has accepted
accepted()
{
	in_host "$1" cat /proc/net/snmp | awk '/^Tcp: [0-9]/ { print $7 }'
}

# resolved_by_tcp NAME ADDRESS: by the node, whose server cuts the answer short first
resolved_by_tcp()
{
	local before

	before=$(accepted wins)
	resolved wins "$@" && is "$(accepted wins)" -gt "$before"
}

# The other name of its own server
together_loopback()
{
	point "for the node, too" resolved_by_tcp 'BIG<00>' 10.77.0.1
	in_host wins nbctl node adapter set eth0 nbns 127.0.0.1
	point "the node finds its server at 127.0.0.1" \
		until_ok "another address" adapter_has wins "NBNS-AVAILABLE yes (127.0.0.1)"
	point "registers" soon_held wins 'BOTH<00>' registered
	in_host wins nbctl cache flush
	point "and has long lists" resolved_by_tcp 'BIG<00>' 10.77.0.1
	in_host wins nbctl node adapter set eth0 nbns "$WINS"
}

# What dies comes back, and the other goes on
together_deaths()
{
	helper_kill wins
	point "the death of netbiosd is told" log_has wins "it has ended"
	: > "$WORK/wins.log"
	helper_start wins
	point "the next one is served" log_has wins "serving beside the node"
	point "with every name" client check --file "$WORK/acked"
	point "and is a node" soon_held wins 'BOTH<00>' registered
	wins_kill
	point "NBDD-AVAILABLE is false" until_ok "NBDD-AVAILABLE" flag pnode false
	# H-005
	point "without the server the node is a node" helper_log wins "name server beside this node has gone"
	point "that knows its name" says "$WINS BOTH<" lookup pc --unicast="$WINS" BOTH#00
	point "and no other" fails lookup pc --unicast="$WINS" PNODE#00
}

# say_records HEX...: to netbiosd, as root, in a record each; what it answers, as long
# as it does
say_records()
{
	limited "$PATIENCE" wins python3 - "$LINK" "$@" <<- 'PYTHON'
		import socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		s.connect('\0' + sys.argv[1])
		for record in sys.argv[2:]:
		    s.send(bytes.fromhex(record))
		while answer := s.recv(4096):
		    print(answer[16:] or f'kind {answer[1]}', flush=True)
		print('closed')
	PYTHON
}

together_records()
{
	local zeros=000000000000000000000000

	point "a record that is none ends the link" says closed say_records 00
	point "so does another version" says "different versions" say_records "ff010100$zeros"
	point "and a packet before the hello" says closed say_records \
		"010401010000000000000000890000000a09020b41"
	point "a hello is welcome" says "kind 2" \
		say_records "01010100$zeros" "01010100$zeros"
	point "a second one ends the link" says closed say_records "01010100$zeros" "01010100$zeros"
	point "netbiosd goes on" held wins 'BOTH<00>' registered
}
