#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-tests.sh [quick|full]: AF_NETBIOS with real peers, in a guest that has
# netbios.ko loaded. quick is one pass for a slow kernel. TAP on stdout, captures
# in $NB_OUT/captures.
#
#   node 10.9.0.1      the node under test
#   second 10.9.0.2    another node with AF_NETBIOS
#   samba 10.9.0.3     smbd
#   peer 10.9.0.4 ...  smbclient, cifs.ko, and a byte-level peer
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

MODE=${1:-full}
case $MODE in
quick | full) ;;
*)
	echo "usage: run-tests.sh [quick|full]" >&2
	exit 2
	;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
# shellcheck source=lib.sh
. ./lib.sh
# shellcheck source=tap.sh
. ./tap.sh
# shellcheck source=samba.sh
. ./samba.sh
# shellcheck source=test-call.sh
. ./test-call.sh
# shellcheck source=test-called.sh
. ./test-called.sh
# shellcheck source=test-relay.sh
. ./test-relay.sh
# shellcheck source=test-datagram.sh
. ./test-datagram.sh

have_cifs()
{
	grep -qw cifs /proc/filesystems || modprobe -q cifs
}

# quick: the second's worth of tcpdump is ten seconds there, and tshark a minute
if [ "$MODE" = quick ]; then
	capture() { :; }
	capture_end() { :; }
fi

check_needs()
{
	local command

	[ "$(id -u)" = 0 ] || die "needs root, in a guest: selftests/qemu/run -- $0"
	grep -qw '^netbios' /proc/modules || die "netbios.ko is not loaded"
	for command in "$SMBD" smbclient mount.cifs tcpdump tshark python3; do
		command -v "$command" > /dev/null || die "no $command"
	done
	build_programs
}

peer_names()
{
	local pair

	for pair in PEER80=128 PEER81=129 PEER82=130 PEER83=131 PEER8F=143 PEER83ONCE=144 \
		TOSAMBA=150 TOPORT=151 TOSELF=152 TOLOOPBACK=153 TOALL=154 TOFAR=155 \
		TODEAD=156 HANGSUP=157 SILENT=158 NOSERVER=159; do
		cache_line "${pair%=*}<20>" "10.9.0.${pair#*=}"
	done
}

set_up()
{
	local peer=10.9.0.4 last

	for last in 128 129 130 131 143 144 150 151 152 153 154 155 156 157 158 159; do
		peer+=,10.9.0.$last
	done
	hosts_up node=10.9.0.1 second=10.9.0.2 samba=10.9.0.3 "peer=$peer"
	# the two that take their time
	start_samba samba 10.9.0.3
	start_peer
	node_up node < <(
		echo "node set permanent-name OURNODE<00> retry-interval 200"
		name_lines 'OTHERNAME<00>' 'FILES<20>' 'DEAF<20>' 'CLOSED<20>' \
			'FULL<20>' 'MOVED<20>' 'CIRCLE<20>' 'ECHO<20>' 'FRONT<20>'
		cache_line 'FILESERVER<20>' 10.9.0.3
		cache_line '"ANY NAME"<7f>' 10.9.0.3
		peer_names
	)
	node_up second < <(
		echo "node set permanent-name SECOND<00> retry-interval 200"
		name_lines 'FRIEND<00>'
		for name in ABSENT DEAF CLOSED FULL MOVED CIRCLE; do
			cache_line "$name<20>" 10.9.0.1
		done
		cache_line '*SMBSERVER<20>' 10.9.0.1
	)
	samba_ready samba || die "smbd does not start"
}

check_captures()
{
	local name protocol

	if [ "$MODE" = quick ]; then
		skip "tshark and the wire" "quick: the full run looks at captures"
		return
	fi
	for name in "${CAPTURED[@]}"; do
		protocol=nbss
		[[ $name != */datagram.pcap ]] || protocol=nbdgm
		point "tshark finds no bad packet of $protocol in $(basename "$name")" \
			env NB_PROTOCOL=$protocol ./check-pcap.sh "$name"
	done
}

trap everything_down EXIT
trap 'exit 130' INT TERM
check_needs
set_up
test_call_samba
test_call_listener
test_call_peer
test_called
test_called_cifs
test_relay
test_datagrams
check_captures
tap_end
