# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: every reason that nbctl diagnose can give, made to happen.

# verdict WORD OPERAND...: what it finds on host one, for programs and for people
verdict()
{
	local word=$1 status=0 expected=1

	shift
	limited "$((PATIENCE * 2))" one nbctl diagnose -j --wait "${WAIT:-4}" "$@" \
		> "$WORK/diagnosis" 2>&1 || status=$?
	cat "$WORK/diagnosis"
	echo "$word" >> "$WORK/verdicts"
	[ "$word" != ok ] || expected=0
	[ "$status" = "$expected" ] &&
		python3 - "$word" "$WORK/diagnosis" <<- 'CHECK'
	import json, re, sys
	word, path = sys.argv[1:]
	answer = json.load(open(path))
	assert answer["verdict"] == word, answer["verdict"]
	for key in ("name", "scope", "reason", "advice"):
	    assert isinstance(answer[key], str), key
	assert answer["reason"].count(" ") > 3, "no sentence: " + answer["reason"]
	assert answer["steps"] and (answer["advice"] or word == "ok")
	# as in errno(3): not for people
	assert not re.search(r"\bE[A-Z]{3}", answer["reason"] + answer["advice"])
	for step in answer["steps"]:
	    assert sorted(step) == ["result", "step", "text"], step
	    assert step["result"] in ("ok", "note", "failed"), step
	assert (word == "ok") == all(s["result"] != "failed" for s in answer["steps"])
	CHECK
}

diagnose_ok()
{
	point "a name that can be called" verdict ok FILES
	point "people get sentences" says "FILES<20>: nothing is wrong" one_ctl diagnose FILES
}

diagnose_hosts()
{
	point "nobody has the name" verdict not-found NOSUCHPC
	point "an address is no name" says "nbctl status ADDRESS" one_ctl diagnose 10.9.0.2
	point "no host has a name with an asterisk" verdict not-found '*'
	point "and nobody is asked" says "so nobody is asked" cat "$WORK/diagnosis"
	point "the host is there, the service not" verdict no-service TWO
	point "the name is there, nobody listens" verdict no-listener DEAF
	one_ctl cache add 'STALE<20>' 10.9.0.2
	point "the address is that of another host" verdict wrong-host STALE
	one_ctl cache add 'CLOSED<20>' 10.9.0.3
	point "the host has no NetBIOS" verdict port-closed CLOSED
	start direct three python3 -c 'import socket; socket.create_server(("", 445)).accept()'
	until_ok "port 445" is_listening three 445
	point "but SMB on port 445" verdict direct-only CLOSED
	stop direct
	one_ctl cache add 'FILES<20>' 10.9.0.3,10.9.0.2
	point "of several addresses one will do, as for connect()" verdict ok FILES
	one_ctl cache del 'FILES<20>'
	one_ctl cache add 'DEAD<20>' 10.9.0.77
	point "the host is off" verdict silent DEAD
	in_host two nbctl name add 'TWICE<20>' state conflict
	point "the name is in conflict there" verdict conflict TWICE address 10.9.0.2
	program private two --listen --keep --echo --caller 'FRIEND<00>' 'PRIVATE<20>'
	soon_held two 'PRIVATE<20>' registered
	point "it listens for others only" verdict other-caller PRIVATE
}

# answers HEX: what answers on port 139 of host three says to a SESSION REQUEST
answers()
{
	start answers three python3 -c '
import socket, sys
server = socket.create_server(("", 139))
while True:
    peer = server.accept()[0]
    peer.recv(100)
    peer.sendall(bytes.fromhex(sys.argv[1]))
    peer.recv(100)' "$1"
	until_ok "port 139" is_listening three 139
}

diagnose_answers()
{
	answers 830000018f
	point "the host refuses without a reason" verdict refused SERVER address 10.9.0.3
	stop answers
	answers 485454502f312e31
	point "what answers there is no NetBIOS" verdict call-failed SERVER address 10.9.0.3
	stop answers
}

# a program that takes no calls, and as many calls as can wait
diagnose_busy()
{
	start_ready full busy two env "PYTHONPATH=$REPO_DIR/userspace/python" \
		"LD_LIBRARY_PATH=$REPO_DIR/userspace/build" python3 -c '
import netbios, time
server = netbios.Socket()
server.bind("BUSY<20>")
server.listen(1)
waiting = []
while True:
    call = netbios.Socket()
    try:
        call.connect("BUSY<20>")
        waiting.append(call)
    except OSError as error:
        if waiting:
            print("full:", len(waiting), error, flush=True)
            time.sleep(600)
        time.sleep(0.1)'
	point "the host has no room for one more call" verdict busy BUSY
	stop busy
}

diagnose_firewall()
{
	if ! in_host two nft -f - <<< 'table ip t { chain in { type filter hook input priority 0; tcp dport 139 drop; }; }'; then
		skip "a firewall" "no nftables"
		return
	fi
	point "a firewall swallows calls" verdict firewall FILES
	in_host two nft flush table ip t
	in_host two nft add rule ip t in udp dport 137 drop
	point "or questions for the name" verdict firewall FILES address 10.9.0.2
	in_host two nft delete table ip t
}

