#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# names.sh: part of demo.sh: a datagram to a group; names that stay alive when
# their server dies.
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../names" || exit
# shellcheck source=../names/lib.sh
. ./lib.sh
# shellcheck source=../names/peers.sh
. ./peers.sh
# shellcheck source=story.sh
. ../demo/story.sh

# hybrid_node HOST NAME
hybrid_node()
{
	helper_up "$1" << CONFIG || exit 1
nbns = {10.9.7.1}
permanent-name = $2
session-service = yes
poll-interval = 1000
unicast-timeout = 500
lmhosts = ""
CONFIG
}

# on HOST COMMAND...: a step there
on()
{
	SHOWN=${SHOWN:-$1: ${*:2}} step limited "$PATIENCE" "$@"
	unset SHOWN
}

# wait_for WHAT COMMAND...: or the demonstration ends
wait_for()
{
	until_ok "$@" && return
	say "that did not happen: $1"
	exit 1
}

the_nodes()
{
	say "Three hosts: \"wins\", 10.9.7.1, has Samba's nmbd as the name server (WINS); \"alpha\" .11 and \"beta\" .12 have netbiosd. With a name server configured they are H nodes."
	hosts_up wins=10.9.7.1 alpha=10.9.7.11 beta=10.9.7.12
	wins_up wins WINS 'max wins ttl = 300' 'min wins ttl = 200' || exit 1
	hybrid_node alpha ALPHA
	hybrid_node beta BETA
	echo "          (netbiosd polls a dead server every second here and asks three times at 0.5 s,"
	echo "          so that nobody has to wait: 15 s and 1.5 s are the defaults.)"
	quote "$WORK/alpha.conf"
	watch alpha adapter name
	wait_for "the name of alpha" held alpha 'ALPHA<00>' registered
	wait_for "the name of beta" held beta 'BETA<00>' registered
	on alpha nbctl node adapter
	say "An application on alpha LISTENs on SERVER<20>, one on beta holds a session with it, by name."
	program server alpha --listen --keep --echo 'SERVER<20>'
	wait_for "the name of the server" held alpha 'SERVER<20>' registered
	program caller beta 'SERVER<20>'
	program_say caller "first message"
	wait_for "the echo" has "$WORK/caller.log" "first message"
	on beta nbctl session
	expect "SERVER<20>"
	SHOWN="beta: nmblookup --recursion -U 10.9.7.1 SERVER#20" on beta nmblookup \
		--configfile="$WORK/nmbd-wins/smb.conf" --recursion --unicast=10.9.7.1 SERVER#20
	expect "10.9.7.11 SERVER<20>"
}

# member HOST: of the group TEAM<00>
member()
{
	program "member-$1" "$1" --datagrams --listen --group --verbose 'TEAM<00>'
	wait_for "a member on $1" has "$WORK/member-$1.log" receiving
	echo "          $1: \$ nbcat -u -l -g -v 'TEAM<00>' &"
}

a_group_datagram()
{
	local host

	say "An application on each of alpha and beta is a member of the group TEAM<00>. One datagram to the group reaches both."
	member alpha
	member beta
	echo "to all members" > "$WORK/hello"
	SHOWN="beta: echo to all members | nbcat -u 'TEAM<00>'" on beta nbcat --datagrams \
		--quit=0 'TEAM<00>' < "$WORK/hello"
	for host in alpha beta; do
		wait_for "the datagram on $host" has "$WORK/member-$host.log" "to all members"
		echo "          What the member on $host received, once:"
		quote "$WORK/member-$host.log"
		[ "$(grep -cx "to all members" "$WORK/member-$host.log")" = 1 ] || exit 1
	done
}

the_server_dies()
{
	say "kill -9 of nmbd. The next question pays for finding out, and is answered by broadcast."
	nmbd_stop wins KILL
	in_host beta nbctl cache flush
	SHOWN="beta: nbctl resolve ALPHA<00>" took step limited "$PATIENCE" beta \
		nbctl resolve 'ALPHA<00>'
	expect "10.9.7.11"
	echo "          It took $TOOK ms."
	in_host beta nbctl cache flush
	SHOWN="beta: nbctl resolve ALPHA<00>" took step limited "$PATIENCE" beta \
		nbctl resolve 'ALPHA<00>'
	expect "10.9.7.11"
	echo "          The second one took $TOOK ms."
	on beta nbctl node adapter
	say "A new name on alpha: provisional, since no server has confirmed it; beta finds it by broadcast and calls it."
	program new alpha --listen --keep --echo 'NEWS<20>'
	wait_for "a provisional name" held alpha 'NEWS<20>' provisional
	on alpha nbctl name
	on beta nbctl resolve 'NEWS<20>'
	expect "10.9.7.11"
	echo hello > "$WORK/hello"
	SHOWN="beta: echo hello | nbcat NEWS" on beta nbcat --wait=10 'NEWS<20>' < "$WORK/hello"
	expect hello
	program_say caller "message without a server"
	wait_for "the echo" has "$WORK/caller.log" "message without a server"
	echo "          The session of before goes on."
}

the_server_returns()
{
	say "nmbd is started again. The poll finds it, and the provisional name is registered there."
	nmbd_start wins || exit 1
	wait_for "registration" held alpha 'NEWS<20>' registered
	on alpha nbctl name
	wait_for "nmbd to know" wins_knows beta 10.9.7.1 NEWS#20 10.9.7.11
	SHOWN="beta: nmblookup --recursion -U 10.9.7.1 NEWS#20" on beta nmblookup \
		--configfile="$WORK/nmbd-wins/smb.conf" --recursion --unicast=10.9.7.1 NEWS#20
	expect "10.9.7.11 NEWS<20>"
	program_say caller "last message"
	wait_for "the echo" has "$WORK/caller.log" "last message"
	echo "          The session has seen all of it:"
	quote "$WORK/caller.log"
	say "What nbctl monitor said on alpha meanwhile:"
	cut -c 12-140 "$WORK/watch-alpha.log" > "$WORK/events"
	quote "$WORK/events"
}

trap everything_down EXIT
trap 'exit 130' INT TERM
the_nodes
a_group_datagram
the_server_dies
the_server_returns
say "Shown: a datagram that reached both members of a group; names with a real WINS server, its death, a provisional name, and its registration when the server returned; a session that never noticed."
