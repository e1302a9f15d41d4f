#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# clean.sh: on a clean machine that runs systemd and has our packages: does what
# README.md says, looks at what is there, and removes it all. TAP.
set -uo pipefail

cd /root || exit
WORK=$(mktemp -d)
# some of its units fail in a guest, which "degraded" means
timeout 100 systemctl is-system-running --wait
mkdir -p "$WORK"	# it may have emptied /tmp
# shellcheck source-path=SCRIPTDIR
# shellcheck source=../interop/tap.sh
. ./tap.sh
# shellcheck source=files.sh
. ./files.sh
ALIAS=/etc/modprobe.d/netbios.conf
EXAMPLES=/usr/share/doc/netbios/examples

until_ok()
{
	local end=$((SECONDS + ${NB_WAIT:-60}))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

loaded()
{
	grep -qw '^netbios' /proc/modules
}

# socket_is ERRNO: what a user without rights gets who opens one
socket_is()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups python3 -c '
import errno, socket, sys
try:
    socket.socket(13, socket.SOCK_SEQPACKET, 0)
    got = "0"
except OSError as e:
    got = errno.errorcode[e.errno]
print(got)
sys.exit(got != sys.argv[1])' "$1"
}

# Nothing starts by itself
all_off()
{
	local unit

	for unit in netbiosd nbnsd nbproxy; do
		! systemctl --quiet is-enabled "$unit" && ! systemctl --quiet is-active "$unit" || return
	done
}

# Nobody loads it by opening a socket
no_autoload()
{
	socket_is EAFNOSUPPORT && ! loaded
}

# ... before the administrator says so
autoload()
{
	sed -n 's/^#alias/alias/p' "$EXAMPLES/modprobe.conf" > "$ALIAS"
	socket_is 0 && loaded && until_ok modprobe -r netbios
	local status=$?

	rm -f "$ALIAS"
	return "$status"
}

# again COMMAND: until it works, as a person would; programs in the background
# need a moment before they can be called
again()
{
	case $1 in
	*netbiosd*'&') eval "$1" && until_ok grep -q ': ready' "$WORK/said" ;;
	*'&') eval "$1" ;;
	*) until_ok eval "$1" ;;
	esac
}

