# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: smbclient, cifs.ko and a byte-level peer CALL an
# AF_NETBIOS listener.

CALLER=OURCLIENT

# smbclient_calls NAME [ARGUMENT...]: fails, since smblisten knows no dialect
smbclient_calls()
{
	local name=$1

	shift
	smb_client peer "//$name/files" --ip-address=10.9.0.1 --netbiosname=$CALLER \
		--command=ls "$@"
}

start_smblisten()
{
	start_ready "listening on FILES<20>" smblisten node smblisten FILES
}

smbclient_right_name()
{
	point "smbclient calls the right name, is heard, and reads the answer" \
		fails smbclient_calls FILES --max-protocol=NT1
	point "its negotiate request is one message (SS-012, SMB-008)" log_has smblisten \
		"FILES<20> called by $CALLER<00>: SMB1 negotiate"
	[ "$MODE" = full ] || return 0
	point "smbclient with SMB2 from the start" \
		fails smbclient_calls FILES --option="client min protocol=SMB2"
	point "its SMB2 negotiate request is one message" log_has smblisten \
		"FILES<20> called by $CALLER<00>: SMB2 negotiate"
}

smbclient_wrong_name()
{
	local name

	point "smbclient calls a wrong name (SS-017)" says NT_STATUS_RESOURCE_NAME_NOT_FOUND \
		smbclient_calls WRONG
	wire_point "refused with 82, and *SMBSERVER with 82 too" "$(negative 82)" -ge 2
	[ "$MODE" = full ] || return 0
	point "smbclient calls a name that nobody listens on (SS-016)" \
		fails smbclient_calls DEAF
	wire_point "refused with 80" "$(negative 80)" -ge 1
	for name in WRONG DEAF; do
		point "the listener heard nothing of $name" \
			fails has "$WORK/smblisten.log" "$name"
	done
}

# sessions from CALLER that smblisten had
heard()
{
	grep -c "called by $1: SMB1 negotiate" "$WORK/smblisten.log"
}

# The name that clients fall back to is no name that could be held (P-02).
star_smbserver()
{
	point "*SMBSERVER<20> is refused with 82" says "wire error 82" \
		call second smbcall '*SMBSERVER'
	in_host node nbctl node set smbserver-name 'FILES<20>'
	point "with the setting it reaches the file server" \
		says "session SECOND<00>" call second smbcall '*SMBSERVER'
	point "which had one session of that caller" is "$(heard 'SECOND<00>')" -eq 1
	[ "$MODE" = quick ] || star_smbserver_smbclient
	in_host node nbctl node set smbserver-name none
}

star_smbserver_smbclient()
{
	local before

	before=$(heard "$CALLER<00>")
	point "smbclient falls back to *SMBSERVER<20> and reaches the file server" \
		fails smbclient_calls WRONG --max-protocol=NT1
	point "the listener had that session" \
		is "$(heard "$CALLER<00>")" -eq "$((before + 1))"
}

# cifs.ko sends its first message without waiting for the answer (P-17)
cifs_calls()
{
	local before

	before=$(grep -c CIFSCLIENT "$WORK/smblisten.log")
	point "cifs.ko calls the right name; the dialects are refused" \
		fails cifs_mount peer "$WORK/mnt" FILES 10.9.0.1
	point "its early negotiate request arrived whole (SS-020, HANDOFF-005)" log_has smblisten \
		"FILES<20> called by CIFSCLIENT<00>: SMB1 negotiate"
	point "and there was none before" is "$before" -eq 0
	point "cifs.ko calls a wrong name" fails cifs_mount peer "$WORK/mnt" WRONG 10.9.0.1
	wire_point "refused with 82" "$(negative 82)" -ge 1
	point "cifs.ko calls a name that nobody listens on" \
		fails cifs_mount peer "$WORK/mnt" DEAF 10.9.0.1
	wire_point "refused with 80" "$(negative 80)" -ge 1
}

early_data()
{
	start_ready "listening on" echo node nbcat -lkv --echo ECHO
	point "a message in the same segment as the SESSION REQUEST arrives (SS-020)" \
		says "early message came back" \
		limited "$PATIENCE" peer peer.py call 10.9.0.1:139 'ECHO<20>' 'PEER<00>' early
}

test_called()
{
	capture node called
	start_smblisten
	smbclient_right_name
	smbclient_wrong_name
	star_smbserver
	[ "$MODE" = quick ] || early_data
	capture_end
}

test_called_cifs()
{
	if ! have_cifs; then
		skip "cifs.ko calls a listener" "this kernel has no cifs"
		return
	fi
	capture node called-cifs
	cifs_calls
	capture_end
	stop smblisten
	umount "$WORK/mnt" 2> /dev/null
}
