# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: programs CALL a real smbd, refusing listeners of
# their own kind, and a byte-level peer.

call()
{
	limited "$PATIENCE" "$@"
}

test_call_samba()
{
	capture node call-samba
	point "CALL smbd by its name, negotiate SMB1 (SS-029, SS-033, SMB-001)" \
		says "SMB negotiated: NT LM 0.12" call node smbcall FILESERVER
	point "the unbound caller has the node's permanent name" \
		has "$WORK/said" "session OURNODE<00> -> FILESERVER<20> with 10.9.0.3:139"
	point "negotiate SMB2 on port 139" \
		says "SMB negotiated: SMB 2.1" call node smbcall -2 FILESERVER
	point "smbd takes any well-formed name (P-16)" \
		says "SMB negotiated: NT LM 0.12" call node smbcall 'ANY NAME<7f>'
	point "the caller has the name that it bound" \
		says "session OTHERNAME<00> -> FILESERVER<20>" \
		call node smbcall -c 'OTHERNAME<00>' FILESERVER
	wire_point "each call was positively answered (82)" \
		"src port 139 and $(header 82000000)" -eq 4
	wire_point "callers use an ephemeral port (SS-028)" \
		"src host 10.9.0.1 and src port 139" -eq 0
	capture_end
}

# refused HOST NAME HH ERRNO WHY [ARGUMENT...]: a call fails so
refused()
{
	local host=$1 name=$2 octet=$3 errno=$4 why=$5

	shift 5
	point "$why: $errno, NB_WIRE_ERROR $octet" \
		says "no session with $name: $errno, wire error $octet" \
		call "$host" smbcall "$@" "$name"
}

start_listeners()
{
	start_ready "listening on" filtered node smblisten -C 'FRIEND<00>' CLOSED
	start_ready "listening on" stalled node smblisten -s -b 1 FULL
	start_ready "listening on" moving node nbcat -lkv -R 10.9.0.3:139 MOVED
	start_ready "listening on" circle node nbcat -lkv -R 10.9.0.1:139 CIRCLE
}

# A stalled listener with room for N takes N or N + 1 sessions; then the next is refused.
fill_backlog()
{
	local i

	for ((i = 0; i < 3; i++)); do
		start "fill$i" second smbcall -t 60 FULL
	done
	until_ok "a refused session" grep -qF "wire error 83" "$WORK"/fill?.log
}

# The answers of our own 139 server, to our own caller on another host.
test_call_listener()
{
	capture node call-listener
	start_listeners
	refused second 'ABSENT<20>' 82 ECONNREFUSED "name not held (SS-017)"
	refused second 'DEAF<20>' 80 ECONNREFUSED "name held, nobody listens (SS-016)"
	refused second 'CLOSED<20>' 81 EACCES "listens for another caller (SS-016)"
	point "the caller that is listened for has its session (SS-018)" \
		says "session FRIEND<00> -> CLOSED<20>" call second smbcall -c 'FRIEND<00>' CLOSED
	point "some sessions wait, one more than fits is refused (SS-015)" fill_backlog
	refused second 'FULL<20>' 83 ECONNREFUSED "backlog full (SS-015)"
	stop fill0 fill1 fill2 stalled filtered
	point "RETARGET to smbd is followed (SS-014, SS-037)" \
		says "MOVED<20> with 10.9.0.3:139" call second smbcall MOVED
	point "and SMB is negotiated there" has "$WORK/said" "SMB negotiated"
	refused second 'CIRCLE<20>' 00 ELOOP "a listener that retargets to itself (SS-038)"
	for octet in 80 81 82 83; do
		wire_point "$octet is on the wire" "src port 139 and $(negative $octet)" -ge 1
	done
	capture_end
}

# Addresses that answer each in their own way; peer_names() in run-tests.sh has
# the names that lead there.
start_peer()
{
	start peer peer peer.py serve \
		10.9.0.128:139=80 10.9.0.129:139=81 10.9.0.130:139=82 \
		10.9.0.131:139=83 10.9.0.143:139=8f 10.9.0.144:139=83,accept \
		10.9.0.150:139=10.9.0.3:139 10.9.0.151:139=10.9.0.151:1390 \
		10.9.0.151:1390=accept 10.9.0.152:139=10.9.0.152:139 \
		10.9.0.153:139=127.0.0.1:139 10.9.0.154:139=10.9.0.255:139 \
		10.9.0.155:139=192.0.2.1:139 10.9.0.156:139=10.9.0.4:9,accept \
		10.9.0.157:139=close 10.9.0.158:139=silent
}

peer_refusals()
{
	refused node 'PEER80<20>' 80 ECONNREFUSED "peer: nobody listens (SS-034)"
	refused node 'PEER81<20>' 81 EACCES "peer: not for this caller (SS-034)"
	refused node 'PEER82<20>' 82 ECONNREFUSED "peer: no such name (SS-035)"
	refused node 'PEER83<20>' 83 ECONNREFUSED "peer: no resources (SS-036)"
	refused node 'PEER8F<20>' 8F EIO "peer: unspecified error (SS-036)"
	point "80 and 81 are final: one connection each (SS-034)" \
		is "$(grep -cE 'calls PEER8(0|1)' "$WORK/peer.log")" -eq 2
	point "83 is tried again, at most 4 times (SS-036, SS-038)" \
		is "$(grep -c 'calls PEER83' "$WORK/peer.log")" -le 4
}

peer_retargets()
{
	point "peer: RETARGET to another host (SS-037)" \
		says "SMB negotiated" call node smbcall TOSAMBA
	point "peer: RETARGET to another port (HANDOFF-003)" \
		says "with 10.9.0.151:1390" call node smbcall TOPORT
	refused node 'TOSELF<20>' 00 ELOOP "peer: RETARGET without end (SS-038)"
	point "which took no more connections than SSN_RETRY_COUNT, 4 (SS-038)" \
		is "$(grep -c 'calls TOSELF' "$WORK/peer.log")" -le 4
}

# What a peer must not make us do: connect to ourselves or to everybody.
peer_forbidden()
{
	local name

	for name in TOLOOPBACK TOALL TOFAR; do
		refused node "$name<20>" 00 EPERM "peer: a RETARGET that is not followed"
	done
	wire_point "no packet went there" "dst host 127.0.0.1 or 10.9.0.255 or 192.0.2.1" -eq 0
}

peer_failures()
{
	point "peer: RETARGET to a closed port falls back to the first host (SS-031)" \
		says "session OURNODE<00> -> TODEAD<20>" call node smbcall TODEAD
	refused node 'HANGSUP<20>' 00 ECONNRESET "peer: hangs up without an answer"
	in_host node nbctl node set response-timeout 1500
	refused node 'SILENT<20>' 00 ETIMEDOUT "peer: no answer (SS-029)"
	refused node 'NOSERVER<20>' 00 ECONNREFUSED "port 139 is closed (SS-030)"
	in_host node nbctl node set response-timeout 15000
}

test_call_peer()
{
	capture node call-peer
	log_has peer "peer: ready" || die "the byte-level peer does not start"
	peer_refusals
	peer_retargets
	[ "$MODE" = quick ] || peer_forbidden
	[ "$MODE" = quick ] || peer_failures
	refused node 'NOTCACHED<20>' 00 ENETDOWN "a name that only a helper could find"
	capture_end
}
