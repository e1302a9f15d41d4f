#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Prints the directory of a clean Debian of this machine's release, which has
# nothing of ours and no compiler; makes it on first use, in a minute. Packages
# that were installed in a copy of it are kept for the next one (keep_packages).
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

# shellcheck source=../qemu/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../qemu/lib.sh"
# what is no dependency of ours, but on every machine, or what the tests need
PACKAGES=(systemd-sysv kmod iproute2 procps man-db nftables pkgconf ca-certificates
	libelf1)	# of the headers' objtool
# shellcheck source=/dev/null
RELEASE=$(. /etc/os-release && echo "$VERSION_CODENAME")

make_root()
{
	local root=$1

	[ ! -d "$root" ] || return 0	# made while we waited for the lock
	rm -rf "$CACHE_DIR"/debian_* "$root.work"
	info "making a clean $RELEASE"
	mmdebstrap --quiet --variant=apt --include="$(IFS=, && echo "${PACKAGES[*]}")" \
		--skip=cleanup/apt --dpkgopt=force-unsafe-io \
		--aptopt='APT::Install-Recommends "false"' --aptopt='APT::Get::Assume-Yes "true"' \
		"$RELEASE" "$root.work" > "$CACHE_DIR/debian.log" 2>&1 || {
		tail -n 20 "$CACHE_DIR/debian.log" >&2
		die "cannot make a clean Debian"
	}
	mv "$root.work" "$root"
}

need_commands mmdebstrap
mkdir -p "$CACHE_DIR"
key=$(sha256sum "${BASH_SOURCE[0]}" | cut -c 1-16)
root=$CACHE_DIR/debian_${RELEASE}_$key
with_lock "${root##*/}" make_root "$root"
echo "$root"
