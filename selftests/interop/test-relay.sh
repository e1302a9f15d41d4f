# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: real client, AF_NETBIOS listener, AF_NETBIOS caller,
# real server, with whole files in both directions.
#
#   peer: smbclient, cifs.ko --session--> node: nbrelay --session--> samba: smbd

SHARE_DIR=$WORK/samba/share
SENT=$WORK/sent

make_files()
{
	local kilobytes=4096

	[ "$MODE" = full ] || kilobytes=512
	head -c "${kilobytes}K" /dev/urandom > "$SENT"
	cp "$SENT" "$SHARE_DIR/big"
	echo "a few words" > "$SHARE_DIR/small"
	chmod 666 "$SHARE_DIR"/*
}

front()
{
	smb_client peer //FRONT/files --ip-address=10.9.0.1 "$@"
}

# fetch COPY [ARGUMENT...]: the big file through the relay, as COPY
fetch()
{
	local copy=$1

	shift
	front "$@" --command="get big $WORK/$copy" && cmp "$SENT" "$WORK/$copy"
}

relay_smbclient()
{
	point "smbclient gets a file with SMB1: the same bytes" fetch copy1 --max-protocol=NT1
	[ "$MODE" = full ] || return 0
	point "smbclient lists a directory through the relay" \
		says "small" front --max-protocol=NT1 --command=ls
	point "smbclient gets a file with SMB3: the same bytes" fetch copy3 --max-protocol=SMB3
	point "smbclient puts a file" front --max-protocol=NT1 --command="put $SENT put"
	point "smbd has the same bytes" cmp "$SENT" "$SHARE_DIR/put"
	point "four smbclients at once get the same bytes (SS-042)" relay_parallel
}

# the same name called four times at once (SS-042)
relay_parallel()
{
	local i pids=() status=0

	for i in 1 2 3 4; do
		fetch "parallel$i" --max-protocol=NT1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || status=1
	done
	return "$status"
}

relay_cifs()
{
	point "cifs.ko mounts through the relay" cifs_mount peer "$WORK/mnt" FRONT 10.9.0.1
	point "cifs.ko reads a file: the same bytes" cmp "$SENT" "$WORK/mnt/big"
	point "nbctl shows both sessions of the relay" both_sessions
	point "cifs.ko writes a file" cp "$SENT" "$WORK/mnt/written"
	point "smbd has the same bytes" cmp "$SENT" "$SHARE_DIR/written"
	[ "$MODE" = quick ] || relay_keepalive
	point "cifs.ko unmounts" umount "$WORK/mnt"
}

both_sessions()
{
	in_host node nbctl session > "$WORK/sessions"
	cat "$WORK/sessions"
	has "$WORK/sessions" "CIFSCLIENT<00>" && has "$WORK/sessions" "FILESERVER<20>"
}

# Keep-alives of ours must not disturb smbd and cifs.ko (SS-046, SMB-009).
relay_keepalive()
{
	local from_us

	from_us="src host 10.9.0.1 and $(header 85000000)"

	point "an idle session is kept alive towards cifs.ko" \
		until_ok keep-alives wire_has "$from_us and dst host 10.9.0.4"
	point "and towards smbd" \
		until_ok keep-alives wire_has "$from_us and dst host 10.9.0.3"
	touch "$SHARE_DIR/new"
	point "and both go on afterwards" until_ok "the new file" test -e "$WORK/mnt/new"
}

wire_has()
{
	[ "$(wire_count "$@")" -gt 0 ]
}

relay_bad_network()
{
	if ! in_host node tc qdisc add dev eth0 root netem loss 2% delay 3ms 1ms reorder 5% 2> /dev/null; then
		skip "relay over a bad network" "this kernel has no sch_netem"
		return
	fi
	in_host peer tc qdisc add dev eth0 root netem loss 2% delay 3ms 1ms
	point "with 2 % loss, delay and reordering the file still arrives" \
		fetch lossy --max-protocol=NT1
	in_host node tc qdisc del dev eth0 root
	in_host peer tc qdisc del dev eth0 root
}

test_relay()
{
	make_files
	in_host node nbctl node set keepalive 1 || echo "# cannot set keepalive"
	capture node relay
	start_ready "listening on FRONT<20>" relay node nbrelay -c 'OURNODE<00>' FRONT FILESERVER
	relay_smbclient
	if have_cifs; then
		relay_cifs
	else
		skip "cifs.ko through the relay" "this kernel has no cifs"
	fi
	capture_end
	[ "$MODE" = quick ] || relay_bad_network
	point "the relay carried every message and had no error" relay_log_clean
	stop relay
}

relay_log_clean()
{
	cat "$WORK/relay.log"
	has "$WORK/relay.log" "messages from" && ! grep -vE '^nbrelay: (listening|[0-9]+ messages)' "$WORK/relay.log"
}
