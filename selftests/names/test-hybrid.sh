# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: H nodes whose name server, Samba's nmbd, dies and
# comes back; a P node that only the server knows.

# hybrid_node HOST TYPE NAME
hybrid_node()
{
	helper_up "$1" << CONFIG
	node-type = $2
	permanent-name = $3
	nbns = {10.9.5.1}
	session-service = yes
	negative-ttl = 0
	lmhosts = ""
	$SHORT_TIMERS
CONFIG
}

scenario_hybrid()
{
	hosts_up wins=10.9.5.1 alpha=10.9.5.11 beta=10.9.5.12 pnode=10.9.5.13 \
		bnode=10.9.5.14 client=10.9.5.20
	# long enough for the server to be away
	wins_up wins WINS 'max wins ttl = 300' 'min wins ttl = 200' || die "nmbd does not start"
	[ "$MODE" = quick ] || capture beta names-hybrid
	hybrid_node alpha h ALPHA
	hybrid_node beta h BETA
	hybrid_node pnode p PNODE
	watch alpha adapter alert name
	hybrid_before
	hybrid_server_dies
	hybrid_without
	hybrid_killed
	hybrid_server_returns
	[ "$MODE" = full ] || return 0
	hybrid_b_node
	capture_end
}

hybrid_before()
{
	point "the name is with the server" soon_in_wins client 10.9.5.1 ALPHA#00 10.9.5.11
	# H-003
	point "NBNS-AVAILABLE is true" adapter_has alpha "NBNS-AVAILABLE yes (10.9.5.1)"
	program server alpha --listen --keep --echo 'SERVER<20>'
	soon_held alpha 'SERVER<20>' registered
	program old pnode --listen 'OLD<20>'
	point "P has a name that only the server knows" soon_held pnode 'OLD<20>' registered
	program caller beta 'SERVER<20>'
	program_say caller before
	point "a session by name" log_has caller before
}

# H-004, H-022: asking three times is what finding out costs
hybrid_server_dies()
{
	nmbd_stop wins TERM
	point "what nobody knows is not found" \
		says "no such name" limited "$PATIENCE" beta nbctl resolve 'NOBODY<01>'
	point "NBNS-AVAILABLE is false" until_ok "NBNS-AVAILABLE" adapter_has beta "NBNS-AVAILABLE no"
	point "nor is the next one" \
		says "no such name" limited "$PATIENCE" beta nbctl resolve 'NOBODY<02>'
	[ "$MODE" = full ] || return 0
	point "the first question after the server's death pays" is "$(asked_server 4142)" -eq 3
	point "the next one does not" is "$(asked_server 4143)" -eq 0
}

# asked_server SUFFIX: how often beta asked the server for NOBODY with this suffix,
# as it is encoded: letters of names begin at octet 21 of UDP, headers included
asked_server()
{
	sleep 0.2
	tcpdump -nr "$CAPTURE" "src 10.9.5.12 and dst 10.9.5.1 and udp port 137 and
		udp[21:2] = 0x454f and udp[51:2] = 0x$1" 2> /dev/null | wc -l
}

hybrid_without()
{
	# H-011, H-012
	program new alpha --listen --keep --echo 'NEW<20>'
	point "a new name is provisional" soon_held alpha 'NEW<20>' provisional
	# H-022, H-028
	point "and found by broadcast" resolved beta 'NEW<20>' 10.9.5.11
	point "as is one that the server knew" resolved beta 'ALPHA<00>' 10.9.5.11
	# H-027
	point "it can be called" called beta 'NEW<20>'
	program_say caller meanwhile
	point "the session goes on" log_has caller meanwhile
	point "nmblookup finds it by broadcast" \
		looked_up "10.9.5.11 NEW<20>" client --broadcast=10.9.5.255 NEW#20
	# RFC 1001 15.2.3: somebody here objects, server or not
	point "the area defends its names" \
		says "Address already in use" limited "$PATIENCE" beta nbcat --listen 'NEW<20>'
	program clash alpha --listen 'OLD<20>'
	point "no broadcast reaches P" soon_held alpha 'OLD<20>' provisional
	point "the event tells" watched alpha "nbns-available=no"
}

# H-012: what the server had granted to a helper that was killed, the next one does
# not know
hybrid_killed()
{
	helper_kill alpha
	point "kill -9 of the helper: its name is as it was" held alpha 'SERVER<20>' registered
	helper_start alpha
	point "the next helper has only the area to ask" soon_held alpha 'SERVER<20>' provisional
	point "and still answers for it" resolved beta 'SERVER<20>' 10.9.5.11
	program_say caller killed
	point "the session does not notice" log_has caller killed
}

hybrid_server_returns()
{
	: > "$WORK/watch-alpha.log"
	nmbd_start wins
	# H-006, H-008
	point "the poll finds the server" until_ok "NBNS-AVAILABLE" \
		adapter_has alpha "NBNS-AVAILABLE yes"
	point "the event tells that, too" watched alpha "nbns-available=yes"
	# H-013
	point "the provisional name is registered" soon_held alpha 'NEW<20>' registered
	point "with the server" soon_in_wins client 10.9.5.1 NEW#20 10.9.5.11
	point "and so is what a helper left to the next" soon_held alpha 'SERVER<20>' registered
	# H-014: nmbd asks P, which has it
	point "one that P holds comes into conflict" in_conflict alpha 'OLD<20>'
	point "and stays P's" held pnode 'OLD<20>' registered
	program_say caller after
	point "the session has seen all of it" log_has caller after
}

# in_conflict HOST NAME: it is or was; the program that had it may be gone by now
in_conflict()
{
	until_ok "$2 to be in conflict" grep -qF "name=$2 group=no state=conflict" \
		"$WORK/watch-$1.log"
}

# H-026
hybrid_b_node()
{
	helper_up bnode << CONFIG
	node-type = b
	permanent-name = BNODE
	lmhosts = ""
CONFIG
	point "a B node in the area is reported" watched alpha "kind=b-node-heard"
}