diagnose_own_node()
{
	one_ctl name add 'MINE<20>' state registered
	point "an own name that nobody listens on" verdict no-listener MINE
	point "the same name at another host" verdict wrong-host MINE address 10.9.0.2
	point "which nobody said that has it" lacks although "$WORK/diagnosis"
	one_ctl name add 'BOTH<20>' state conflict
	point "an own name in conflict" verdict conflict BOTH
}

# lacks TEXT FILE
lacks()
{
	! has "$2" "$1"
}

# ports that are not those of the RFC
diagnose_ports()
{
	one_ctl node set call-port 1139 dgram-port 0
	point "calls go to another port" says "TCP port 1139 is closed" one_ctl diagnose FILES
	point "datagrams are off" says "datagrams are switched off" one_ctl diagnose FILES
	one_ctl node set call-port 139 dgram-port 138
}

# a scope that is none, and the empty one as a batch file has it
diagnose_scope_words()
{
	point "what is no scope" says "nbctl: diagnose: scope A..B: not a scope" \
		one_ctl diagnose FILES scope A..B
	echo 'diagnose FILES scope ""' > "$WORK/batch"
	point "the empty scope in a batch" says "nothing is wrong" one_ctl -b "$WORK/batch"
}

# the steps before the call are as they should be
diagnose_no_name()
{
	one_ctl node set permanent-name none
	until_ok "the name to go" not_held one 'ONE<00>'
	point "this node has no name to call from" verdict no-own-name FILES
	one_ctl node set permanent-name ONE
	soon_held one 'ONE<00>' registered
}

diagnose_silent_helper()
{
	kill -STOP "${PIDS[helper-one]}"
	WAIT=2 point "the helper does not answer" verdict helper-silent ASKEDNEVER
	kill -CONT "${PIDS[helper-one]}"
}

has_no_address()
{
	! adapter_has one 10.9.0.1
}

diagnose_no_network()
{
	ip -n one address flush dev eth0
	until_ok "the helper to notice" has_no_address
	point "this host has no network" verdict no-network FILES
	ip -n one address add 10.9.0.1/24 dev eth0
	until_ok "the helper to notice" adapter_has one 10.9.0.1
	soon_held one 'ONE<00>' registered
}

diagnose_scope()
{
	helper_reload one <<< 'permanent-name = ONE
		session-service = yes
		scope = OTHER.NET'
	one_ctl node set scope OTHER.NET
	point "a host of another scope" verdict wrong-scope FILES
	point "the same where it should be" verdict wrong-scope FILES address 10.9.0.2
	one_ctl node set scope ""
}

diagnose_nbns()
{
	helper_down one
	helper_up one <<< 'permanent-name = ONE
		session-service = yes
		nbns = { 10.9.0.99 }'
	WAIT=2 point "it takes time to find out that the name server is down" \
		verdict helper-silent NOBODYHAS
	point "which is said" says "perhaps it still waits for the name server" cat "$WORK/diagnosis"
	WAIT=15 point "the name server is down, and nobody else has it" verdict nbns-down NOBODYHAS
	helper_down one
}

diagnose_helper()
{
	point "without a helper" verdict no-helper OTHERPC
	start taker one python3 -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 137))
time.sleep(600)'
	until_ok "port 137 to be taken" one_has_udp_137
	point "and who has its port" says "UDP port 137 is taken by python3" one_ctl diagnose OTHERPC
	stop taker
}

one_has_udp_137()
{
	[ -n "$(ss -N one -Hlun "sport = :137")" ]
}

diagnose_node_off()
{
	one_ctl node set enabled off
	point "NetBIOS is off" verdict node-off FILES
	start taker one python3 -c 'import socket; socket.create_server(("", 139)).accept()'
	until_ok "port 139 to be taken" is_listening one 139
	point "NetBIOS is off, and its port taken" verdict port-taken FILES
	point "by whom" says "taken by python3" one_ctl diagnose FILES
	stop taker
}

test_diagnose()
{
	program deaf two --source 'DEAF<20>' 'FILES<20>'
	soon_held two 'DEAF<20>' registered
	diagnose_ok
	if [ "$MODE" = full ]; then
		diagnose_hosts
		diagnose_answers
		diagnose_busy
		diagnose_firewall
		diagnose_own_node
		diagnose_ports
		diagnose_scope_words
		diagnose_no_name
		diagnose_silent_helper
		diagnose_no_network
		diagnose_scope
		diagnose_nbns
	else
		helper_down one
	fi
	diagnose_helper
	diagnose_node_off
	[ "$MODE" != full ] || point "no verdict is left out" all_verdicts
}

# those that the schema has
all_verdicts()
{
	jq -r '."$defs"."nbctl diagnose".properties.verdict.enum[]' \
		"$REPO_DIR/userspace/nbctl/nbctl.schema.json" | sort > "$WORK/all"
	sort -u "$WORK/verdicts" | diff "$WORK/all" -
}
