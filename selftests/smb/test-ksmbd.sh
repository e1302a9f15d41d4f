# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: the kernel's own server of SMB. It listens in the first
# namespace only, which gets a cable to the others.

# unpacked by deps.sh
KSMBD_TOOLS=$PWD/build/ksmbd-tools/usr/sbin

ksmbd_config()
{
	mkdir -p "$WORK/ksmbd/share"
	chmod 777 "$WORK/ksmbd/share"
	echo "on ksmbd" > "$WORK/ksmbd/share/where"
	: > "$WORK/ksmbd/users"
	cat > "$WORK/ksmbd/ksmbd.conf" << CONFIG
[global]
	netbios name = KERNEL
	map to guest = bad user
	guest account = root
	smb2 max read = 65536
	smb2 max write = 65536
	smb2 max trans = 65536
[files]
	path = $WORK/ksmbd/share
	guest ok = yes
	read only = no
CONFIG
}

# It takes the interfaces that are there when it starts, and those that come.
ksmbd_up()
{
	ip netns attach ksmbd 1 &&
		ip link add ksmbd netns switch type veth peer name eth0 &&
		ip -n switch link set ksmbd master br0 up || return
	HOSTS+=(ksmbd)
	host_up ksmbd 10.9.0.7
	ksmbd_config
	start ksmbd ksmbd "$KSMBD_TOOLS/ksmbd.mountd" --nodetach \
		--config="$WORK/ksmbd/ksmbd.conf" --users="$WORK/ksmbd/users"
	until_ok "ksmbd on port 445" is_listening ksmbd 445 || {
		cat "$WORK/ksmbd.log"
		return 1
	}
}

ksmbd_down()
{
	in_host ksmbd "$KSMBD_TOOLS/ksmbd.control" --shutdown > /dev/null
	stop ksmbd
	until_ok "ksmbd to go" modprobe -r ksmbd
}

# SMB-002: smbd is not the only one that listens on 445
test_ksmbd()
{
	if ! [ -e "$KSMBD_TOOLS/ksmbd.mountd" ] || ! modprobe -q ksmbd; then
		skip "ksmbd" "this kernel has none, or there are no ksmbd-tools (deps.sh)"
		return
	fi
	point "ksmbd starts" ksmbd_up
	point "smbclient reaches ksmbd on 445 by NetBIOS name" \
		says "on ksmbd" where 139 10.9.0.1 KERNEL --max-protocol=SMB3
	point "a file of $MEGABYTES MB there and back" \
		same_bytes 139 10.9.0.1 KERNEL ksmbd --max-protocol=SMB3
	point "ksmbd ends" ksmbd_down
}
