# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-nbnsd.sh after peers.sh: nbnsd as a process on the host "wins",
# with a client of our own and Samba's programs on the host "pc", and Samba's WINS
# server on the host "samba".

WINS=10.9.2.1
SAMBA_WINS=10.9.2.4
BESIDE=10.9.5.1

# wins_start: settings on stdin; until it is ready
wins_start()
{
	cat > "$WORK/nbnsd.conf"
	wins_again
}

wins_again()
{
	start_ready ": ready" wins wins nbnsd --user nobody --config "$WORK/nbnsd.conf" \
		--database "$STATE/names.mdb"
}

wins_kill()
{
	kill -9 "${PIDS[wins]}"
	wait "${PIDS[wins]}" 2> /dev/null
	unset "PIDS[wins]"
}

# wins_says TEXT [OPTION...]: it does not start, and says why
wins_says()
{
	local text=$1

	shift
	fails limited "$PATIENCE" wins nbnsd --user nobody --config "$WORK/nbnsd.conf" \
		--database "$STATE/second.mdb" "$@" > "$WORK/said" 2>&1
	cat "$WORK/said"
	has "$WORK/said" "$text"
}

# client COMMAND [OPTION...]
client()
{
	limited $((3 * PATIENCE)) pc "$NAMES_DIR/nbns.py" "$1" "$WINS" "${@:2}"
}

# looked_up NAME#SUFFIX ADDRESS: by Samba's program
looked_up()
{
	says "$2 " limited "$PATIENCE" pc nmblookup --configfile="$WORK/smb.conf" \
		--recursion -U "$WINS" "$1"
}

not_looked_up()
{
	! looked_up "$@"
}

test_rights()
{
	point "it serves as nobody" test "$(stat -c %U "/proc/${PIDS[wins]}")" = nobody
	point "with CAP_NET_BIND_SERVICE alone" \
		grep -q '^CapPrm:[[:space:]]*0*400$' "/proc/${PIDS[wins]}/status"
	point "a second one is told who has the port" wins_says "by nbnsd (process ${PIDS[wins]}): stop it"
	printf '\nchallenge = never\n' > "$WORK/bad.conf"
	point "a wrong setting is named with its line" \
		wins_says "bad.conf:2: challenge is secured, end-node" --config "$WORK/bad.conf"
}

# what cannot be changed now is named, and not half-applied
test_reload()
{
	printf 'practice = wins\nttl-default = 1000\n' > "$WORK/nbnsd.conf"
	kill -HUP "${PIDS[wins]}"
	point "a reload names what takes a restart" log_has wins "practice takes effect at restart"
	point "and applies the rest" log_has wins "settings read again"
	echo 'ttl-default = never' > "$WORK/nbnsd.conf"
	kill -HUP "${PIDS[wins]}"
	point "not if there is an error in it" log_has wins "not reloaded"
	: > "$WORK/nbnsd.conf"
	kill -HUP "${PIDS[wins]}"
}

test_clients()
{
	# NS-090
	point "the owner of a name is asked" client challenge
	# NS-035, NS-033, NS-034
	point "long lists by TCP" client members
	# DG-040, DG-041
	point "datagrams are distributed, fragments too" client datagrams
	point "10,000 packets of garbage" client garbage --count 10000
}

# More than a send buffer has room for, by a link that is slower than the server
test_many()
{
	ip -n pc route add local 10.77.0.0/16 dev lo
	ip -n wins route add 10.77.0.0/16 via 10.9.2.2
	client members --count 600 > "$WORK/members"
	# DG-040
	if in_host wins tc qdisc add dev eth0 root tbf rate 20mbit burst 64k \
		limit 20m 2> /dev/null; then
		point "each of 600 members has its copy" client spread --count 600
		in_host wins tc qdisc del dev eth0 root
	else
		skip "each of 600 members has its copy" "this kernel has no sch_tbf"
	fi
	point "a neighbour that is gone silences nobody" client gone --other 10.9.2.99 --count 2000
}

