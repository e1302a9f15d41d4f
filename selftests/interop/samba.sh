# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced after lib.sh: a real smbd on port 139 with a share "files".

SMBD=${SMBD:-/usr/sbin/smbd}

# samba_config ADDRESS: a server of its own, that touches no state of the machine
samba_config()
{
	local dir

	for dir in private cache lock state pid ncalrpc share; do
		mkdir -p "$WORK/samba/$dir"
	done
	chmod 777 "$WORK/samba/share"
	chmod 755 "$WORK" "$WORK/samba"
	cat > "$WORK/samba/smb.conf" << CONFIG
[global]
	netbios name = FILESERVER
	workgroup = INTEROP
	smb ports = 139
	interfaces = $1/24
	bind interfaces only = yes
	server min protocol = NT1
	client min protocol = NT1
	map to guest = bad user
	load printers = no
	disable spoolss = yes
	server services = +smb
	private dir = $WORK/samba/private
	cache directory = $WORK/samba/cache
	lock directory = $WORK/samba/lock
	state directory = $WORK/samba/state
	pid directory = $WORK/samba/pid
	ncalrpc dir = $WORK/samba/ncalrpc
	log file = $WORK/samba/log
[files]
	path = $WORK/samba/share
	guest ok = yes
	read only = no
CONFIG
}

# start_samba HOST ADDRESS. smbd makes a process group of its own, and ends all of
# that when it is stopped: never use --no-process-group here.
start_samba()
{
	samba_config "$2"
	start samba "$1" "$SMBD" --foreground --configfile="$WORK/samba/smb.conf"
}

# samba_ready HOST
samba_ready()
{
	until_ok "smbd on port 139" is_listening "$1" 139
}

# smb_client HOST ARGUMENT...: as a guest, over NetBIOS only
smb_client()
{
	local host=$1

	shift
	limited "$((PATIENCE * 3))" "$host" smbclient --configfile="$WORK/samba/smb.conf" \
		--no-pass --port=139 --user=% "$@"
}

# cifs_mount HOST DIRECTORY NAME ADDRESS: NAME is the name that is called. cifs.ko
# and smbd agree on reads of 1 MB even on port 139, where the length of a message
# has 17 bits (RFC 1002 4.3.1): they put more into the flags. So no such reads.
cifs_mount()
{
	local host=$1 directory=$2 name=$3 address=$4

	mkdir -p "$directory"
	limited "$((PATIENCE * 3))" "$host" mount -t cifs "//$name/files" "$directory" \
		-o "ip=$address,port=139,servern=$name,netbiosname=CIFSCLIENT,vers=1.0,rsize=65536,guest"
}
