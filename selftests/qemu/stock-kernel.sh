# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by "kernels": Debian's own kernels, taken out of their packages.

# the cloud and rt flavours do not match: cloud kernels have no 9p
stock_pattern()
{
	case $1 in
	6.1) echo '^linux-image-(6\.1\.0-[0-9]+-amd64)$' ;;
	6.12) echo '^linux-image-(6\.12\.[0-9]+(\+deb[0-9]+)?-amd64)$' ;;
	esac
}

# candidate PACKAGE: the version apt would install
candidate()
{
	apt-cache policy "$1" 2> /dev/null |
		awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'
}

# stock_newest SERIES: newest release that apt has with its headers
stock_newest()
{
	local release

	while read -r release; do
		if [ -n "$(candidate "linux-image-$release")" ] &&
			[ -n "$(candidate "linux-headers-$release")" ]; then
			echo "$release"
			return
		fi
	done < <(apt-cache pkgnames linux-image- 2> /dev/null |
		sed -nE "s/$(stock_pattern "$1")/\\1/p" | sort -rV)
}

# stock_packages RELEASE: image, headers, and what these need to build modules
stock_packages()
{
	echo "linux-image-$1"
	echo "linux-headers-$1"
	apt-cache show --no-all-versions "linux-headers-$1" |
		sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed -nE 's/^ *(linux-(headers-[^ ]*-common|kbuild-[^ ]*)).*/\1/p'
}

# stock_fix_paths ROOT RELEASE: the headers package expects to be installed in
# /usr/src; relative paths keep the cache movable
stock_fix_paths()
{
	local headers=$1/usr/src/linux-headers-$2

	[ -f "$headers/Makefile" ] || die "no headers in the packages of $2"
	# shellcheck disable=SC2016 # the variables are make's
	sed -i 's,^include /usr/src/,include $(dir $(lastword $(MAKEFILE_LIST)))../,' \
		"$headers/Makefile"
	# without it modules get no BTF, and their build needs no pahole
	rm -f "$headers/vmlinux"
	! grep -n /usr/src/ "$headers/Makefile" "$headers/.kernelvariables" ||
		die "unexpected path in the headers of $2"
}

# stock_unpack DIRECTORY RELEASE
stock_unpack()
{
	local dest=$1 release=$2 work=$1.work package
	local packages=()

	[ ! -d "$dest" ] || return 0	# unpacked while we waited for the lock
	rm -rf "$work"
	mkdir -p "$work/deb" "$work/root"
	mapfile -t packages < <(stock_packages "$release")
	info "downloading ${packages[*]}"
	(cd "$work/deb" && apt-get -q download "${packages[@]}") > "$work/log" 2>&1 || {
		cat "$work/log" >&2
		die "cannot download the packages of $release"
	}
	for package in "$work"/deb/*.deb; do
		dpkg-deb -x "$package" "$work/root"
	done
	rm -rf "$work/deb" "$work/log" "$work/root/usr/share"
	# newer packages have /usr/lib/modules; the rest of us looks in /lib
	if [ ! -d "$work/root/lib/modules" ]; then
		mkdir -p "$work/root/lib"
		ln -s ../usr/lib/modules "$work/root/lib/modules"
	fi
	stock_fix_paths "$work/root" "$release"
	depmod -b "$work/root" "$release"
	cp "$work/root/boot/vmlinuz-$release" "$work/kernel"
	echo "$release" > "$work/release"
	ln -s "root/usr/src/linux-headers-$release" "$work/kdir"
	mv "$work" "$dest"
}

# stock_install SERIES RELEASE
stock_install()
{
	local dir

	dir=stock-$1_$2_$(candidate "linux-image-$2")
	stock_unpack "$CACHE_DIR/$dir" "$2"
	set_link "stock-$1" "$dir"
}

# asking apt takes a second and may change the kernel under somebody's feet:
# once a day is enough
stock_is_fresh()
{
	[ -e "$CACHE_DIR/stock-$1/kernel" ] &&
		[ -n "$(find "$CACHE_DIR/stock-$1" -maxdepth 0 -mmin -1440)" ]
}

stock_ensure()
{
	local release

	! stock_is_fresh "$1" || return 0
	need_commands apt-cache apt-get dpkg-deb depmod
	release=$(stock_newest "$1")
	if [ -z "$release" ] && [ "$(id -u)" = 0 ]; then
		apt-get -q update > /dev/null 2>&1 || true
		release=$(stock_newest "$1")
	fi
	if [ -n "$release" ]; then
		with_lock "stock-$1" stock_install "$1" "$release" && return 0
		release=
	fi
	[ -e "$CACHE_DIR/stock-$1/kernel" ] ||
		die "apt knows no linux-image for $1 with headers, and none is cached"
	info "using the cached stock-$1"
	touch -h "$CACHE_DIR/stock-$1"	# do not ask again today
}