# NS-014, NS-016, NS-021 as Samba sends them
test_nmbd()
{
	cat > "$WORK/smb.conf" <<- EOF
		[global]
		netbios name = PC
		workgroup = TEAMS
		wins server = $WINS
		interfaces = 10.9.2.2/24
		bind interfaces only = yes
		$(samba_state "$WORK/nmbd")
	EOF
	start nmbd pc nmbd --foreground --no-process-group --debug-stdout \
		--configfile="$WORK/smb.conf"
	point "nmbd registers its name" until_ok "PC" looked_up PC#20 10.9.2.2
	point "and its group" until_ok "TEAMS" looked_up TEAMS#00 10.9.2.2
	point "a name that nobody has is not found" not_looked_up NOBODY#20 10.9.2.2
	stop nmbd
	point "nmbd releases its name" until_ok "no PC" not_looked_up PC#20 10.9.2.2
}

test_kill()
{
	: > "$WORK/load"
	client load --count 60000 --file "$WORK/acked" >> "$WORK/load" &
	until_ok "some names" has "$WORK/load" some
	wins_kill
	wait $!
	point "restarts after kill -9" wins_again
	point "with every name that was acknowledged ($(tail -n 1 "$WORK/load"))" \
		client check --file "$WORK/acked"
}

# A disk with room for little; names are refused, and what was granted stays
test_disk()
{
	stop wins
	mount -t tmpfs -o size=400k,mode=777 tmpfs "$STATE"
	wins_again
	client load --count 20000 --prefix D --file "$WORK/acked" > "$WORK/load"
	point "a full disk is in the log" log_has wins "takes no changes (No space"
	point "names are served ($(tail -n 1 "$WORK/load"))" client check --file "$WORK/acked"
	wins_kill
	wins_again
	point "and are there afterwards" client check --file "$WORK/acked"
	stop wins
	umount "$STATE"
}

test_damaged()
{
	dd if=/dev/urandom of="$STATE/names.mdb" bs=8k seek=1 count=8 conv=notrunc 2> "$WORK/dd"
	point "it starts with a damaged database" wins_again
	point "which is kept" test -s "$STATE/names.mdb.broken"
	point "and serves" client garbage --count 10
	echo text > "$STATE/second.mdb-journal"
	chown nobody "$STATE/second.mdb-journal"
	point "what is not its own is left to the administrator" \
		wins_says "second.mdb-journal: no journal of nbnsd: left as it is"
}

# torture TEST [SERVER]: Samba's, which ends by itself
torture()
{
	limited $((3 * PATIENCE)) pc smbtorture --configfile="$WORK/smb.conf" "//${2:-$WINS}/x" \
		-U% --option=torture:timelimit=2 "$1"
}

# torture_passes TEST SERVER: what of it succeeds there, sorted
torture_passes()
{
	torture "$1" "$2" > "$WORK/torture-$2" 2>&1
	# a bench succeeds without any answer, too, and time-outs of a slow guest are none
	if [[ $1 != *bench* ]] || tr '\r' '\n' < "$WORK/torture-$2" | answered; then
		sed -n 's/^success: //p' "$WORK/torture-$2" | sort
	fi
}

# "N queries per second (N failures)": most of two seconds were answered
answered()
{
	awk '/queries per second/ { sum = 2 * $1; bad = substr($5, 2) }
		END { exit !(sum > 10 * bad) }'
}

# passes_all FILE: nbnsd passes what is in it
passes_all()
{
	torture_passes "$test" "$WINS" > "$WORK/passed"
	cat "$WORK/torture-$WINS"
	[ -z "$(comm -23 "$1" "$WORK/passed")" ]
}

# torture_point TEST: what Samba's own WINS server passes; what that fails is listed
torture_point()
{
	local test=$1

	torture_passes "$test" "$SAMBA_WINS" > "$WORK/passed-samba"
	if [ -s "$WORK/passed-samba" ]; then
		point "$test" passes_all "$WORK/passed-samba"
	else
		skip "$test" "Samba's nmbd fails $(sed -n 's/^failure: \([a-z_]*\).*/\1/p' \
			"$WORK/torture-$SAMBA_WINS" | xargs)"
	fi
}

# The only complaint is about a scope of 238 octets, which RFC 1002 4.1 forbids
wins_test()
{
	torture nbt.wins.wins > "$WORK/torture" 2>&1
	grep -B 3 WARNING "$WORK/torture"
	has "$WORK/torture" "Testing name registration" &&
		[ "$(grep -c WARNING "$WORK/torture")" = 1 ] &&
		grep -A 3 "name .*234567890123456789012345678901234567 at" "$WORK/torture" |
		grep -q "WARNING.*IO_TIMEOUT"
}

