# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: nbcat -u on two nodes, without a helper.

datagram_names()
{
	in_host node nbctl -b - <<- LINES
		name add DGECHO<20> state registered permanent
		name add TEAM<00> group state registered permanent
		cache add SECOND<00> 10.9.0.2
	LINES
	in_host second nbctl -b - <<- LINES
		name add TEAM<00> group state registered permanent
		cache add DGECHO<20> 10.9.0.1
		cache add NOTHERE<20> 10.9.0.1
	LINES
}

# send TEXT NBCAT-OPTION...: from the second node
send()
{
	echo "$1" | limited "$PATIENCE" second nbcat -u "${@:2}"
}

# receiver NAME HOST NBCAT-OPTION...
receiver()
{
	start_ready "receiving on" "$1" "$2" nbcat -u -l -v "${@:3}" < /dev/null
}

datagram_echo()
{
	receiver dgecho node --echo DGECHO
	point "a datagram comes back (DG-001, DG-007)" says "hello there" \
		send "hello there" -s 'SECOND<00>' -n 1 -q "$PATIENCE" DGECHO
	point "the receiver knows where it is from (DG-037)" log_has dgecho \
		"11 octets from SECOND<00> at 10.9.0.2 to DGECHO<20>, arrived at 10.9.0.1 on eth0"
	start_ready "receiving on" dgcommand node nbcat -u -l -v -n 2 \
		-e 'read line; echo "$NBCAT_CALLING says $line to $NBCAT_CALLED"' FILES
	in_host second nbctl cache add 'FILES<20>' 10.9.0.1
	point "a command answers each datagram" says "SECOND<00> says two to FILES<20>" \
		send $'one\ntwo' -s 'SECOND<00>' -n 2 -q "$PATIENCE" FILES
}

# the datagram came to MEMBER once
came_once()
{
	log_has "$1" "$2"
	is "$(grep -cx "$2" "$WORK/$1.log")" -eq 1
}

datagram_group()
{
	receiver member-a node --group 'TEAM<00>'
	receiver member-b node --group 'TEAM<00>'
	receiver member-c second --group 'TEAM<00>'
	point "a datagram to a group" send "to all members" -q 0 'TEAM<00>'
	for member in member-a member-b member-c; do
		point "came to $member once (DG-035, DG-038)" came_once $member "to all members"
	done
}

datagram_broadcast()
{
	receiver everybody node --broadcast -n 1 '*'
	point "a datagram to everybody takes the option" \
		says "takes --broadcast" send "all of you" '*'
	point "with it" send "all of you" --broadcast -q 0 '*'
	point "it is heard (DG-036)" came_once everybody "all of you"
	point "not by a program that did not ask" fails has "$WORK/member-a.log" "all of you"
}

# nbcat ends with the status of a failed call
datagram_refused()
{
	local status=0

	send lost -q "$PATIENCE" 'NOTHERE<20>' 2>&1 || status=$?
	is "$status" -eq 3
}

test_datagrams()
{
	local member

	capture node datagram
	datagram_names
	datagram_echo
	datagram_group
	datagram_broadcast
	point "a name that is not there ends the sender (DG-031, DG-034)" \
		says "NOTHERE<20>: destination name not present (error 0x82)" datagram_refused
	stop dgecho member-a member-b member-c
	capture_end
}
