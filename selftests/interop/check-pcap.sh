#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# check-pcap.sh CAPTURE...: tshark must find NetBIOS session packets in each
# capture, none of them malformed and none with an error of the decoder.
# NB_PROTOCOL=nbns: packets of the name service; browser: messages of the browser
# service, in datagrams.
set -u
PROTOCOL=${NB_PROTOCOL:-nbss}

OPTIONS=(-n -d 'tcp.port==139,nbss'
	-o tcp.desegment_tcp_streams:TRUE -o nbss.desegment_nbss_commands:TRUE)
# what is inside the messages of sessions is the business of others
[ "$PROTOCOL" = browser ] || OPTIONS+=(--disable-protocol smb --disable-protocol smb2)
SEVERITY_ERROR=8388608

# decode CAPTURE: a line for each frame: number, protocols, worst severity, malformed
decode()
{
	tshark -r "$1" "${OPTIONS[@]}" -T fields -E separator=';' -E occurrence=a \
		-e frame.number -e frame.protocols -e _ws.expert.severity \
		-e _ws.malformed -e _ws.expert.message 2> /dev/null
}

check()
{
	local frames bad

	frames=$(decode "$1" | grep ":$PROTOCOL")
	if [ -z "$frames" ]; then
		echo "$1: no packet of $PROTOCOL"
		return 1
	fi
	bad=$(awk -F ';' -v error="$SEVERITY_ERROR" '
		$2 ~ /malformed/ || $4 != "" { print; next }
		{ n = split($3, s, ","); for (i = 1; i <= n; i++) if (s[i] + 0 >= error) { print; next } }
	' <<< "$frames")
	if [ -n "$bad" ]; then
		echo "$1: bad frames (number; protocols; severity; malformed; message):"
		head -n 12 <<< "$bad"
		return 1
	fi
	echo "$1: $(wc -l <<< "$frames") frames of $PROTOCOL, all well-formed"
}

[ $# -gt 0 ] || {
	echo "usage: check-pcap.sh CAPTURE..." >&2
	exit 2
}
command -v tshark > /dev/null || {
	echo "no tshark" >&2
	exit 2
}
status=0
for capture; do
	check "$capture" || status=1
done
exit "$status"