test_torture()
{
	local test

	stop wins
	rm -f "$STATE"/*
	wins_start <<< 'practice = wins
		challenge-timeout = 100
		challenge-count = 2'
	nmbd_up samba SAMBA "${WINS_LINES[@]}"
	# it holds its own names a few seconds after that
	until_ok "the name of nmbd" wins_knows pc "$SAMBA_WINS" SAMBA#20 "$SAMBA_WINS"
	for test in nbt.bench nbt.bench-wins; do
		torture_point "$test"
	done
	nmbd_stop samba
	# NS-040, NS-089: and its name is that of the server, which is none of a node
	skip nbt.register "it wants an answer to NAME OVERWRITE DEMAND"
	point "nbt.wins.wins, but for a name that is too long" wins_test
}

# The port of datagrams is that of somebody else
test_port()
{
	stop wins
	start other wins python3 -c 'import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 138))
print("bound", flush=True)
time.sleep(600)'
	log_has other bound
	wins_start <<< 'nbdd = auto'
	point "without port 138 there is no NBDD" log_has wins "no datagram distribution"
	stop wins
	echo 'nbdd = yes' > "$WORK/nbnsd.conf"
	point "and if it has to be, who has it is told" wins_says "in use, by a process of user root: stop it"
	stop other
}

# beside_says TEXT: on the host of the node, with settings on stdin, it does not start
beside_says()
{
	cat > "$WORK/beside.conf"
	fails limited "$PATIENCE" samba nbnsd --user nobody --config "$WORK/beside.conf" \
		--database "$STATE/beside.mdb" > "$WORK/said" 2>&1
	cat "$WORK/said"
	has "$WORK/said" "$1"
}

# nobody_binds PORT ADDRESS: not even with all the options there are, as root
nobody_binds()
{
	limited "$PATIENCE" samba python3 - "$@" << 'PYTHON'
import errno, socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'eth1')
    try:
        s.bind((sys.argv[2], int(sys.argv[1])))
    except OSError as error:
        sys.exit(error.errno != errno.EADDRINUSE)
sys.exit(1)
PYTHON
}

# second_adapter: the host "samba" gets one, with nothing but "pc" at its other end
second_adapter()
{
	ip link add eth1 netns samba type veth peer name eth1 netns pc
	ip -n samba address add "$BESIDE/24" dev eth1
	ip -n pc address add 10.9.5.2/24 dev eth1
	ip -n samba link set eth1 up
	ip -n pc link set eth1 up
}

# A node has one adapter of a host, and nbnsd the other
test_beside()
{
	local port

	second_adapter
	in_host samba nbctl node set enabled on permanent-name 'NODE<00>'
	helper_up samba < /dev/null
	point "a node with all adapters is named, and what to do" \
		beside_says "by netbiosd" <<< 'beside-node = no'
	point "in words" has "$WORK/said" 'set "interface" in nbnsd.conf'
	helper_down samba
	helper_up samba <<< 'adapter eth1 { enabled = no }'
	point "port 138 is the node's on all adapters, which is told" \
		beside_says "UDP port 138: Address already in use, by a process of user root" \
		<<< 'interface = eth1
			nbdd = yes'
	point "and what to do" has "$WORK/said" '"nbctl node set dgram-port 0"'
	in_host samba nbctl node set dgram-port 0
	start_ready ": ready" beside samba nbnsd --user nobody --config "$WORK/beside.conf" \
		--database "$STATE/beside.mdb"
	point "with an adapter of its own it serves beside a node" \
		limited "$PATIENCE" pc "$NAMES_DIR/nbns.py" load "$BESIDE" --address 10.9.5.2 \
		--count 20 --file "$WORK/beside"
	point "what it answers for" limited "$PATIENCE" pc "$NAMES_DIR/nbns.py" check "$BESIDE" \
		--address 10.9.5.2 --file "$WORK/beside"
	point "and the node answers on the other" \
		says "NODE " limited "$PATIENCE" pc nmblookup --configfile="$WORK/smb.conf" \
		-A "$SAMBA_WINS"
	for port in 137 138; do
		point "nobody binds beside its port $port" nobody_binds "$port" "$BESIDE"
		point "nor everywhere" nobody_binds "$port" 0.0.0.0
	done
	stop beside
	helper_down samba
}
