# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced here and on the clean machine: which files there are, and what is in one.

# files ROOT: without what apt, DKMS (its key), depmod and caches keep
files()
{
	(cd "$1" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run \
		-o -path ./tmp -o -path ./root -o -path ./var/cache -o -path ./var/log \
		-o -path ./var/lib/apt -o -path ./var/lib/dpkg \) -prune \
		-o ! -path './etc/ld.so.cache*' ! -path './etc/resolv.conf*' \
		! -path '*/modules.*' ! -path './var/lib/dkms/mok.*' -print) | sort
}

# has FILE TEXT: as in ../interop/lib.sh, which is not on the clean machine
has()
{
	grep -qF -- "$2" "$1"
}
