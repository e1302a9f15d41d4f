#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs the Debian packages that the targets of the Makefile need, if any is
# missing; see USAGE.  Each set contains what it builds upon.
set -euo pipefail

# netbios.ko, the programs
BUILD=(build-essential gcc-12 bc bison flex kmod libelf-dev libssl-dev rsync
	pkg-config libmnl-dev libjansson-dev libev-dev libconfuse-dev libcap-ng-dev
	liblmdb-dev)
# qemu/: fetches kernels, builds one, runs guests
QEMU=(qemu-system-x86 busybox-static cpio xz-utils zstd linux-source-6.12
	iproute2 procps python3)
# peers, and what looks at the wire
SAMBA=(samba samba-testsuite smbclient cifs-utils tshark tcpdump)
TEST=(ethtool nftables iputils-ping clang-14 libclang-rt-14-dev
	mmdebstrap nbtscan nmap libnet-nbname-perl python3-impacket libjcifs-java bsh jq
	bash-completion python3-jsonschema
	libnl-genl-3-200 libglib2.0-0)
# make test-wine
WINE=(wine64 gcc-mingw-w64-x86-64-win32)
LINT=(sparse shellcheck mandoc python3-yaml python3-jsonschema)

APT=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
USAGE="usage: deps.sh [build|qemu|samba|test|demo|bench|lint|wine|all]..."
POLICY=/usr/sbin/policy-rc.d
# see unpack_ksmbd_tools()
KSMBD_TOOLS=$(dirname "${BASH_SOURCE[0]}")/smb/build/ksmbd-tools

die()
{
	echo "deps.sh: $*" >&2
	exit 1
}

# packages SET: one package per line
packages()
{
	case $1 in
	build) printf '%s\n' "${BUILD[@]}" ;;
	qemu | bench) printf '%s\n' "${BUILD[@]}" "${QEMU[@]}" ;;
	samba | demo) printf '%s\n' "${BUILD[@]}" "${QEMU[@]}" "${SAMBA[@]}" ;;
	test) printf '%s\n' "${BUILD[@]}" "${QEMU[@]}" "${SAMBA[@]}" "${TEST[@]}" ;;
	wine) printf '%s\n' "${BUILD[@]}" "${QEMU[@]}" "${WINE[@]}" ;;
	lint) printf '%s\n' "${BUILD[@]}" "${LINT[@]}" ;;
	all) packages test && packages lint ;;
	*) die "$USAGE" ;;
	esac
}

# missing PACKAGE...: those that are not installed
missing()
{
	local package

	for package; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] ||
			echo "$package"
	done
}

# The tests start Samba themselves, in a guest: its packages must not start it
# here.
forbid_services()
{
	[ ! -e "$POLICY" ] || return 0
	trap 'rm -f "$POLICY"' EXIT
	printf '#!/bin/sh\nexit 101\n' > "$POLICY"
	chmod 755 "$POLICY"
}

update()
{
	"${APT[@]}" update || echo "deps.sh: apt-get update failed, going on" >&2
}

# unpack PACKAGE DIRECTORY
unpack()
{
	local work status=0

	work=$(mktemp -d)
	(cd "$work" && "${APT[@]}" download "$1" && dpkg-deb -x ./"$1"_*.deb root) || status=1
	if [ "$status" = 0 ]; then
		rm -rf "$2"
		mkdir -p "$(dirname "$2")"
		mv "$work/root" "$2"
	fi
	rm -rf "$work"
	return "$status"
}

# Samba and the programs of ksmbd conflict, so the latter are only unpacked.
# Without them selftests/smb leaves ksmbd out.
unpack_ksmbd_tools()
{
	[ ! -e "$KSMBD_TOOLS" ] || return 0
	apt-cache show ksmbd-tools > /dev/null 2>&1 || update
	unpack ksmbd-tools "$KSMBD_TOOLS" || echo "deps.sh: no ksmbd-tools, going on" >&2
}

main()
{
	local set

	[ $# -gt 0 ] || set -- all
	install_sets "$@"
	for set; do
		case $set in
		test | all) unpack_ksmbd_tools ;;
		esac
	done
}

# install_sets SET...
install_sets()
{
	local set wanted=() needed=()

	for set; do
		packages "$set" > /dev/null
		mapfile -t -O "${#wanted[@]}" wanted < <(packages "$set")
	done
	mapfile -t needed < <(missing "${wanted[@]}" | sort -u)
	[ "${#needed[@]}" -gt 0 ] || return 0
	echo "deps.sh: installing ${needed[*]}"
	[ "$(id -u)" = 0 ] || die "these packages are missing and only root can install them"
	export DEBIAN_FRONTEND=noninteractive
	forbid_services
	# no lists yet, as in a fresh container, or too old ones
	apt-cache show "${needed[@]}" > /dev/null 2>&1 || update
	"${APT[@]}" install --no-install-recommends "${needed[@]}" && return 0
	update
	"${APT[@]}" install --no-install-recommends "${needed[@]}" ||
		die "cannot install ${needed[*]}"
}

main "$@"
