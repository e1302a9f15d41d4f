#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# sessions.sh: part of demo.sh: sessions with a real Samba on the other side.
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../interop" || exit
# shellcheck source=../interop/lib.sh
. ./lib.sh
# shellcheck source=../interop/samba.sh
. ./samba.sh
# shellcheck source=story.sh
. ../demo/story.sh

# an ordinary user, and the group that may listen
USER_ID=1000
GROUP_ID=4139

our_host()
{
	limited "$PATIENCE" ours "$@"
}

the_network()
{
	say "Two hosts on one network: \"ours\", 10.9.0.1, has AF_NETBIOS; \"samba\", 10.9.0.2, has Samba."
	hosts_up ours=10.9.0.1 samba=10.9.0.2
	start_samba samba 10.9.0.2
	samba_ready samba || exit 1
	echo "          smbd is listening on port 139 of host samba, with the share \"files\"."
	say "The administrator of \"ours\" turns AF_NETBIOS on, gives the host its names, and lets group $GROUP_ID listen."
	cat > "$WORK/names" << NAMES
node set enabled on permanent-name OURHOST<00> bind-group-range $GROUP_ID-$GROUP_ID
name add FILES<20> state registered permanent
cache add FILESERVER<20> 10.9.0.2
NAMES
	SHOWN="nbctl -b names" step our_host nbctl -b "$WORK/names"
	quote "$WORK/names"
	SHOWN="nbctl name" step our_host nbctl name
	expect "FILES<20>"
}

we_call_samba()
{
	say "A program CALLs the real Samba by its NetBIOS name, and negotiates SMB with it."
	SHOWN="smbcall FILESERVER" step our_host smbcall FILESERVER
	expect "session OURHOST<00> -> FILESERVER<20>"
	expect "SMB negotiated"
}

samba_calls_us()
{
	say "A program of an ordinary user LISTENs on the name FILES<20>: no root, no port 139 of its own."
	start_ready "listening on FILES<20>" listener ours setpriv --reuid=$USER_ID \
		--regid=$GROUP_ID --clear-groups "$BUILD_DIR/smblisten" FILES || exit 1
	echo "          \$ smblisten FILES &"
	quote "$WORK/listener.log"
	say "A real smbclient on host samba CALLs it. (smblisten speaks no SMB dialect, so smbclient gives up after the answer.)"
	SHOWN="smbclient -p 139 //FILES/files -I 10.9.0.1" step refused smb_client samba \
		//FILES/files --ip-address=10.9.0.1 --netbiosname=SAMBAHOST \
		--max-protocol=NT1 --command=ls
	log_has listener "FILES<20> called by SAMBAHOST<00>: SMB1 negotiate" || exit 1
	quote "$WORK/listener.log"
}

wrong_name()
{
	say "smbclient CALLs a name that this host does not have: refused on the wire with error 82, and so is its second try, *SMBSERVER."
	SHOWN="smbclient -p 139 //NOBODY/files -I 10.9.0.1" step refused smb_client samba \
		//NOBODY/files --ip-address=10.9.0.1 --command=ls
	expect NT_STATUS_RESOURCE_NAME_NOT_FOUND
	say "Our own caller sees the same of a name that is there, but nobody listens: 80."
	SHOWN="smbcall OURHOST<00>" step refused our_host smbcall 'OURHOST<00>'
	expect "ECONNREFUSED"
	expect "wire error 80"
}

# A file from smbd to smbclient, by way of two sessions of ours.
through_us()
{
	stop listener
	head -c 1M /dev/urandom > "$WORK/samba/share/megabyte"
	chmod 644 "$WORK/samba/share/megabyte"
	say "nbrelay LISTENs on FILES<20> and CALLs FILESERVER<20> for every caller: smbclient gets a file through both sessions."
	start_ready "listening on FILES<20>" relay ours nbrelay -c 'OURHOST<00>' \
		FILES FILESERVER || exit 1
	SHOWN="smbclient -p 139 //FILES/files -I 10.9.0.1 -c 'ls; get megabyte'" step smb_client \
		samba //FILES/files --ip-address=10.9.0.1 --command="ls; get megabyte $WORK/copy"
	step cmp "$WORK/samba/share/megabyte" "$WORK/copy"
	echo "          The copy is the same, all $(stat -c %s "$WORK/copy") octets."
}

# smbclient waits for its commands, so that there is a session to be seen.
what_is_seen()
{
	say "Sessions and counters are visible while smbclient is connected."
	mkfifo "$WORK/commands"
	exec {COMMANDS}<> "$WORK/commands"
	start client samba smbclient --configfile="$WORK/samba/smb.conf" --no-pass --port=139 \
		--user=% //FILES/files --ip-address=10.9.0.1 < "$WORK/commands"
	until_ok "a session" sees_session || exit 1
	SHOWN="nbctl session" step our_host nbctl session
	SHOWN="nbctl stats" step our_host nbctl stats
	echo quit >&"$COMMANDS"
}

sees_session()
{
	our_host nbctl session | grep -q "connected.*FILESERVER<20>"
}

trap everything_down EXIT
trap 'exit 130' INT TERM
build_programs
the_network
we_call_samba
samba_calls_us
wrong_name
through_us
what_is_seen
say "Shown: a CALL to a real Samba by name, a LISTEN without root, a CALL by a real Samba client, refusals 80 and 82, a file through two sessions."
