#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# guest.sh ROOT: in a guest: starts systemd in ROOT, below a throw-away overlay,
# as a machine of its own that shares kernel and network with the guest, and runs
# clean.sh there.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
[ "${NB_GUEST:-}" ] || { echo "guest.sh: only in the test guest" >&2; exit 2; }
ROOT=/run/clean

die()
{
	echo "not ok - guest.sh: $*"
	[ ! -s /run/systemd.log ] || tail -n 20 /run/systemd.log | sed 's/^/# /'
	exit 1
}

mount_root()
{
	mkdir -p /run/top "$ROOT"
	mount -t tmpfs tmpfs /run/top && mkdir /run/top/{upper,work} &&
		mount -t overlay -o "lowerdir=$1,upperdir=/run/top/upper,workdir=/run/top/work" \
			overlay "$ROOT" &&
		mount -t sysfs sysfs "$ROOT/sys" &&
		mount --bind /sys/fs/cgroup "$ROOT/sys/fs/cgroup" &&
		mount --rbind /dev "$ROOT/dev" &&
		mount -t tmpfs -o mode=755 tmpfs "$ROOT/run" &&
		cp clean.sh files.sh ../interop/tap.sh "$ROOT/root/" &&
		for name in $(./readme.sh --names); do ./readme.sh "$name" > "$ROOT/root/block-$name"; done
}

# The kernel calls modprobe in the guest's root, and it has to be that of the machine
kernel_modprobe()
{
	printf '#!/bin/sh\nexec chroot %s /sbin/modprobe "$@"\n' "$ROOT" > /run/modprobe
	chmod 755 /run/modprobe
	echo /run/modprobe > /proc/sys/kernel/modprobe
}

# What a machine has before anything of ours: a network, a user
prepare()
{
	# modules that the clean machine does not have
	modprobe -a veth nf_tables
	echo clean > "$ROOT/etc/hostname"
	chroot "$ROOT" useradd --create-home alice
}

start_systemd()
{
	# a console of its own, and no wait for what a guest has not
	env -i container=test PATH="$PATH" unshare --mount --pid --fork --kill-child \
		sh -c "mount -t proc proc $ROOT/proc && exec chroot $ROOT /lib/systemd/systemd \
		--log-target=console --log-level=notice --unit=basic.target" \
		< /dev/null > /run/systemd.log 2>&1 &
	until [ -S "$ROOT/run/systemd/private" ]; do
		if [ "$SECONDS" -gt 100 ] || [ -z "$(jobs -r)" ]; then
			die "systemd does not start"
		fi
		sleep 0.2
	done
}

mount_root "$1" || die "cannot mount $1"
prepare || die "cannot prepare $1"
kernel_modprobe
start_systemd
pid=$(pgrep -f '^/lib/systemd/systemd --log-target') || die "no systemd"
# of its own: the shell that unshare has started was replaced
pid=$(echo "$pid" | tail -n 1)
nsenter --target "$pid" --mount --pid --root --wdns=/root \
	env -i NB_WAIT="${NB_WAIT-}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
	LC_ALL=C.UTF-8 TERM=dumb bash /root/clean.sh
status=$?
kill -KILL "$pid"
exit "$status"
