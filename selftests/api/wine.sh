#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# wine.sh - a NetBIOS program for Windows calls a listener of ours: with Debian's
# Wine, which has a NetBIOS client of its own, and built with libnetbios. Wine has no
# LISTEN, so there is no way back; a test tells when it has.
#
# "make test-wine" does "wine.sh build" first, which makes the program and Wine's
# directory: that takes long in a guest.
set -u
cd "$(dirname "$0")" || exit 1

OUT=$PWD/build/wine USER_DIR=$PWD/../../userspace
WINE=/usr/lib/wine/wine64
export PATH=$USER_DIR/build:$PATH LD_LIBRARY_PATH=$USER_DIR/build
export WINEPREFIX=$OUT/prefix WINEDEBUG=-all HOME=$OUT
passed=0 failed=0

build()
{
	mkdir -p "$OUT"
	x86_64-w64-mingw32-gcc -O2 -Wall -o "$OUT/ncbcall.exe" ncbcall.c -lnetapi32 || return
	gcc -O2 -Wall -I../../uapi -I"$USER_DIR/libnetbios/include" -o "$OUT/ncbcall" ncbcall.c \
		-L"$USER_DIR/build" -lnetbios || return
	"$WINE" wineboot -i && /usr/lib/wine/wineserver64 -w
}

# Two hosts: one listens, the other one calls.
network()
{
	local host

	ip netns add here && ip netns add there || return
	ip link add v0 netns here type veth peer name v0 netns there || return
	for host in here there; do
		ip -n "$host" link set lo up
		ip -n "$host" link set v0 up
		ip netns exec "$host" nbctl node set enabled on || return
	done
	ip -n here addr add 10.7.0.1/24 brd + dev v0
	ip -n there addr add 10.7.0.2/24 brd + dev v0
	ip -n here route add default via 10.7.0.2
}

wait_for()
{
	local i

	for ((i = 0; i < 300; i++)); do
		"$@" > /dev/null 2>&1 && return
		sleep 0.1
	done
	echo "# not in time: $*"
	return 1
}

listens()
{
	ip netns exec there nbctl session | grep -qw listen
}

# helper HOST: it claims names, and finds others
helper()
{
	ip netns exec "$1" netbiosd --config /dev/null &
	JOBS+=($!)
	wait_for serves "$1"
}

serves()
{
	ip netns exec "$1" nbctl -j node adapter show v0 | grep -q nbns-available
}

start()
{
	helper there || return
	ip netns exec there nbcat --listen --keep --echo 'ECHO<20>' < /dev/null &
	JOBS+=($!)
	wait_for listens
}

point()
{
	local name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $name"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $name"
	fi
}

with_wine()
{
	ip netns exec here timeout 300 "$WINE" "$OUT/ncbcall.exe" ECHO
}

# Its absence is the result: status 3
wine_cannot_listen()
{
	ip netns exec here timeout 300 "$WINE" "$OUT/ncbcall.exe" -l
	[ $? = 3 ]
}

with_libnetbios()
{
	helper here || return
	ip netns exec here timeout 60 "$OUT/ncbcall" ECHO &&
		ip netns exec here timeout 60 "$OUT/ncbcall" -l
}

if [ "${1-}" = build ]; then
	build
	exit
fi
[ "${NB_GUEST:-}" ] || { echo "wine.sh: only in the test guest" >&2; exit 2; }
JOBS=()
trap 'kill "${JOBS[@]}" 2> /dev/null' EXIT
network && start || exit 1
point "Wine's Netbios() calls a listener of ours" with_wine
point "Wine cannot be called" wine_cannot_listen
point "the same program with libnetbios, which can" with_libnetbios
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
