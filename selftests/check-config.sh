#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# check-config.sh KDIR OPTION... : says which options the kernel lacks.
# An out-of-tree module cannot select them, so a build would fail obscurely.
set -eu
kdir=$1
shift
config=$kdir/.config
[ -r "$config" ] || config=$kdir/include/config/auto.conf
if [ ! -r "$config" ]; then
	echo "check-config: no kernel configuration in $kdir" \
	     "(install the kernel's headers, or set KDIR)" >&2
	exit 1
fi
missing=
for option in "$@"; do
	grep -q "^$option=[ym]" "$config" || missing="$missing $option"
done
if [ -n "$missing" ]; then
	echo "check-config: the kernel at $kdir lacks:$missing" >&2
	exit 1
fi
