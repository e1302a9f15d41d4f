# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: P, M and H nodes with Samba's nmbd as their name
# servers.

# wins_node HOST TYPE NAME
wins_node()
{
	helper_up "$1" << CONFIG
	node-type = $2
	permanent-name = $3
	nbns = {10.9.2.1, 10.9.2.2}
	session-service = yes
	lmhosts = ""
	$SHORT_TIMERS
CONFIG
}

scenario_wins()
{
	hosts_up wins1=10.9.2.1 wins2=10.9.2.2 pnode=10.9.2.11 mnode=10.9.2.12 \
		hnode=10.9.2.13 client=10.9.2.20
	wins_up wins1 WINS1 || die "nmbd does not start"
	wins_up wins2 WINS2 || die "nmbd does not start"
	[ "$MODE" = quick ] || capture pnode names-wins
	wins_node pnode p PNODE
	wins_node mnode m MNODE
	wins_node hnode h HNODE
	wins_register
	wins_use
	[ "$MODE" = full ] || return 0
	wins_refresh
	wins_leave
	wins_release
	wins_fail_over
	wins_restart
	capture_end
}

wins_register()
{
	# NS-055, NS-056
	point "P: a name is registered" soon_held pnode 'PNODE<00>' registered
	point "P: with nmbd" soon_in_wins client 10.9.2.1 PNODE#00 10.9.2.11
	# NS-065
	point "M: a name is registered" soon_held mnode 'MNODE<00>' registered
	point "M: with nmbd" soon_in_wins client 10.9.2.1 MNODE#00 10.9.2.12
	# H-010
	point "H: a name is registered" soon_held hnode 'HNODE<00>' registered
	point "H: with nmbd" soon_in_wins client 10.9.2.1 HNODE#00 10.9.2.13
	point "nbctl shows the server" adapter_has hnode "NBNS-AVAILABLE yes (10.9.2.1)"
}

wins_use()
{
	program server hnode --listen --keep --echo 'SERVER<20>'
	point "H: a program's name is with nmbd" soon_in_wins client 10.9.2.1 SERVER#20 10.9.2.13
	# NS-060, H-026
	point "P calls H by name" called pnode 'SERVER<20>'
	# NS-066
	point "M calls H by name" called mnode 'SERVER<20>'
	point "H resolves P, which no broadcast reaches" resolved hnode 'PNODE<00>' 10.9.2.11
	# NS-056, NS-087: nmbd asks the owner, lets us wait, and refuses
	point "P: a name of another node is refused" \
		says "Address already in use" limited "$PATIENCE" pnode nbcat --listen 'SERVER<20>'
	# NS-065, H-010: it is at no broadcast that P objects
	point "M: and so is one of a P node" \
		says "Address already in use" limited "$PATIENCE" mnode nbcat --listen 'PNODE<00>'
	point "H: likewise" \
		says "Address already in use" limited "$PATIENCE" hnode nbcat --listen 'PNODE<00>'
	# NS-059
	program group1 pnode --listen --group 'CROWD<20>'
	program group2 mnode --listen --group 'CROWD<20>'
	point "a group name is for P" soon_held pnode 'CROWD<20>' registered
	point "and for M" soon_held mnode 'CROWD<20>' registered
	point "P: what nmbd does not know is not found" \
		says "no such name" limited "$PATIENCE" pnode nbctl resolve 'NOBODY<00>'
}

# NS-071 to NS-073: nmbd grants 16 s
wins_refresh()
{
	point "P refreshes" until_ok "a refresh of P" counts pnode ns-refreshes-sent
	point "M refreshes" until_ok "a refresh of M" counts mnode ns-refreshes-sent
	point "H refreshes" until_ok "a refresh of H" counts hnode ns-refreshes-sent
	point "and nmbd agrees" soon_in_wins client 10.9.2.1 PNODE#00 10.9.2.11
}

# NS-061, NS-067: nothing stays behind with the server
wins_leave()
{
	in_host mnode nbctl node adapter set eth0 type b
	point "M turned B releases its names" until_ok "a release" counts mnode ns-releases-sent
	point "nmbd knows" until_ok "nmbd to forget" wins_lost client 10.9.2.1 MNODE#00
	point "and holds them" held mnode 'MNODE<00>' registered
	in_host mnode nbctl node adapter set eth0 type m
	point "back again: with nmbd" soon_in_wins client 10.9.2.1 MNODE#00 10.9.2.12
	in_host pnode nbctl node adapter set eth0 enabled off
	point "an adapter that is taken out releases" until_ok "nmbd to forget" \
		wins_lost client 10.9.2.1 PNODE#00
	point "and gives its port back" until_ok "a free port" fails has_port_137 pnode
	in_host pnode nbctl node adapter set eth0 enabled on
	point "put in again: with nmbd" soon_in_wins client 10.9.2.1 PNODE#00 10.9.2.11
	in_host pnode ip addr del 10.9.2.11/24 dev eth0
	in_host pnode ip addr add 10.9.2.111/24 broadcast 10.9.2.255 dev eth0
	point "another address: registered" soon_in_wins client 10.9.2.1 PNODE#00 10.9.2.111
	in_host pnode ip addr del 10.9.2.111/24 dev eth0
	in_host pnode ip addr add 10.9.2.11/24 broadcast 10.9.2.255 dev eth0
	point "and back" soon_in_wins client 10.9.2.1 PNODE#00 10.9.2.11
}

# H-016, H-017
wins_release()
{
	program_end server
	point "the last close releases the name" until_ok release not_held hnode 'SERVER<20>'
	point "with nmbd, too" until_ok "nmbd to forget" wins_lost client 10.9.2.1 SERVER#20
	# NS-061
	program_end group1
	point "P: the last close releases a name" until_ok release not_held pnode 'CROWD<20>'
	# NS-067
	program_end group2
	point "M: likewise" until_ok release not_held mnode 'CROWD<20>'
	point "nmbd has forgotten the group" until_ok "nmbd to forget" wins_lost client 10.9.2.1 CROWD#20
}

wins_fail_over()
{
	nmbd_stop wins1 KILL
	program late pnode --listen --keep --echo 'LATE<20>'
	point "P: the second server takes a name" soon_held pnode 'LATE<20>' registered
	point "and has it" soon_in_wins client 10.9.2.2 LATE#20 10.9.2.11
	point "nbctl shows the second server" adapter_has pnode "NBNS-AVAILABLE yes (10.9.2.2)"
	point "older names follow" soon_in_wins client 10.9.2.2 PNODE#00 10.9.2.11
	point "H resolves by the second server" resolved hnode 'LATE<20>' 10.9.2.11
}

wins_restart()
{
	nmbd_stop wins2 TERM
	nmbd_start wins2
	point "names survive a restart of nmbd" soon_in_wins client 10.9.2.2 LATE#20 10.9.2.11
	point "P holds its name" held pnode 'LATE<20>' registered
	in_host hnode nbctl cache flush
	point "and H calls it" called hnode 'LATE<20>'
}
