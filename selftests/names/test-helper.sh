# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: netbiosd as a process, on two B nodes.

scenario_helper()
{
	hosts_up one=10.9.1.1 two=10.9.1.2
	nodes_up
	test_claims
	test_death
	test_release
	[ "$MODE" = full ] || return 0
	test_twins
	test_reload
	test_permanent
	test_lmhosts
	test_address
	test_renamed
	test_json
	test_multicast
	test_truncated
	test_port
	test_privileges
	test_notify
}

nodes_up()
{
	helper_up one <<< 'permanent-name = ONE
		session-service = yes'
	helper_up two <<< 'permanent-name = TWO'
}

# as its user, in a shell of its own: what it said and how it ended
helper_says()
{
	local text=$1 host=$2

	shift 2
	fails limited "$PATIENCE" "$host" netbiosd "$@" > "$WORK/said" 2>&1 &&
		cat "$WORK/said" && has "$WORK/said" "$text"
}

test_claims()
{
	# NAME-025
	point "the permanent name is claimed at start" soon_held one 'ONE<00>' registered
	soon_held two 'TWO<00>' registered
	program server one --listen --keep --echo 'SERVER<20>'
	# API-015, NS-043, NS-044
	point "bind claims a name" soon_held one 'SERVER<20>' registered
	# NS-050, NS-043
	point "a name of another node cannot be bound" \
		says "Address already in use" limited "$PATIENCE" two \
		nbcat --listen 'SERVER<20>'
	point "nor does it stay in the table" not_held two 'SERVER<20>'
	# NS-047, NS-051
	point "a call finds a name" called two 'SERVER<20>'
	point "a name that nobody has is not found" \
		says "no such name" limited "$PATIENCE" two nbctl resolve 'NOBODY<00>'
}

test_death()
{
	local before

	program caller two 'SERVER<20>'
	program_say caller before
	log_has caller before
	helper_kill one
	# NS-081 is the helper's, what is here is the kernel's
	point "kill -9 of the helper loses no name" held one 'SERVER<20>' registered
	program_say caller after
	point "nor a session" log_has caller after
	point "what is new fails at once" says "no helper" limited "$PATIENCE" one \
		nbcat --listen 'OTHER<20>'
	helper_start one
	point "the next helper reads the names back and defends them" \
		says "Address already in use" limited "$PATIENCE" two \
		nbcat --listen 'SERVER<20>'
	program_end caller
	# a release that one helper did not take, a claim and a search that it may
	# have taken, and another one ends
	kill -STOP "${PIDS[helper-one]}"
	before=$(counter one ns-releases-sent)
	program_end server
	until_ok "a release" held one 'SERVER<20>' releasing
	program pending one --listen --keep --echo 'PENDING<20>'
	start search one nbctl resolve 'TWO<00>'
	until_ok "pending work" pending_work one 3
	helper_kill one
	helper_start one
	point "the next helper goes on with what is pending" soon_held one 'PENDING<20>' registered
	point "all of it" log_has search 10.9.1.2
	point "and tells the network that a name is gone" until_ok "a release" \
		released_since one "$before"
	stop search
	program_end pending
	point "a second helper ends and says why" \
		helper_says "another helper serves this network namespace" one \
		--config "$WORK/one.conf"
}

# released_since HOST NUMBER
released_since()
{
	is "$(counter "$1" ns-releases-sent)" -gt "$2" && not_held "$1" 'SERVER<20>'
}

pending_work()
{
	in_host "$1" nbctl node | grep -qE "^pending +$2\$"
}

test_release()
{
	program server one --listen --keep --echo 'SERVER<20>'
	soon_held one 'SERVER<20>' registered
	program_end server
	# API-017, NS-049
	point "the last close releases a name" until_ok release not_held one 'SERVER<20>'
	program server two --listen --keep --echo 'SERVER<20>'
	point "and another node can have it" soon_held two 'SERVER<20>' registered
	program_end server
}

# NS-050: two nodes claim a name at the same moment, and one of them gets it
test_twins()
{
	program twin-one one --listen --keep 'TWIN<20>'
	program twin-two two --listen --keep 'TWIN<20>'
	point "two nodes bind a name at once: one of them fails" until_ok "a refusal" \
		grep -qF "Address already in use" "$WORK/twin-one.log" "$WORK/twin-two.log"
	point "and the other one gets it" until_ok "an owner" one_twin registered
	program_end twin-one
	program_end twin-two
	until_ok release not_held one 'TWIN<20>'
	until_ok release not_held two 'TWIN<20>'
	# a switch that is not one network tells nobody of the other one
	ip -n switch link set two nomaster
	program twin-one one --listen --keep 'TWIN<20>'
	program twin-two two --listen --keep 'TWIN<20>'
	point "on two networks both have it" soon_held one 'TWIN<20>' registered
	soon_held two 'TWIN<20>' registered
	networks_join
	point "which become one: one of them is in conflict" until_ok "a conflict" \
		grep -qF "the name is in conflict" "$WORK/twin-one.log" "$WORK/twin-two.log"
	point "and the other one keeps it" until_ok "an owner" one_twin registered
	point "the log tells it" \
		grep -qF "TWIN           <20> is in conflict" "$WORK/helper-one.log" "$WORK/helper-two.log"
	program_end twin-one
	program_end twin-two
	until_ok release not_held one 'TWIN<20>'
	until_ok release not_held two 'TWIN<20>'
}

