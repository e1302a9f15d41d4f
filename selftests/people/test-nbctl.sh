# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: each command of nbctl, for programs and for people.

SHOWN=$WORK/shown

# as_both COMMAND OPERAND...: runs it twice on host one, and keeps what it prints. An
# @ in the operands is J the first time, with --json, and P the second time
as_both()
{
	local command=$1 n

	shift
	n=$(find "$SHOWN" -name '*.command' | wc -l)
	echo "$command" > "$SHOWN/$n.command"
	# shellcheck disable=SC2086 # noun and verb
	limited "$PATIENCE" one nbctl $command --json "${@//@/J}" > "$SHOWN/$n.json" 2>&1
	echo $? > "$SHOWN/$n.status"
	# shellcheck disable=SC2086
	limited "$PATIENCE" one nbctl $command "${@//@/P}" > "$SHOWN/$n.text" 2>&1
	echo $? >> "$SHOWN/$n.status"
}

monitors_start()
{
	mkdir -p "$SHOWN"
	echo "monitor show" > "$SHOWN/0.command"
	start monitor-json one nbctl -j monitor
	start monitor-text one nbctl monitor show
	log_has monitor-json start
	log_has monitor-text start
}

monitors_end()
{
	local name text

	for name in json text; do
		text=monitor-$name
		log_has "$text" foreign-release
		kill -INT "${PIDS[$text]}"
		wait "${PIDS[$text]}"
		echo $? >> "$SHOWN/0.status"
		unset "PIDS[$text]"
		mv "$WORK/$text.log" "$SHOWN/0.$name"
	done
}

show_node()
{
	as_both "node set" keepalive 30 smbserver-name FILES
	as_both "node adapter set" eth0 type b nbns 10.9.0.99
	as_both "node show"
	as_both "node adapter" show eth0
	as_both "node set" keepalive 60 smbserver-name none
	as_both "node adapter set" eth0 type auto nbns none
	as_both "stats show" --all
}

show_names()
{
	as_both "name add" 'CLAIMED@' --wait "$PATIENCE"
	as_both "name add" 'HERE@' dev eth0 owner root permanent state registered
	as_both "name set" 'HERE@' state conflict
	as_both "name show"
	as_both "name show" HEREP
	as_both "name del" 'HERE@'
	as_both "name del" 'CLAIMED@'
	as_both "resolve" FILES
	as_both "cache add" 'POS@' 192.0.2.7 192.0.2.8 ttl 100
	as_both "cache add" 'NEG@' negative
	as_both "cache show"
	as_both "cache del" 'POS@'
	as_both "cache flush"
}

show_others()
{
	program called one --listen --keep 'CALLED<20>'
	program dgrams one --datagrams --listen --interface eth0 'DGRAMS<20>'
	soon_held one 'CALLED<20>' registered
	soon_held one 'DGRAMS<20>' registered
	program caller two 'CALLED<20>'
	until_ok "a session" says connected in_host one nbctl session
	as_both "session show"
	as_both "status" FILES --all
	as_both "diagnose" FILES
	program_end caller
	program_end called
	program_end dgrams
}

# a name that another node has, and a node that does not own what it releases
show_errors()
{
	in_host one nbctl name add 'FILES<20>' --wait "$PATIENCE" 2> /dev/null
	in_host three ../names/port137.py release 10.9.0.3 10.9.0.1 ONE 10.9.0.1
}

# at_terminal VARIABLE=VALUE...: nbctl name, at a terminal, with this environment
at_terminal()
{
	limited "$PATIENCE" one env "$@" script -qec "nbctl name" /dev/null
}

escape=$'\033['

show_colors()
{
	one_ctl name add REDNAME state conflict
	point "colours at a terminal" says "${escape}31mconflict" \
		at_terminal TERM=xterm NO_COLOR=
	point "none with NO_COLOR" plain at_terminal TERM=xterm NO_COLOR=1
	point "none at a dumb one" plain at_terminal TERM=dumb
	point "none in a pipe" plain in_host one env TERM=xterm nbctl name
	point "none in JSON" plain limited "$PATIENCE" one env TERM=xterm \
		script -qec "nbctl --json name" /dev/null
	one_ctl name del REDNAME
}

# plain COMMAND...: the table, and no control characters but of lines
plain()
{
	says REDNAME "$@" && ! tr -d '\r\n' < "$WORK/said" | grep -q '[[:cntrl:]]'
}

# refused TEXT WORD...: nbctl fails, and all that it says is this, behind the command
refused()
{
	local text=$1 status=0

	shift
	"${AS_USER[@]}" nbctl "$@" > "$WORK/said" 2>&1 || status=$?
	echo "status $status: $(< "$WORK/said")"
	[ "$status" != 0 ] && grep -qxF "nbctl: $1${2:+ $2}: $text" "$WORK/said"
}

show_refusals()
{
	local AS_USER=(in_host one)

	point "an unknown name" refused "NOPE: The name is not in the table" name del NOPE
	point "an unknown remote one" refused "NOPE: The name is not in the cache" cache del NOPE
	point "a name twice" refused "ONE<00>: The name is in the table already" \
		name add 'ONE<00>'
	point "an unknown interface" refused "dev nodev: no such network interface" \
		node adapter set nodev type b
	point "one that takes no part" refused "dev: This interface has no LANA number" \
		node adapter show lo
	point "a name that no node has" \
		says "nbctl: resolve: *: it begins with an asterisk" one_ctl resolve '*'
	point "an adapter that nothing is said of" says "eth0: value missing; it takes:" \
		one_ctl node adapter set eth0
	point "an address that is missing" says "address: value missing; it takes:" \
		one_ctl diagnose FILES address
	point "that of everybody" \
		says "nbctl: diagnose: 255.255.255.255: not the address of a node" \
		one_ctl diagnose FILES address 255.255.255.255
	point "that of nobody" says "nbctl: status: 0.0.0.0: not the address of a node" \
		one_ctl status 0.0.0.0
	point "an unknown word" refused "maybe: not understood; it takes: NAME [scope SCOPE]" \
		name del NOPE maybe
	point "an unknown value" \
		refused "retarget-policy maybe: none of never, same-host, on-link, any" \
		node set retarget-policy maybe
	point "a number out of range" refused "port: integer out of range" node set port 0
	AS_USER+=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	point "a user without rights" refused \
		"only root may, or who has CAP_NET_ADMIN" node set enabled off
}

test_nbctl()
{
	[ "$MODE" = full ] || return
	soon_held one 'ONE<00>' registered
	monitors_start
	show_node
	show_names
	show_others
	show_errors
	monitors_end
	point "JSON of each command is as its schema says, and people get text" \
		./nbctl_shown.py "$SHOWN"
	show_colors
	show_refusals
}
