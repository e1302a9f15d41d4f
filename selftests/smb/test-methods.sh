# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: how servers are reached, and what happens to callers when
# they are not.

# echoer HOST NAME: AF_NETBIOS that sends everything back
echoer()
{
	start "echo-$1" "$1" nbcat --listen --keep --echo "$2" < /dev/null
	until_ok "$2 to listen" listens "$1" "$2"
}

listens()
{
	in_host "$1" nbctl session | grep -F "$2" | grep -qw listen
}

listens_not()
{
	! listens "$@"
}

# peer_call ADDRESS PORT HOW [ARGUMENT]
peer_call()
{
	HOSTILE_PATIENCE=$PATIENCE limited "$((PATIENCE * 3))" peer "$HOSTILE" call "$@"
}

# SMB-005: both ways at once, and the first one that answers
test_both()
{
	point "a server on 445 that has a name: directly is the first to answer" \
		says "on modern" where 445 10.9.0.14 MODERN
	point "which the log tells" proxy_log "joined with MODERN directly"
	[ "$MODE" = full ] || return 0
	behind_silence old 445 10.9.0.11 OLDPC
	behind_silence modern 139 10.9.0.14 MODERN
}

# behind_silence HOST PORT ADDRESS NAME: the other method answers
behind_silence()
{
	local what="a firewall that is silent about $2"

	in_host "$1" nft -f - <<< "table ip t { chain in { type filter hook input priority 0; tcp dport $2 drop; }; }" || {
		skip "$what" "no nftables"
		return
	}
	point "$what keeps nobody waiting" says "on $1" where 445 "$3" "$4"
	in_host "$1" nft delete table ip t
}

# P-02: the server is there and has another name
test_fallback()
{
	echoer second 'SECOND<20>'
	point "a server that does not have the name is called *SMBSERVER" \
		peer_call 10.9.0.13 445 echo
	point "which the log tells" proxy_log 'joined with RENAMED by NetBIOS, as *SMBSERVER<20>'
	stop echo-second
}

# A caller whose server is not there is not left in the dark
test_unreachable()
{
	in_host second nbctl cache add 'NOWHERE<20>' 10.9.0.1
	point "a caller whose server is not reached is hung up on" \
		fails limited "$PATIENCE" second nbcat NOWHERE < /dev/zero
	point "and the log says why" \
		proxy_log 'SECOND<00> at 10.9.0.6 to 10.9.0.2: not reached: directly: Connection refused'
}

# Whoever starts it wants to know whether it serves anybody: a host without a node has
# no name to listen on
test_ready()
{
	echo 'called "NOBODY" { server = "10.9.0.3" }' > "$WORK/unready.conf"
	manager_start peer "$WORK/notify"
	NOTIFY_SOCKET=$WORK/notify start unready peer nbproxy --config "$WORK/unready.conf"
	point "nbproxy is not ready while it listens nowhere, and says what it waits for" \
		log_has unready "not ready, nobody can call: waiting for NOBODY<20>"
	point "and so does the status of the service, with the reason" log_has manager \
		"listening in 0 places, waiting for NOBODY<20> (no helper to claim the name, or the node is not enabled)"
	point "which is all they say" \
		fails grep -qE ": ready|^READY" "$WORK/unready.log" "$WORK/manager.log"
	echo 'listen "127.0.0.2" { server = "10.9.0.3" }' >> "$WORK/unready.conf"
	kill -HUP "${PIDS[unready]}"
	point "one place is enough, and the other one is named" \
		log_has unready "ready, but waiting for NOBODY<20>"
	point "and the service manager is told" log_has manager READY=1
	stop unready manager
	start taker peer python3 -c 'import socket; socket.create_server(("", 445)).accept()'
	until_ok "port 445" is_listening peer 445
	start unready peer nbproxy --config "$WORK/unready.conf"
	point "a port that a server has on all addresses is not to be had, and the log says so" \
		log_has unready "127.0.0.2: another program has this port, or has it on all addresses"
	stop unready taker
	echo 'listen "127.0.0.2" { server = "0.0.0.0" }' > "$WORK/unready.conf"
	point "a server that is none is an error, which has its line" \
		says "unready.conf:1: listen \"127.0.0.2\": server is no address of a host" \
		limited "$PATIENCE" peer nbproxy --check-config --config "$WORK/unready.conf"
}

# Settings are read again; sessions go on, names come and go
test_reload()
{
	start hold peer "$HOSTILE" call 10.9.0.15 1445 hold "$WORK/go"
	log_has hold holds
	proxy_reload << 'CONFIG'
max-sessions = 3
called "NEWNAME" { server = "10.9.0.4" }
called "FILES" { server = "10.9.0.4" }
listen "10.9.0.15:1445" { server = "ECHO" method = netbios }
CONFIG
	touch "$WORK/go"
	point "a session goes on while settings are read again" log_has hold good
	stop hold
	point "the same name is another server now" says "on other" where 139 10.9.0.1 FILES
	point "a name that is not in the settings any more is not listened on" \
		listens_not node 'BACKUP<20>'
	point "and a port neither" fails where 445 10.9.0.11 OLDPC
	point "more sessions than there may be wait" says "3 of 5 served" \
		peer_call 10.9.0.15 1445 many 5
	proxy_reload <<< 'called "FILES" { server = "10.9.0.3" nonsense = 1 }'
	point "settings that are wrong change nothing" says "on other" where 139 10.9.0.1 FILES
}

test_methods()
{
	echoer node 'ECHO<20>'
	test_both
	test_fallback
	test_ready
	test_unreachable
}