# both at once, which take no part until there is one network
networks_join()
{
	both_enabled off
	until_ok "no part" no_part one 10.9.1.1
	until_ok "no part" no_part two 10.9.1.2
	ip -n switch link set two master br0
	until_ok "a switch that forwards" forwards two
	both_enabled on
}

both_enabled()
{
	in_host one nbctl node adapter set eth0 enabled "$1" &
	in_host two nbctl node adapter set eth0 enabled "$1"
	wait $!
}

forwards()
{
	ip -n switch -details link show dev "$1" | grep -q "state forwarding"
}

# one_twin STATE: on one node, not on both
one_twin()
{
	local n=0 host

	for host in one two; do
		! held "$host" 'TWIN<20>' "$1" || n=$((n + 1))
	done
	is "$n" = 1
}

# good settings, then bad ones: not even the part in front of the error counts
test_reload()
{
	point "a reload changes the node type" type_becomes p \
		'node-type = p' 'nbns = {10.9.1.9}'
	helper_reload one <<< 'node-type = m
		nbns = {10.9.1.9, fred}'
	point "an error is told with its line" \
		has "$WORK/helper-one.log" 'one.conf:2: "fred" is not the address of a server'
	point "and changes nothing" adapter_has one "type p"
	point "nor does the helper start with it" \
		helper_says "one.conf:2: " one --config "$WORK/one.conf"
	point "--check-config finds it, too" \
		helper_says "one.conf:2: " one --check-config --config "$WORK/one.conf"
	point "what the file leaves out is as without a file" type_becomes b
	in_host two nbctl node adapter set eth0 type p > /dev/null 2>&1
	point "nbctl changes a type at run time" until_ok "type p" adapter_has two "type p"
	in_host two nbctl node adapter set eth0 type auto > /dev/null 2>&1
	until_ok "type b" adapter_has two "type b"
}

# type_becomes TYPE LINE...
type_becomes()
{
	printf '%s\n' 'permanent-name = ONE' "${@:2}" | helper_reload one
	until_ok "type $1" adapter_has one "type $1"
}

# NAME-025: what is the permanent name of the node is claimed, and nothing else
test_permanent()
{
	in_host two nbctl node set scope LAB
	point "another scope: the permanent name is claimed there" \
		until_ok "TWO in LAB" in_scope_lab
	in_host two nbctl node set permanent-name OTHER
	point "another permanent name is claimed" soon_held two 'OTHER<00>' registered
	point "the one before is released" until_ok release not_held two 'TWO<00>'
	in_host two nbctl node set scope '' permanent-name TWO
	soon_held two 'TWO<00>' registered
	helper_reload two <<< 'permanent-name = FROMFILE
		scope = LAB'
	point "the file can say both" until_ok "FROMFILE in LAB" in_scope_lab FROMFILE
	helper_reload two < /dev/null
	point "and leave them out again" until_ok "as it comes" no_scope_lab
	helper_reload two <<< 'permanent-name = TWO'
	soon_held two 'TWO<00>' registered
}

in_scope_lab()
{
	in_host two nbctl name | grep -qE "^${1-TWO}<00> .* registered .* LAB\$"
}

no_scope_lab()
{
	in_host two nbctl name > "$WORK/names-two"
	grep -q ' registered ' "$WORK/names-two" && ! grep -qE 'LAB$|FROMFILE' "$WORK/names-two"
}

cached()
{
	in_host "$1" nbctl cache | grep -qE "^$2 .*$3"
}

test_lmhosts()
{
	local hosts=$WORK/lmhosts

	printf '10.9.1.7 printer#20 #PRE\n10.9.1.8 later\n' > "$hosts"
	helper_reload one <<< "lmhosts = \"$hosts\""
	point "LMHOSTS: #PRE goes to the cache" cached one 'PRINTER<20>' 10.9.1.7
	point "the others are found when the network knows nothing" \
		resolved one 'LATER<20>' 10.9.1.8
	echo '10.9.1.6 plotter #PRE' > "$hosts"
	helper_reload one <<< "lmhosts = \"$hosts\""
	point "a reload takes the old entries away" fails cached one 'PRINTER<20>' 10.9.1.7
	point "and brings the new ones" cached one 'PLOTTER<00>' 10.9.1.6
	echo 'nonsense' > "$hosts"
	helper_reload one <<< "lmhosts = \"$hosts\""
	point "an error leaves them as they were" cached one 'PLOTTER<00>' 10.9.1.6
	point "and is told with its line" has "$WORK/helper-one.log" "lmhosts:1: "
	helper_reload one <<< 'permanent-name = ONE'
}

