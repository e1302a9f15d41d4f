# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests of names: Samba's nmbd on hosts, and Samba's nmblookup.
# Each nmbd has settings and state of its own, and touches none of the machine.

# nmbd_up HOST NAME [LINE...]: with lines for smb.conf; until it has port 137
nmbd_up()
{
	local host=$1 name=$2 dir=$WORK/nmbd-$1

	mkdir -p "$dir"
	cat > "$dir/smb.conf" << CONFIG
[global]
	netbios name = $name
	workgroup = TEAM
	interfaces = eth0
	bind interfaces only = yes
	dns proxy = no
	preferred master = no
	local master = no
	log file = $dir/log
$(samba_state "$dir")
$(printf '\t%s\n' "${@:3}")
CONFIG
	nmbd_start "$host"
}

# What a name server needs, with lifetimes that a test can wait for, seconds
WINS_LINES=('wins support = yes' 'max wins ttl = 16' 'min wins ttl = 8')

# wins_up HOST NAME [LINE...]
wins_up()
{
	nmbd_up "$1" "$2" "${WINS_LINES[@]}" "${@:3}"
}

nmbd_start()
{
	start "nmbd-$1" "$1" nmbd --foreground --no-process-group \
		--configfile="$WORK/nmbd-$1/smb.conf"
	until_ok "nmbd on $1" has_port_137 "$1"
}

# nmbd_stop HOST [SIGNAL]: TERM saves what it knows, KILL does not
nmbd_stop()
{
	kill "-${2:-TERM}" "${PIDS[nmbd-$1]}"
	wait "${PIDS[nmbd-$1]}" 2> /dev/null
	unset "PIDS[nmbd-$1]"
}

has_port_137()
{
	in_host "$1" grep -q ':0089 ' /proc/net/udp
}

# lookup HOST ARGUMENT...: nmblookup
lookup()
{
	[ -e "$WORK/smb.conf" ] || printf '%s\n' '[global]' 'netbios name = ASKS' \
		"lock directory = $WORK" "cache directory = $WORK" \
		"state directory = $WORK" "private dir = $WORK" > "$WORK/smb.conf"
	limited "$PATIENCE" "$1" nmblookup --configfile="$WORK/smb.conf" "${@:2}"
}

# looked_up TEXT HOST ARGUMENT...: nmblookup says so, which does not wait long for
# an answer: it may have to ask again
looked_up()
{
	local text=$1

	shift
	until_ok "\"$text\" from nmblookup" says "$text" lookup "$@"
	cat "$WORK/said"
	has "$WORK/said" "$text"
}

# wins_knows HOST SERVER NAME#HH ADDRESS
wins_knows()
{
	says "$4 ${3/\#*/}<" lookup "$1" --recursion --unicast="$2" "$3"
}

# soon_in_wins: within the time that things take
soon_in_wins()
{
	until_ok "$3 at $2" wins_knows "$@"
}

# wins_lost HOST SERVER NAME#HH: it answers, but does not know
wins_lost()
{
	fails lookup "$1" --recursion --unicast="$2" "$3"
}

# watch HOST KIND...: events of these kinds, in $WORK/watch-HOST.log
watch()
{
	start_ready start "watch-$1" "$1" nbctl monitor "${@:2}"
}

# watched HOST TEXT: such an event comes, or has come
watched()
{
	log_has "watch-$1" "$2"
}

# counter HOST NAME: its value, 0 if it is not shown
counter()
{
	in_host "$1" nbctl stats | awk -v name="$2" '$1 == name { n = $2 } END { print n + 0 }'
}

# counts HOST NAME: more than nothing
counts()
{
	[ "$(counter "$@")" -gt 0 ]
}

# took COMMAND...: sets TOOK to the milliseconds that it took
took()
{
	local start end status=0

	start=$(date +%s%N)
	"$@" || status=$?
	end=$(date +%s%N)
	# shellcheck disable=SC2034 # for the caller
	TOOK=$(((end - start) / 1000000))
	return "$status"
}

# Timers of the tests that are not about timers, for helper_up
# shellcheck disable=SC2034 # for those who source this
SHORT_TIMERS='broadcast-timeout = 150
	unicast-timeout = 700
	conflict-timer = 200
	poll-interval = 1000
	min-ttl = 2'
