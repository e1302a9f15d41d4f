#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run-tests.sh [KERNEL...]: what README.md says is done, in copies of a clean
# Debian: make install and uninstall, Debian packages, DKMS; then each kernel
# (stock-6.12 and stock-6.1) boots with what was installed, uses and removes it.
# Emulated, compilers are slow: what needs no kernel of ours is done here, in a
# chroot. TAP; the last line is the sum.
# shellcheck source-path=SCRIPTDIR
set -uo pipefail

[ $# -gt 0 ] || set -- stock-6.12 stock-6.1
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
[ "$(id -u)" = 0 ] || { echo "run-tests.sh: needs root" >&2; exit 2; }
KERNELS=("$@")
REPO=$PWD
# not below /tmp, which guests may have one of their own of
mkdir -p selftests/install/build
WORK=$(mktemp -d "$REPO/selftests/install/build/XXXXXX")
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM
# shellcheck source=../interop/tap.sh
. selftests/interop/tap.sh
# shellcheck source=files.sh
. selftests/install/files.sh
README=$REPO/selftests/install/readme.sh
CLEAN=$(selftests/install/clean-root.sh) || exit
export DEBIAN_FRONTEND=noninteractive

# add_kernel ROOT KERNEL: headers, and the few modules that tests use, as Debian's
# packages would install them
add_kernel()
{
	local from release modules

	from=$(selftests/qemu/kernels ensure "$2")/root || return
	release=$(< "$from/../release")
	modules=$1/usr/lib/modules/$release
	mkdir -p "$1/usr/src" "$modules/kernel/net"
	cp -a "$from"/usr/src/linux-headers-* "$1/usr/src/"
	cp -a "$from"/usr/lib/linux-kbuild-* "$1/usr/lib/"
	cp -a "$from/lib/modules/$release"/{build,source,modules.builtin*,modules.order} "$modules/"
	cp -a "$from/lib/modules/$release/kernel/net/"{netfilter,ipv4,ipv6} "$modules/kernel/net/"
}

# The headers are there already; apt has to know it. In a chroot uname tells the
# release of this machine.
know_headers()
{
	local dir=$WORK/headers package

	package=linux-headers-$(uname -r)
	mkdir -p "$dir/DEBIAN"
	printf '%s\n' "Package: $package" "Version: 1" "Architecture: all" \
		"Maintainer: nobody" "Description: headers of the kernels under test" > "$dir/DEBIAN/control"
	dpkg-deb --build "$dir" "$1/root/headers.deb" && in_root "$1" dpkg -i /root/headers.deb
}

# new_root NAME: a clean machine with the kernels under test, and this repository
new_root()
{
	local root=$WORK/$1 kernel

	cp -a "$CLEAN" "$root" || return
	for kernel in "${KERNELS[@]}"; do
		add_kernel "$root" "$kernel" || return
	done
	know_headers "$root" || return
	mkdir "$root/root/netbios"
	git ls-files -z | rsync -0 --files-from=- . "$root/root/netbios/"
}

# in_root ROOT COMMAND...
in_root()
{
	local root=$1

	shift
	# shellcheck disable=SC2016 # for the shell there
	unshare --mount --pid --fork sh -c \
		'mount -t proc proc "$1/proc" && cp /etc/resolv.conf "$1/etc/" &&
		root=$1 && shift && exec chroot "$root" "$@"' sh "$root" "$@"
}

# keep_packages ROOT: what was downloaded, for the next time
keep_packages()
{
	cp -n "$1"/var/cache/apt/archives/*.deb "$CLEAN/var/cache/apt/archives/" 2> /dev/null
	return 0
}

# fetching ROOT COMMAND...: what installs packages; once more with fresh lists, if
# these are too old
fetching()
{
	local status=0

	in_root "$@" || {
		in_root "$1" apt-get -q update
		in_root "$@" || status=$?
	}
	keep_packages "$1"
	return "$status"
}

# block NAME ROOT: in the repository there
block()
{
	local how=in_root

	"$README" "$1" > "$2/root/block" || return
	! grep -qE 'apt-get|deps.sh' "$2/root/block" || how=fetching
	"$how" "$2" sh -ec 'cd /root/netbios; . /root/block'
}

# as_first ROOT LIST
as_first()
{
	files "$1" | diff "$2" -
}

# source_block NAME ROOT: for the first of the kernels, since uname tells another one
source_block()
{
	local release

	release=$(< "$(selftests/qemu/kernels path "${KERNELS[0]}")/release")
	KVER=$release block "$1" "$2"
}

# as Python does when root imports the module
compiles_python()
{
	mkdir -p "$1/usr/lib/python3/dist-packages/__pycache__" &&
		touch "$1/usr/lib/python3/dist-packages/__pycache__/netbios.cpython-311.pyc"
}

installs()
{
	source_block source-install "$1" && files "$1" > "$WORK/with" &&
		has "$WORK/with" /usr/sbin/nbctl && compiles_python "$1" &&
		in_root "$1" modinfo -k "$(< "$(selftests/qemu/kernels path "${KERNELS[0]}")/release")" netbios
}

test_source()
{
	local root=$WORK/source

	point "a clean machine" new_root source
	point "README: it is built from source" source_block source-build "$root"
	files "$root" > "$WORK/before"
	point "README: make install, and modprobe would find it" installs "$root"
	point "README: make uninstall" source_block source-uninstall "$root"
	point "it leaves nothing" as_first "$root" "$WORK/before"
	rm -rf "$root"
}

# what the packages say that they need, without those packages
satisfied()
{
	local deb needs

	needs=$(for deb in "$1"/root/netbios/userspace/build/deb/*.deb; do
		dpkg-deb -f "$deb" Depends
	done | tr ',' '\n' | grep -vE '^ *(netbios|libnetbios|python3-netbios)' | paste -sd ,)
	echo "$needs"
	fetching "$1" apt-get satisfy "$needs"
}

dkms_built()
{
	local kernel release

	for kernel in "${KERNELS[@]}"; do
		release=$(< "$(selftests/qemu/kernels path "$kernel")/release")
		in_root "$1" modinfo -k "$release" -n netbios || return
	done
}

# packages ROOT: this one is made on this machine, which has the compilers
packages()
{
	rm -rf userspace/build/deb
	"$README" packages > "$WORK/block" && MAKEFLAGS='' sh -e "$WORK/block" < /dev/null &&
		mkdir -p "$1/root/netbios/userspace/build" &&
		cp -r userspace/build/deb "$1/root/netbios/userspace/build/"
}

# What Debian's rules ask of each, and what makes the next one an upgrade
packages_are_complete()
{
	local deb name list

	for deb in userspace/build/deb/*.deb; do
		name=$(dpkg-deb --field "$deb" Package)
		list=$(dpkg-deb --contents "$deb")
		grep -q "/usr/share/doc/$name/copyright$" <<< "$list" &&
			grep -q "/usr/share/doc/$name/changelog.gz$" <<< "$list" || return
		! grep 'share/man/.*[0-9]$' <<< "$list" || return
	done
	dpkg-deb --info userspace/build/deb/netbios-tools_*.deb shlibs | grep '^libnetbios 1 ' &&
		dpkg --compare-versions "$(dpkg-deb --field "$deb" Version)" ge 1.0
}

test_packages()
{
	local root=$WORK/machine

	point "another clean machine" new_root machine
	point "README: packages" packages "$root"
	point "the packages are complete" packages_are_complete
	point "what they depend on is there" satisfied "$root"
	files "$root" > "$WORK/before"
	cp "$WORK/before" "$root/root/before"
	point "README: they are installed" block install "$root"
	point "DKMS has built the module for each kernel" dkms_built "$root"
	# emulated, mandb takes half a minute, and apt minutes for the lists of all Debian
	in_root "$root" sh -c 'echo man-db man-db/auto-update boolean false | debconf-set-selections'
	rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin \
		"$root"/var/cache/apt/archives/*.deb
}

# in_guest KERNEL: its results are results here
in_guest()
{
	local line status

	selftests/qemu/run -N -k "$1" -t 1200 -- selftests/install/guest.sh "$WORK/machine" \
		> "$WORK/guest.log" 2>&1
	status=$?
	while IFS= read -r line; do
		case $line in
		ok\ *)
			PASSED=$((PASSED + 1)) POINTS=$((POINTS + 1))
			echo "ok $POINTS - $1: ${line#* - }"
			;;
		not\ ok\ *)
			FAILED=$((FAILED + 1)) POINTS=$((POINTS + 1))
			echo "not ok $POINTS - $1: ${line#* - }"
			;;
		1..* | *' passed, '*) ;;
		*) echo "$line" ;;
		esac
	done < "$WORK/guest.log"
	point "$1: the guest ended as it should" test "$status" = 0
}

point "README: each block is run by a test" "$README" --names
test_source
test_packages
for kernel in "${KERNELS[@]}"; do
	in_guest "$kernel"
done
tap_end