test_address()
{
	ip -n one address del 10.9.1.1/24 dev eth0
	ip -n one address add 10.9.1.101/24 broadcast + dev eth0
	point "a new address is used" until_ok address adapter_has one 10.9.1.101
	in_host two nbctl cache flush
	# NS-051: the answer has the address of now, as soon as it is claimed there
	point "and told" until_ok "the address of now" resolved two 'ONE<00>' 10.9.1.101
	in_host one nbctl node set enabled on
	# SS-032: whoever knows the address of before finds nobody there
	program server one --listen --keep --echo 'SERVER<20>'
	soon_held one 'SERVER<20>' registered
	in_host two nbctl cache add 'SERVER<20>' 10.9.1.1 ttl 600 source query
	point "a call to a host that is gone asks again, and is put through" \
		called two 'SERVER<20>'
	point "the cache has learned from it" cached two 'SERVER<20>' 10.9.1.101
	program_end server
	second_address
	ip -n one link set eth0 down
	point "a link that is down takes no part" until_ok "no part" no_part one
	ip -n one link set eth0 up
	point "and one that comes back does" until_ok address adapter_has one 10.9.1.101
	in_host one nbctl node adapter set eth0 enabled off
	point "an adapter can be taken out" until_ok "no part" no_part one
	point "then there is no network to claim a name on" \
		says "Network is down" limited "$PATIENCE" one nbcat --listen 'OTHER<20>'
	in_host one nbctl node adapter set eth0 enabled on
	point "and put in again" until_ok address adapter_has one 10.9.1.101
}

# CFG-002: the node has one address, but who asks another one of the adapter takes
# an answer from there only
second_address()
{
	ip -n one address add 10.9.55.1/24 broadcast + dev eth0
	ip -n two address add 10.9.55.2/24 broadcast + dev eth0
	helper_down two
	# it asks from a port that is connected to that address
	point "a second address of an adapter answers for itself" \
		says "unit-id" limited "$PATIENCE" two nbctl status 10.9.55.1
	point "also when its own host asks" \
		says "unit-id" limited "$PATIENCE" one nbctl status 10.9.55.1
	point "and so do those of the loopback" \
		says "unit-id" limited "$PATIENCE" one nbctl status 127.0.0.1
	ip -n one address add 10.9.56.1/32 dev lo
	point "all of them" says "unit-id" limited "$PATIENCE" one nbctl status 10.9.56.1
	ip -n one address del 10.9.56.1/32 dev lo
	helper_start two
	ip -n one address del 10.9.55.1/24 dev eth0
	ip -n two address del 10.9.55.2/24 dev eth0
}

# the file is about names of interfaces: what it said of the old one is over
test_renamed()
{
	helper_reload one <<< 'permanent-name = ONE
		adapter lan7 { node-type = p
			nbns = { 10.9.1.9 } }'
	ip -n one link set eth0 down name lan7 up
	point "an interface gets another name: what the file says of it" \
		until_ok "type p" adapter_has one "lan7, type p, 10.9.1.101" lan7
	ip -n one link set lan7 down name eth0 up
	point "and what it does not say" until_ok "type b" adapter_has one "type b (auto), 10.9.1.101"
	helper_reload one <<< 'permanent-name = ONE'
}

# for scripts: what nbctl -j prints is JSON, and has what the tables show
test_json()
{
	program server one --listen --keep --echo 'SERVER<20>'
	soon_held one 'SERVER<20>' registered
	program caller two 'SERVER<20>'
	program_say caller hello
	log_has caller hello
	point "nbctl -j name" json one name '.[] | select(.name == "SERVER<20>").state' registered
	point "nbctl -j session" json one session \
		'.[] | select(.state == "connected")."peer-name"' 'TWO<00>'
	point "nbctl -j cache" json two cache '.[] | select(.name == "SERVER<20>").addr[0]' 10.9.1.101
	# NS-029: as it is, or was a second ago
	point "nbctl -j status" until_ok "a session" \
		json two "status ONE<00>" '.statistics."pending-sessions"' 1
	point "nbctl -j node" json one node '.adapters[] | select(.ifname == "eth0").type' b
	point "nbctl -j stats" json one stats '."sessions-accepted" > 0' true
	point "nbctl -j resolve" json two "resolve ONE<00>" '.addr[0]' 10.9.1.101
	program_end caller
	program_end server
}

