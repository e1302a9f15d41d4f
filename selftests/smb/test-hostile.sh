# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: peers that stall, flood, or break the framing. What they
# get is a reset, what the other end gets is a reset, and the proxy goes on.

# SMB-004, and what is no frame at all
test_bad_callers()
{
	point "frames of all sizes come back" peer_call 10.9.0.15 1445 echo
	point "frames octet by octet" peer_call 10.9.0.15 1445 dribble
	point "many frames at once; keep-alives are not passed on" \
		peer_call 10.9.0.15 1445 together
	point "a frame that NetBIOS cannot carry ends the session" \
		peer_call 10.9.0.15 1445 long
	point "and the log says how long it was" proxy_log "a frame of 131072 octets"
	point "a header that is none ends the session" peer_call 10.9.0.15 1445 type
	point "and the log shows it" proxy_log "it begins with 81"
	point "an end inside a frame is a reset for the other end" \
		peer_call 10.9.0.15 1445 cut
	point "and the log says so" proxy_log "the caller: ended inside a frame"
	# SMB-009
	point "an idle session is kept alive, between frames" kept_alive
}

# kept_alive: an idle session, at whose other end is AF_NETBIOS of this node, too
kept_alive()
{
	local before

	before=$(stat_of keepalives-received)
	start_ready holds idle peer "$HOSTILE" call 10.9.0.15 1445 hold "$WORK/idle" || return
	until_ok "keep-alives" more_than "$before" keepalives-received &&
		touch "$WORK/idle" && log_has idle good
}

stat_of()
{
	in_host node nbctl stats --all | awk -v name="$1" '$1 == name { print $2 }'
}

more_than()
{
	[ "$(stat_of "$2")" -gt "$1" ]
}

test_stalled_callers()
{
	settings 'stall-timeout = 2' 'max-sessions-source = 12' | proxy_reload
	point "half a frame and then nothing ends the session after stall-timeout" \
		peer_call 10.9.0.15 1445 stall
	point "and the log says so" proxy_log "has stopped inside a frame"
	point "who sends and never reads is stopped, and put out" peer_call 10.9.0.15 1445 flood
	point "and the log says so" proxy_log "takes nothing any more"
	point "a server that sends without end to who never reads is stopped, and put out" \
		flooded
	point "and neither cost memory to speak of" is "$(rss)" -lt 16384
	point "one address has so many sessions, and no more" \
		says "12 of 20 served" peer_call 10.9.0.15 1445 many 20
}

# A server on 445 that never stops; its caller on 139 is asleep
flooded()
{
	local status

	in_host second nbctl cache add 'RAW<20>' 10.9.0.1
	start_ready serves server-flood peer "$HOSTILE" serve 1445 flood || return
	{
		echo question
		sleep "$PATIENCE"
	} | limited "$((PATIENCE * 2))" second nbcat RAW | { sleep "$PATIENCE"; } &
	log_has server-flood "until nobody took more" &&
		proxy_log "10.9.0.2: the caller: takes nothing any more" &&
		log_has server-flood "and was reset"
	status=$?
	kill $! 2> /dev/null
	stop server-flood
	return "$status"
}

rss()
{
	awk '/^VmRSS/ { print $2 }' "/proc/${PIDS[nbproxy]}/status"
}

# A caller that cannot be accepted stays readable: nobody runs in circles for it
test_descriptors()
{
	local pid=${PIDS[nbproxy]} limit

	limit=$(prlimit --pid "$pid" --nofile --noheadings --output SOFT)
	prlimit --pid "$pid" --nofile=3:
	start waits peer "$HOSTILE" call 10.9.0.15 1445 echo
	point "without descriptors callers wait" proxy_log "callers have to wait"
	point "and are not looked at all the time" \
		is "$(grep -c "callers have to wait" "$WORK/nbproxy.log")" -lt 5
	prlimit --pid "$pid" --nofile="${limit// /}:"
	point "until there are some" log_has waits good
	stop waits
}

# answered HOW TEXT: a server on 445 that answers so; its caller is reset, not hung up on
answered()
{
	start_ready serves "server-$1" peer "$HOSTILE" serve 1445 "$1"
	echo question | limited "$((PATIENCE * 2))" second nbcat RAW > "$WORK/answer" 2>&1
	stop "server-$1"
	cat "$WORK/answer"
	has "$WORK/answer" "Connection reset by peer" && proxy_log "$2"
}

test_bad_servers()
{
	point "a server whose frame is too long" answered long "the server: a frame of 131072 octets"
	point "a server that sends no frame" answered type "the server: no frame of SMB: it begins with 83"
	point "a server that ends inside a frame" answered cut "the server: ended inside a frame"
	point "a server that resets" answered reset "the server has gone: Connection reset by peer"
}

test_hostile()
{
	test_bad_callers
	[ "$MODE" = full ] || return 0
	test_stalled_callers
	test_descriptors
	test_bad_servers
	settings | proxy_reload
	point "after all that a file is still the same" \
		same_bytes 139 10.9.0.1 FILES modern --max-protocol=SMB3
	test_reload
	point "nbproxy is still the same process" kill -0 "${PIDS[nbproxy]}"
}
