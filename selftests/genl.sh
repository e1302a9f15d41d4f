#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Generates from Documentation/netlink/specs/netbios.yaml what the kernel and
# programs need of it, with the generator of Debian's kernel source.
#
# usage: genl.sh [--check]
#   --check  write nothing; fail if the committed files are not up to date
# KERNEL_SOURCE_TAR  default /usr/src/linux-source-6.12.tar.xz
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
tar=${KERNEL_SOURCE_TAR:-/usr/src/linux-source-6.12.tar.xz}
spec=Documentation/netlink/specs/netbios.yaml

die()
{
	echo "genl.sh: $*" >&2
	exit 1
}

check=false
case ${1-} in
'') ;;
--check) check=true ;;
*) die "unknown argument $1" ;;
esac

[ -f "$tar" ] || die "no $tar (package linux-source-6.12)"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The generator looks upwards for MAINTAINERS, and loops for ever without it.
tar -xf "$tar" -C "$tmp" --strip-components=1 --wildcards \
	'*/tools/net/ynl/*' '*/Documentation/netlink/*.yaml'
: > "$tmp/MAINTAINERS"
cp "$top/$spec" "$tmp/$spec"

# generate MODE KIND FILE
generate()
{
	local new=$tmp/out/$3

	mkdir -p "$(dirname "$new")"
	python3 "$tmp/tools/net/ynl/ynl-gen-c.py" --mode "$1" "--$2" \
		--spec "$tmp/$spec" -o "$new"
	# two empty lines in a row are all that checkpatch has against it
	cat -s "$new" > "$tmp/squeezed"
	mv "$tmp/squeezed" "$new"
	if ! $check; then
		cp "$new" "$top/$3"
	else
		diff -u "$top/$3" "$new" || status=1
	fi
}

status=0
generate uapi header uapi/linux/netbios_netlink.h
generate kernel header kernel/nb_genl.h
generate kernel source kernel/nb_genl.c
[ "$status" = 0 ] || die "run selftests/genl.sh and commit the result"