# json HOST WORDS FILTER VALUE
json()
{
	local words

	read -ra words <<< "$2"
	limited "$PATIENCE" "$1" nbctl -j "${words[@]}" > "$WORK/json" 2>&1
	cat "$WORK/json"
	[ "$(jq -r "$3" "$WORK/json")" = "$4" ]
}

# CFG-006: a group in place of the broadcast address
test_multicast()
{
	local host

	for host in one two; do
		helper_reload "$host" <<< "permanent-name = ${host^^}
			adapter eth0 { broadcast = 239.255.13.7 }"
		until_ok group in_group "$host"
	done
	in_host one nbctl cache flush
	point "a multicast group stands for the broadcast area" \
		until_ok "an answer" resolved one 'TWO<00>' 10.9.1.2
	point "without any broadcast" no_broadcast
	for host in one two; do
		helper_reload "$host" <<< "permanent-name = ${host^^}"
	done
	point "and is left" fails in_group one
}

in_group()
{
	ip -n "$1" maddress show dev eth0 | grep -qw 239.255.13.7
}

# questions for a name that nobody has
no_broadcast()
{
	capture two multicast
	limited "$PATIENCE" one nbctl resolve 'NOGROUP<00>'
	sleep 0.3
	stop capture
	is "$(tcpdump -nr "$CAPTURE" 'udp port 137 and dst host 239.255.13.7' 2> /dev/null | wc -l)" -gt 0 &&
		is "$(tcpdump -nr "$CAPTURE" 'udp port 137 and dst host 10.9.1.255' 2> /dev/null | wc -l)" = 0
}

# no_part HOST [ADDRESS]
no_part()
{
	! adapter_has "$1" "${2-10.9.1.101}"
}

# something that has the port, and the name of nmbd
test_port()
{
	helper_down two
	ln -s "$(command -v python3)" "$WORK/nmbd"
	start_ready taken taker two "$WORK/nmbd" -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 137))
print("taken", flush=True)
time.sleep(1000)'
	helper_start two
	point "a port that is taken is told, and by whom" \
		helper_log two "UDP port 137 on eth0 is taken, probably by nmbd"
	point "with what to do about it" has "$WORK/helper-two.log" "disable netbios = yes"
	point "the helper lives" kill -0 "${PIDS[helper-two]}"
	stop taker
	point "and has the port as soon as it is free" helper_log two "is ours now"
	point "with its name" soon_held two 'TWO<00>' registered
}

# NS-034, NS-035
test_truncated()
{
	helper_down two
	helper_reload one <<< 'permanent-name = ONE
		node-type = p
		nbns = { 10.9.1.2 }'
	start_ready serving truncating two ./truncates.py
	point "a truncated answer is asked for again by TCP" resolved one 'MANY<1C>' 10.9.7.5
	point "on one connection" is "$(grep -c "by TCP" "$WORK/truncating.log")" = 1
	stop truncating
	start_ready serving truncating two ./truncates.py short
	in_host one nbctl cache flush
	point "what arrived is used when TCP fails" resolved one 'MORE<1C>' 10.9.7.1
	stop truncating
	helper_reload one <<< 'permanent-name = ONE'
	helper_start two
}

# value KEY FILE: of /proc/PID/status
value()
{
	sed -n "s/^$1:[[:space:]]*//p" "$2"
}

test_privileges()
{
	local status

	helper_down two
	# who becomes nobody reads its files as nobody
	chmod 711 "$WORK"
	helper_start two --user nobody
	status=/proc/${PIDS[helper-two]}/status
	point "--user: another user" is "$(value Uid "$status" | cut -f 1)" != 0
	# CAP_NET_BIND_SERVICE and CAP_NET_ADMIN
	point "with two capabilities" is "$((0x$(value CapEff "$status")))" -eq $((0x1400))
	point "and no way to others" is "$((0x$(value CapBnd "$status")))$(value NoNewPrivs "$status")" = 01
	point "serves as before" soon_held two 'TWO<00>' registered
	helper_down two
	point "SIGTERM: names stay" held two 'TWO<00>' registered
	helper_up two <<< 'permanent-name = TWO
		release-at-exit = yes'
	helper_down two
	point "release-at-exit: they do not" not_held two 'TWO<00>'
}

test_notify()
{
	local socket=$WORK/notify

	manager_start two "$socket"
	NOTIFY_SOCKET=$socket WATCHDOG_USEC=1000000 helper_start two
	point "the service manager is told" log_has manager READY=1
	point "of the state" log_has manager "STATUS=eth0: B node"
	point "that all is well" log_has manager WATCHDOG=1
	kill -HUP "${PIDS[helper-two]}"
	point "of a reload" log_has manager RELOADING=1
	helper_down two
	point "and of the end" log_has manager STOPPING=1
	stop manager
}
