# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced after lib.sh: real smbds with a share "files".

SMBD=${SMBD:-/usr/sbin/smbd}

# samba_config INSTANCE ADDRESS PORT: a server of its own, that touches no state of
# the machine. On port 445 it does not offer more than NetBIOS can carry.
samba_config()
{
	local top=$WORK/$1

	mkdir -p "$top/share"
	chmod 777 "$top/share"
	chmod 755 "$WORK" "$top"
	cat > "$top/smb.conf" << CONFIG
[global]
	netbios name = FILESERVER
	workgroup = INTEROP
	smb ports = $3
	interfaces = $2/24
	bind interfaces only = yes
	server min protocol = NT1
	client min protocol = NT1
	smb2 max read = 65536
	smb2 max write = 65536
	smb2 max trans = 65536
	map to guest = bad user
	load printers = no
	disable spoolss = yes
	server services = +smb
	log file = $top/log
$(samba_state "$top")
[files]
	path = $top/share
	guest ok = yes
	read only = no
CONFIG
}

# start_samba HOST ADDRESS [INSTANCE [PORT]]. smbd makes a process group of its own,
# and ends all of that when it is stopped: never use --no-process-group here.
start_samba()
{
	local instance=${3:-samba}

	samba_config "$instance" "$2" "${4:-139}"
	start "$instance" "$1" "$SMBD" --foreground --configfile="$WORK/$instance/smb.conf"
}

# samba_ready HOST [PORT]
samba_ready()
{
	until_ok "smbd on port ${2:-139}" is_listening "$1" "${2:-139}"
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
