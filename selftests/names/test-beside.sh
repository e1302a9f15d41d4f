# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: Samba's nmbd as a B node beside a B node of ours.

scenario_beside()
{
	hosts_up ours=10.9.3.1 peer=10.9.3.2 twin=10.9.3.3
	nmbd_up peer PEER || die "nmbd does not start"
	[ "$MODE" = quick ] || capture ours names-beside
	helper_up ours << CONFIG
	node-type = b
	permanent-name = OURS
	lmhosts = ""
CONFIG
	# NS-043
	point "a name is ours" soon_held ours 'OURS<00>' registered
	# NS-047
	point "we resolve nmbd" until_ok "nmbd to have its name" resolved ours 'PEER<20>' 10.9.3.2
	# NS-051
	point "nmblookup beside nmbd resolves us" \
		looked_up "10.9.3.1 OURS<00>" peer --broadcast=10.9.3.255 OURS#00
	# NS-043: any negative response is the end of it
	point "nmbd defends its name" \
		says "Address already in use" limited "$PATIENCE" ours nbcat --listen 'PEER<20>'
	point "nmbd's names are shown" says 'PEER<20>' limited "$PATIENCE" ours nbctl status 10.9.3.2
	# NS-046
	program team ours --listen --group 'TEAM<00>'
	point "its work group is a group name for us, too" soon_held ours 'TEAM<00>' registered
	[ "$MODE" = full ] || return 0
	beside_twin
	capture_end
}

# Somebody wants our name: NS-050
beside_twin()
{
	nmbd_up twin OURS
	point "we defend our name" until_ok "the defence" counts ours ns-defended
	point "and hold it" held ours 'OURS<00>' registered
	point "nmbd has not got it" \
		fails says "10.9.3.3 OURS<00>" lookup peer --broadcast=10.9.3.255 OURS#00
}
