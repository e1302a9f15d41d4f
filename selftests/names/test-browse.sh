# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: datagrams between AF_NETBIOS sockets and Samba's nmbd,
# those of the browser service.
#
#   node 10.9.3.1    netbiosd, a B node, and nbcat -u
#   pc 10.9.3.2      nmbd, which becomes the local master browser of TEAM
#   lone 10.9.3.3    nmbd in the workgroup CREW, whose master browser the node plays

BROWSE=$NAMES_DIR/browse.py
MSBROWSE='\x01\x02__MSBROWSE__\x02<01>'

# browser NAME [OPTION...]: what comes to NAME is told in $WORK/browser
browser()
{
	start_ready "receiving on" "browser-$1" node nbcat -u -l -b -v "${@:2}" \
		-e "$BROWSE show >> $WORK/browser 2>&1" "$1"
}

# told TEXT: a message is that, now or soon
told()
{
	until_ok "$1" has "$WORK/browser" "$1"
	cat "$WORK/browser"
	has "$WORK/browser" "$1"
}

# message NAME WORD...: browse.py makes it, and it goes to NAME from the node
message()
{
	"$BROWSE" "${@:2}" | limited "$PATIENCE" node nbcat -u -b -s 'OURNODE<00>' -q 0 "$1"
}

# more_of TEXT NUMBER: it was told more often than that
more_of()
{
	[ "$(grep -cF "$1" "$WORK/browser")" -gt "$2" ]
}

# DG-022, DG-029, DG-035, DG-037
hears_nmbd()
{
	point "a host announcement to a unique name, sent to all" \
		told "host announcement of LONE: Samba"
	point "its sender and its way are told" log_has 'browser-CREW<1D>' \
		'from LONE<00> at 10.9.3.3 to CREW<1D>, arrived at 10.9.3.255 on eth0'
	point "an election, to a group" told "election request of PC"
	point "the local master browser's announcement, to that group" \
		told "local master announcement of PC: Samba"
	point "the announcement of the workgroup, to another group" \
		told "domain announcement of TEAM: PC"
}

# nmbd has noted OURNODE in its list of servers
in_browse_list()
{
	grep -q '^"OURNODE"' "$WORK/nmbd-pc/cache/browse.dat" "$WORK/nmbd-pc/lock/browse.dat"
}

backup_list()
{
	"$BROWSE" backup 1002 |
		limited "$PATIENCE" node nbcat -u -b -s 'OURNODE<00>' -n 1 -q 5 'TEAM<1D>' |
		"$BROWSE" show
}

# DG-010, DG-022
is_heard_by_nmbd()
{
	local before

	message 'TEAM<1D>' announce OURNODE
	point "nmbd takes our announcement" until_ok "OURNODE in the log" \
		grep -q 'process_host_announce: from OURNODE<00> .* TEAM<1d>' "$WORK/nmbd-pc/log"
	point "nmbd answers our question for backup browsers" \
		until_ok "an answer" says "backup list 1002: PC" backup_list
	before=$(grep -cF "announcement of PC" "$WORK/browser")
	message 'TEAM<1E>' request OURNODE
	point "nmbd obeys our announcement request, to a group" \
		until_ok "another announcement" more_of "announcement of PC" "$before"
	point "and has us in its browse list" until_ok "OURNODE in browse.dat" in_browse_list
}

# decoded ADDRESS: how many messages tshark finds that it sent
decoded()
{
	tshark -n -r "$CAPTURE" -Y "browser && ip.src == $1" 2> /dev/null | wc -l
}

scenario_browse()
{
	: > "$WORK/browser"
	hosts_up node=10.9.3.1 pc=10.9.3.2 lone=10.9.3.3
	capture node names-browse
	helper_up node <<- CONFIG
		session-service = yes
		permanent-name = OURNODE
		lmhosts = ""
		$SHORT_TIMERS
	CONFIG
	browser 'TEAM<1E>' --group
	browser "$MSBROWSE" --group
	browser 'CREW<1D>'
	nmbd_up lone LONE 'workgroup = CREW'
	nmbd_up pc PC 'local master = yes' 'preferred master = yes' 'os level = 65' \
		'log level = 3'
	hears_nmbd
	is_heard_by_nmbd
	capture_end
	point "tshark decodes the datagrams of both as browser protocol" \
		env NB_PROTOCOL=browser ../interop/check-pcap.sh "$CAPTURE"
	point "our three among them" is "$(decoded 10.9.3.1)" -ge 3
}
