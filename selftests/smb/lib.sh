# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the tests and the measurement of nbproxy: hosts, servers, and the
# proxy itself. The rest is that of ../interop.

export HOSTILE=$REPO_DIR/selftests/smb/hostile.py
SENT=$WORK/sent

check_needs()
{
	local command

	[ "$(id -u)" = 0 ] || die "needs root, in a guest: selftests/qemu/run -- $0"
	grep -qw '^netbios' /proc/modules || die "netbios.ko is not loaded"
	for command in "$SMBD" smbclient mount.cifs python3 nbproxy; do
		command -v "$command" > /dev/null || die "no $command"
	done
}

have_cifs()
{
	grep -qw cifs /proc/filesystems || modprobe -q cifs
}

# proxy_config: settings of nbproxy on stdin
proxy_config()
{
	cat > "$WORK/nbproxy.conf"
}

# proxy_up: with the settings that it has; until it listens
proxy_up()
{
	start_ready ": ready" nbproxy node nbproxy --verbose --user nobody \
		--config "$WORK/nbproxy.conf" || die "nbproxy does not start"
}

proxy_log()
{
	log_has nbproxy "$1"
}

# proxy_reload: settings on stdin
proxy_reload()
{
	proxy_config
	: > "$WORK/nbproxy.log"
	kill -HUP "${PIDS[nbproxy]}"
	until_ok "the reload" grep -qE 'read again|not reloaded' "$WORK/nbproxy.log"
}

make_files()
{
	local instance

	head -c "${MEGABYTES}M" /dev/urandom > "$SENT"
	for instance in modern other old; do
		cp "$SENT" "$WORK/$instance/share/big"
		echo "on $instance" > "$WORK/$instance/share/where"
		chmod 666 "$WORK/$instance/share"/*
	done
}

# smb PORT ADDRESS NAME ARGUMENT...: smbclient, by that port only
smb()
{
	local port=$1 address=$2 name=$3

	shift 3
	limited "$((PATIENCE * 3))" peer smbclient --configfile="$WORK/modern/smb.conf" \
		--no-pass --user=% --port="$port" --ip-address="$address" "//$name/files" "$@"
}

# same_bytes PORT ADDRESS NAME INSTANCE ARGUMENT...: a file there and back
same_bytes()
{
	local instance=$4

	rm -f "$WORK/got" "$WORK/$instance/share/put"
	smb "$1" "$2" "$3" "${@:5}" --command="put $SENT put; get put $WORK/got" || return
	cmp "$SENT" "$WORK/$instance/share/put" && cmp "$SENT" "$WORK/got"
}

# where PORT ADDRESS NAME [ARGUMENT...]: which server is that?
where()
{
	smb "$@" --command="get where -"
}

# mounted ADDRESS PORT NAME INSTANCE VERSION: cifs.ko reads and writes
mounted()
{
	local mnt=$WORK/mnt status=0

	mkdir -p "$mnt"
	rm -f "$WORK/$4/share/written"
	limited "$((PATIENCE * 3))" peer mount -t cifs "//$3/files" "$mnt" \
		-o "ip=$1,port=$2,servern=$3,netbiosname=CIFSCLIENT,vers=$5,rsize=65536,wsize=65536,guest" ||
		return
	cmp "$SENT" "$mnt/big" && cp "$SENT" "$mnt/written" || status=1
	umount "$mnt"
	cmp "$SENT" "$WORK/$4/share/written" || status=1
	return "$status"
}

set_up_hosts()
{
	hosts_up node=10.9.0.1,10.9.0.11,10.9.0.12,10.9.0.13,10.9.0.14,10.9.0.15 \
		peer=10.9.0.2 modern=10.9.0.3 other=10.9.0.4 old=10.9.0.5 second=10.9.0.6
	start_samba modern 10.9.0.3 modern 445
	start_samba other 10.9.0.4 other 445
	start_samba old 10.9.0.5 old 139
}

set_up_nodes()
{
	node_up node < <(
		echo "node set permanent-name BRIDGE<00> retry-interval 200 keepalive 1"
		name_lines 'FILES<20>' 'BACKUP<20>' 'RELAY<20>' 'RAW<20>' 'ECHO<20>' 'NOWHERE<20>' \
			'KERNEL<20>'
		cache_line 'OLDPC<20>' 10.9.0.5
		cache_line 'RENAMED<20>' 10.9.0.6
		cache_line 'MODERN<20>' 10.9.0.3
	)
	node_up second < <(
		echo "node set permanent-name SECOND<00> smbserver-name SECOND<20>"
		name_lines 'SECOND<20>'
	)
}

servers_ready()
{
	if ! samba_ready modern 445 || ! samba_ready other 445 || ! samba_ready old; then
		die "smbd does not start"
	fi
	make_files
}

set_up()
{
	set_up_hosts
	set_up_nodes
	servers_ready
	settings | proxy_config
	proxy_up
}

# settings [LINE...]: of nbproxy, with more lines in front
settings()
{
	printf '%s\n' "$@"
	cat << 'CONFIG'
called "FILES" { server = "10.9.0.3" }
called "BACKUP" { server = "10.9.0.4" }
called "RELAY" { server = "OLDPC" }
called "RAW" { server = "10.9.0.2" port = 1445 }
called "KERNEL" { server = "10.9.0.7" }
called "NOWHERE" { server = "10.9.0.2" port = 1 }
listen "10.9.0.11" { server = "OLDPC" }
listen "10.9.0.12" { server = "10.9.0.5" }
listen "10.9.0.13" { server = "RENAMED" }
listen "10.9.0.14" { server = "MODERN" }
listen "10.9.0.15:1445" { server = "ECHO" method = netbios }
CONFIG
}
