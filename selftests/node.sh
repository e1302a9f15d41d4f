#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Makes this network namespace a node to aim tests and probes at.
set -euo pipefail

SELF_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
export PATH=$SELF_DIR/../userspace/build:$PATH

usage()
{
	cat << 'USAGE'
usage: node.sh [options]
Makes this network namespace an AF_NETBIOS node for tests from outside:
  SUTSRV<00> SUTSRV<03> SUTSRV<20> SUTALIAS<00> SUTALIAS<20> ECHO<20> SUTMOVED<20>
                    unique names
  INTEROP<00>       group name
  SUTSRV<20> ECHO<20>
                    send every message back
  SUTSRV<20> INTEROP<00>
                    send every datagram back, in one packet (max-datagram 1064);
                    SUTSRV<20> what is for everybody, too
  SUTMOVED<20>      sends callers elsewhere (RETARGET)
  all others        nobody listens
netbios.ko must be loaded, and the programs built. Runs until it is killed.
  --dev DEV               interface that gets the address, default eth0
  --addr ADDRESS/LENGTH   address to set; without it DEV is left as it is
  --prober ADDRESS        where the prober is; it gets a static cache entry
  --prober-name NAME      its name, default PROBE (suffix 00)
  --retarget-to ADDRESS:PORT
                          where SUTMOVED<20> sends callers, default 10.9.9.9:1139
  --smbserver NAME        callers of *SMBSERVER reach NAME<20>; default: refused
  --helper b|p|m|h        run netbiosd, as a node of that type; default: none
  --nbns ADDRESS,...      its name servers
  --help
The last line of output before it waits is "node: ready".
USAGE
}

wrong_usage()
{
	usage >&2
	exit 2
}

parse_options()
{
	DEV=eth0 ADDRESS='' PROBER='' PROBER_NAME=PROBE RETARGET=10.9.9.9:1139 SMBSERVER=''
	HELPER='' NBNS=''
	while [ $# -gt 0 ]; do
		case $1 in
		--help)
			usage
			exit 0
			;;
		--dev | --addr | --prober | --prober-name | --retarget-to | --smbserver | \
			--helper | --nbns)
			[ $# -ge 2 ] || wrong_usage
			;;
		*) wrong_usage ;;
		esac
		case $1 in
		--dev) DEV=$2 ;;
		--addr) ADDRESS=$2 ;;
		--prober) PROBER=$2 ;;
		--prober-name) PROBER_NAME=$2 ;;
		--retarget-to) RETARGET=$2 ;;
		--smbserver) SMBSERVER=$2 ;;
		--helper) HELPER=$2 ;;
		--nbns) NBNS=$2 ;;
		esac
		shift 2
	done
}

set_address()
{
	[ -n "$ADDRESS" ] || return 0
	ip link set lo up
	ip address replace "$ADDRESS" dev "$DEV"
	ip link set "$DEV" up
}

# nbctl_lines: what to tell nbctl
nbctl_lines()
{
	local name

	# many peers, Samba's nmbd among them, put no fragments together
	echo "node set enabled on permanent-name SUTSRV<00> max-datagram 1064"
	for name in 'SUTSRV<03>' 'SUTSRV<20>' 'SUTALIAS<00>' 'SUTALIAS<20>' \
		'ECHO<20>' 'SUTMOVED<20>'; do
		echo "name add $name state registered permanent"
	done
	echo "name add INTEROP<00> group state registered permanent"
	[ -z "$SMBSERVER" ] || echo "node set smbserver-name $SMBSERVER<20>"
	[ -z "$PROBER" ] || echo "cache add $PROBER_NAME<00> $PROBER"
}

listen()
{
	nbcat --listen "$@" < /dev/null &
	LISTENERS+=($!)
}

# netbiosd claims the names that are in the table
start_helper()
{
	[ -n "$HELPER" ] || return 0
	nbctl node adapter set "$DEV" type "$HELPER" ${NBNS:+nbns "$NBNS"}
	netbiosd --config /dev/null &
	HELPER_PID=$!
	until nbctl -j node adapter show "$DEV" | grep -q nbns-available; do
		kill -0 "$HELPER_PID" || exit 1
		sleep 0.1
	done
}

# all of them, or one of them has ended
wait_listeners()
{
	until [ "$(nbctl session | grep -cwE 'listen|bound')" = "${#LISTENERS[@]}" ]; do
		kill -0 "${LISTENERS[@]}" || exit 1
		sleep 0.1
	done
}

parse_options "$@"
set_address
nbctl_lines | nbctl -b -
echo "node: names"
nbctl name
LISTENERS=() HELPER_PID=
trap 'kill "${LISTENERS[@]}" $HELPER_PID 2> /dev/null' EXIT
trap 'exit 0' INT TERM
listen --keep --echo 'SUTSRV<20>'
listen --keep --echo 'ECHO<20>'
listen --keep --retarget="$RETARGET" 'SUTMOVED<20>'
listen --datagrams --broadcast --echo 'SUTSRV<20>'
listen --datagrams --echo --group 'INTEROP<00>'
wait_listeners
start_helper
echo "node: ready"
wait -n
echo "node: a listener or the helper has ended" >&2
exit 1
