# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: programs that others wrote ask us.

scenario_asked()
{
	hosts_up us=10.9.4.1 client=10.9.4.2
	helper_up us << CONFIG
	node-type = b
	permanent-name = US
	lmhosts = ""
CONFIG
	[ "$MODE" = quick ] || capture us names-asked
	asked_names
	asked_by_samba
	[ "$MODE" = full ] || return 0
	asked_by_others
	asking
	capture_end
}

asked_names()
{
	in_host us nbctl -b - << 'NAMES' || die "cannot add names"
name add US<20> permanent
name add TEAM<00> permanent group
name add TEAM<1D> permanent
name add \x01\x02__MSBROWSE__\x02\x01 permanent group
NAMES
	point "names are claimed" soon_held us 'TEAM<1D>' registered
	until_ok "all names" soon_held us 'US<20>' registered
}

asked_by_samba()
{
	point "nmblookup NAME" looked_up "10.9.4.1 US<00>" client US#00
	point "nmblookup -U" looked_up "10.9.4.1 US<20>" client --unicast=10.9.4.1 US#20
	point "nmblookup --recursion -U" \
		looked_up "10.9.4.1 US<20>" client --recursion --unicast=10.9.4.1 US#20
	# NS-053, NS-063
	point "nmblookup -A" looked_up "US              <20> -         B <ACTIVE>" \
		client --lookup-by-ip 10.9.4.1
	point "has the permanent name" has "$WORK/said" "US              <00> -         B <ACTIVE> <PERMANENT>"
	point "and group names" has "$WORK/said" "TEAM            <00> - <GROUP> B <ACTIVE>"
	point "nmblookup -S" looked_up "US              <20> -         B <ACTIVE>" \
		client --status US#20
	[ "$MODE" = full ] || return 0
	point "nmblookup -M NAME" looked_up "10.9.4.1 TEAM<1d>" client --master-browser TEAM
	point "nmblookup -M -" looked_up "__MSBROWSE__" client --master-browser -- -
	point "nmblookup: a name that nobody has" fails lookup client NOBODY
}

asked_by_others()
{
	point "nbtscan" says "US" limited "$PATIENCE" client nbtscan -v 10.9.4.1
	point "and all names" has "$WORK/said" "TEAM"
	point "nmap nbstat" says "US<20>" limited "$((PATIENCE * 3))" client \
		nmap -n -Pn -sU -p 137 --script nbstat 10.9.4.1
	# shellcheck disable=SC2016 # that is Perl
	point "Net::NBName" says "10.9.4.1 US<00> TEAM<00>" limited "$PATIENCE" client perl -MNet::NBName -e '
		my $nb = Net::NBName->new;
		my $query = $nb->name_query("10.9.4.1", "US", 0x20) or die "no answer";
		my $status = $nb->node_status("10.9.4.1") or die "no status";
		print join(" ", ($query->addresses)[0]->address, map {
			sprintf("%s<%02X>", $_->name, $_->suffix)
		} sort { $b->name cmp $a->name } grep { $_->suffix == 0 } $status->names), "\n"'
	point "impacket" says "10.9.4.1 US" limited "$((PATIENCE * 3))" client /usr/bin/python3 -c '
from impacket.nmb import NetBIOS
nb = NetBIOS()
nb.set_nameserver("10.9.4.1")
print(nb.gethostbyname("US").entries[0], nb.getnetbiosname("10.9.4.1"))'
	# a library without a program; bsh makes one without a compiler
	point "jcifs" says "US<20> at 10.9.4.1 unique" limited "$((PATIENCE * 3))" client \
		java -XX:TieredStopAtLevel=1 -Djcifs.resolveOrder=BCAST \
		-Djcifs.netbios.baddr=10.9.4.255 \
		-cp /usr/share/java/jcifs.jar:/usr/share/java/bsh.jar bsh.Interpreter jcifs.bsh
	point "and the permanent name" has "$WORK/said" "US<0> unique active permanent"
	point "and a group" has "$WORK/said" "TEAM<0> group active"
}

# NS-083: Windows 95 answers to no other port than 137, which is the helper's
asking()
{
	start_ready ready old client ./port137.py old 10.9.4.2
	point "the status of a node that answers to port 137" \
		says "OLDPC<20>" limited "$PATIENCE" us nbctl status 10.9.4.2
	point "without a helper a node is asked directly" \
		says "TEAM<1D>" limited "$PATIENCE" client nbctl status 10.9.4.1
	helper_down us
	point "which that one does not answer" \
		says "no answer" limited "$PATIENCE" us nbctl status 10.9.4.2
}