# block NAME: one command after the other, here; what they say is in $WORK/NAME
block()
{
	local line command=

	while IFS= read -r line <&3; do
		command+=$line
		# a here-document goes on
		if bash -n <<< "$command" 2>&1 | grep -q here-document; then
			command+=$'\n'
			continue
		fi
		command=${command%%  *# *}
		again "$command" || {
			echo "failed: $command"
			return 1
		}
		command=
	done 3< "block-$1"
}

# prints BLOCK TEXT
prints()
{
	block "$1" > "$WORK/said" 2>&1 || { cat "$WORK/said"; return 1; }
	until_ok has "$WORK/said" "$2" || { cat "$WORK/said"; return 1; }
}

# writes FILE: a block that is a file
writes()
{
	cp "block-$1" "$1" && test -s "$1"
}

# runs_as UNIT CAPABILITIES: as a user of its own, which has these and cannot get more
runs_as()
{
	local pid status

	until_ok systemctl --quiet is-active "$1" || { systemctl status "$1"; return 1; }
	pid=$(systemctl show --property=MainPID --value "$1")
	status=$(< "/proc/$pid/status")
	echo "$status" | grep -E '^(Uid|Cap|NoNewPrivs|Seccomp)'
	[[ $status =~ Uid:[[:blank:]]+([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -gt 1000 ] &&
		[[ $status == *"CapEff:"*"$2"* && $status =~ CapBnd:[[:blank:]]+0+"$2" ]] &&
		[[ $status =~ CapEff:[[:blank:]]+0+"$2" && $status =~ NoNewPrivs:[[:blank:]]+1 ]] &&
		[[ $status =~ Seccomp:[[:blank:]]+2 ]]
}

# wrong settings are not tried again, so that the status shows what is wrong
wrong_settings()
{
	echo 'nonsense = yes' > /etc/nbproxy.conf
	! systemctl start nbproxy
	systemctl status --no-pager nbproxy > "$WORK/said"
	cat "$WORK/said"
	rm /etc/nbproxy.conf
	has "$WORK/said" "no such option 'nonsense'" && has "$WORK/said" "Active: failed"
}

nbnsd_runs()
{
	systemctl stop netbiosd && systemctl start nbnsd && runs_as nbnsd 400 || return
	systemctl stop nbnsd && systemctl start netbiosd
}

# each knows the user of the other, with no more than systemd has
nbnsd_says_beside()
{
	journalctl --unit=nbnsd --output=cat | tee "$WORK/nbnsd" |
		grep -q 'serving beside the node'
}

nbnsd_beside()
{
	systemctl start nbnsd || return
	until_ok nbnsd_says_beside || { cat "$WORK/nbnsd"; return 1; }
	systemctl stop nbnsd
}

# what dpkg runs after an upgrade: the new program goes on, and nothing else begins
upgrade_restarts()
{
	local before

	before=$(systemctl show --property=MainPID --value netbiosd)
	/var/lib/dpkg/info/netbios-tools.postinst configure 0.9 &&
		until_ok systemctl --quiet is-active netbiosd &&
		[ "$(systemctl show --property=MainPID --value netbiosd)" != "$before" ] &&
		! systemctl --quiet is-active nbnsd
}

units_are_right()
{
	systemd-analyze verify /lib/systemd/system/{netbiosd,nbnsd,nbproxy}.service 2>&1 | tee "$WORK/verify"
	! grep -qE 'netbiosd|nbnsd|nbproxy' "$WORK/verify"
}

man_pages()
{
	local page

	for page in nbcat.1 nbctl.8 netbiosd.8 netbiosd.conf.5 nbnsd.8 nbproxy.8 af_netbios.7 \
		libnss_netbios.8 netbios.3 netbios_ncb.3; do
		man --where "${page##*.}" "${page%.*}" || return
	done
}

examples_are_right()
{
	nft --check --file "$EXAMPLES/netbios.nft" &&
		python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' \
			"$EXAMPLES/firewalld/netbios-node.xml" &&
		sysctl --quiet --load "$EXAMPLES/sysctl.conf" &&
		cp "$EXAMPLES/modules-load.conf" /etc/modules-load.d/netbios.conf &&
		systemctl restart systemd-modules-load && loaded
	local status=$?

	rm -f /etc/modules-load.d/netbios.conf
	return "$status"
}

# another host, and an old PC on it
old_pc()
{
	ip netns add oldpc && ip link add eth0 type veth peer name eth0 netns oldpc &&
		ip address add 10.9.0.1/24 dev eth0 && ip link set eth0 up &&
		ip -n oldpc address add 10.9.0.2/24 dev eth0 && ip -n oldpc link set eth0 up &&
		ip -n oldpc link set lo up
	printf 'session-service = yes\npermanent-name = OLDPC\n' > /root/oldpc.conf
}

old_pc_starts()
{
	ip netns exec oldpc netbiosd --config oldpc.conf > oldpc.log 2>&1 &
	until_ok grep -q ': ready' oldpc.log
	ip netns exec oldpc nbcat --listen --keep --echo 'OLDPC<20>' < /dev/null &
}

# file server of today, but for what it says: it returns what it gets. On all addresses,
# as smbd is: nobody else gets port 445
modern_server()
{
	python3 -c '
import socket
server = socket.create_server(("", 445))
while True:
    session = server.accept()[0]
    while data := session.recv(4096):
        session.sendall(data)' &
}

# what a program sends comes back from the old PC
reaches_old_pc()
{
	timeout 30 python3 -c '
import socket
session = socket.create_connection(("127.0.0.2", 1445))
session.sendall(b"\0\0\0\5hello")
answer = session.recv(9, socket.MSG_WAITALL)
print(answer)
assert answer == b"\0\0\0\5hello"'
}

old_pc_reaches()
{
	[ "$(echo hello | timeout 30 ip netns exec oldpc nbcat 'SAMBA<20>')" = hello ]
}

stop_all()
{
	local job

	systemctl disable --now netbiosd nbnsd nbproxy
	for job in $(jobs -p); do
		kill "$job"
	done
	wait
	ip netns del box
	ip netns del oldpc
	rm -f /etc/netbiosd.conf /etc/nbproxy.conf
	until_ok modprobe -r netbios
}

nothing_left()
{
	# what useradd and systemd's first start have made
	files / | grep -vxF -f before > "$WORK/new"
	cat "$WORK/new"
}

point "nothing runs after the installation" all_off
point "no user loads the module by opening a socket" no_autoload
point "the administrator can turn that on" autoload
point "modprobe netbios" modprobe netbios
point "a user can open a socket then" socket_is 0
point "another host" old_pc
point "README: start" prints start hello
point "README: start: datagrams" test "$(grep -c hello "$WORK/said")" = 2
point "netbiosd has its rights and no other" runs_as netbiosd 1400
old_pc_starts
point "README: namespace" prints namespace hello
point "README: hello.c" writes hello.c
point "README: c" prints c hello
point "README: hello.py" writes hello.py
point "README: python" prints python hello
point "README: administrator" prints administrator FILES
point "README: names-by-hand" block by-hand
point "the status of a service shows what is wrong with its settings" wrong_settings
modern_server
point "README: old-pc" prints old-pc 10.9.0.2
point "nbproxy has its rights and no other" runs_as nbproxy 400
point "programs reach the old PC" until_ok reaches_old_pc
point "the old PC reaches this machine" until_ok old_pc_reaches
point "nbnsd has its rights and no other" nbnsd_runs
point "and serves beside netbiosd" nbnsd_beside
point "an upgrade restarts what runs" upgrade_restarts
point "units are right" units_are_right
point "manual pages are found" man_pages
point "examples are right" examples_are_right
stop_all > "$WORK/stop" 2>&1
point "the module can be unloaded" test ! -e /sys/module/netbios
point "README: remove" block remove
point "they leave nothing" nothing_left
tap_end
