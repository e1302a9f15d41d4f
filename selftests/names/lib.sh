# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests of the name service: helpers on hosts. Hosts, waits and
# captures are those of ../interop.

NAMES_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../interop/lib.sh
. "$NAMES_DIR/../interop/lib.sh"
# shellcheck source=../interop/tap.sh
. "$NAMES_DIR/../interop/tap.sh"

# Several scenarios share one emulated processor
PATIENCE=$((PATIENCE * 3))

# helper_config HOST: its settings are on stdin
helper_config()
{
	cat > "$WORK/$1.conf"
}

# helper_start HOST [OPTION...]: with the settings that it has; until it is ready
helper_start()
{
	start_ready ": ready" "helper-$1" "$1" netbiosd --config "$WORK/$1.conf" "${@:2}"
}

# helper_up HOST [OPTION...]: settings on stdin, then start
helper_up()
{
	helper_config "$1"
	helper_start "$@"
}

# helper_log HOST TEXT: wait until it says so
helper_log()
{
	log_has "helper-$1" "$2"
}

# helper_kill HOST: as kill -9 does, which it cannot notice
helper_kill()
{
	kill -9 "${PIDS[helper-$1]}"
	wait "${PIDS[helper-$1]}" 2> /dev/null
	unset "PIDS[helper-$1]"
}

helper_down()
{
	stop "helper-$1"
}

# helper_reload HOST: settings on stdin; until it has read them or refused to
helper_reload()
{
	helper_config "$1"
	: > "$WORK/helper-$1.log"
	kill -HUP "${PIDS[helper-$1]}"
	until_ok "the reload of $1" grep -qE 'read again|not reloaded' "$WORK/helper-$1.log"
}

# held HOST NAME STATE: NAME<HH> as nbctl shows it, now
held()
{
	in_host "$1" nbctl name | grep -qE "^$2 .* $3 "
}

# soon_held HOST NAME STATE: within the time that things take
soon_held()
{
	until_ok "$2 to be $3 on $1" held "$@"
}

not_held()
{
	! in_host "$1" nbctl name | grep -q "^$2 "
}

# resolved HOST NAME ADDRESS
resolved()
{
	limited "$PATIENCE" "$1" nbctl resolve "$2" > "$WORK/resolved" 2>&1
	cat "$WORK/resolved"
	grep -qwF "$3" "$WORK/resolved"
}

# program NAME HOST NBCAT-OPTION...: a program in the background; its input is
# the pipe $WORK/NAME.in, open until program_end
program()
{
	local name=$1 host=$2 fd

	rm -f "$WORK/$name.in"
	mkfifo "$WORK/$name.in"
	# both ends, so that nobody waits for the other one
	exec {fd}<> "$WORK/$name.in"
	PIPE[$name]=$fd
	start "$name" "$host" nbcat "${@:3}" < "$WORK/$name.in"
}
declare -gA PIPE=()

# program_say NAME TEXT: a line of its input
program_say()
{
	echo "$2" >&"${PIPE[$1]}"
}

program_end()
{
	local fd=${PIPE[$1]}

	stop "$1"
	exec {fd}>&-
	unset "PIPE[$1]"
}

# called HOST NAME: a session that echoes
called()
{
	echo "from $1" | says "from $1" limited "$PATIENCE" "$1" nbcat "$2"
}

# adapter_has HOST TEXT [INTERFACE]: in the line of eth0, or INTERFACE, in nbctl node
adapter_has()
{
	in_host "$1" nbctl node | grep -E "^lana.*${3-eth0}" | grep -qF "$2"
}
