#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# deb.sh VERSION DIRECTORY: makes Debian packages there: the module as source for
# DKMS, the programs with the libraries, the Python module, what developers need.
# Between releases, which have a tag v1.0 or so, the time of the commit is a part of the
# version: packages of a later one are an upgrade.
set -euo pipefail

RELEASE=$1 OUT=$(realpath "$2")
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
VERSION=$RELEASE
git describe --exact-match --tags --match "v$RELEASE" > /dev/null 2>&1 ||
	VERSION+=+git$(TZ=UTC git log -1 --date=format-local:%Y%m%d%H%M%S --format=%cd.%h)
ARCH=$(dpkg --print-architecture)
LIB=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
MAINTAINER='AF_NETBIOS for Linux <netbios@localhost>'

# move PACKAGE PATTERN...: from what was installed to a package
move()
{
	local package=$1 path

	shift
	(cd "$WORK/all" && find . \( -type f -o -type l \) -print0) |
		while IFS= read -rd '' path; do
			for pattern; do
				# shellcheck disable=SC2053 # a pattern
				[[ $path == $pattern ]] || continue
				mkdir -p "$WORK/$package/$(dirname "$path")"
				mv "$WORK/all/$path" "$WORK/$package/$path"
				break
			done
		done
}

# depends PACKAGE: libraries that its programs are linked with
depends()
{
	mkdir -p "$WORK/debian"
	printf 'Source: netbios\n\nPackage: %s\nArchitecture: any\n' "$1" > "$WORK/debian/control"
	(cd "$WORK" && find "$1/usr" -type f \( -perm -100 -o -name '*.so.*' \) -print0 |
		xargs -0 dpkg-shlibdeps -O -l"$1$LIB" --ignore-missing-info 2> /dev/null) |
		sed 's/^shlibs:Depends=//'
}

changelog()
{
	printf 'netbios (%s) unstable; urgency=medium\n\n  * %s.\n\n -- %s  %s\n' "$VERSION" \
		"$(git log -1 --format='As of commit %H')" "$MAINTAINER" \
		"$(git log -1 --date=rfc2822 --format=%cd)"
}

# compress_manuals DIRECTORY: as Debian has them; a link is one to the compressed page
compress_manuals()
{
	local page

	find "$1" -type l -name '*.[0-9]' -print | while read -r page; do
		ln -s "$(readlink "$page").gz" "$page.gz"
		rm "$page"
	done
	find "$1" -type f -name '*.[0-9]' -exec gzip -9n {} +
}

# package NAME ARCHITECTURE DEPENDS DESCRIPTION: long description on stdin
package()
{
	local dir=$WORK/$1

	mkdir -p "$dir/DEBIAN" "$dir/usr/share/doc/$1"
	cp userspace/packaging/copyright "$dir/usr/share/doc/$1/"
	changelog | gzip -9n > "$dir/usr/share/doc/$1/changelog.gz"
	{
		printf 'Package: %s\nVersion: %s\nArchitecture: %s\n' "$1" "$VERSION" "$2"
		printf 'Maintainer: %s\nSection: net\nPriority: optional\n' "$MAINTAINER"
		[ -z "$3" ] || printf 'Depends: %s\n' "$3"
		printf 'Description: %s\n' "$4"
		sed 's/^/ /'
	} > "$dir/DEBIAN/control"
	(cd "$dir" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
	find "$dir" -type d -exec chmod 755 {} +
	dpkg-deb --root-owner-group --build "$dir" "$OUT" > /dev/null
	echo "$OUT/$1_${VERSION}_$2.deb"
}

# script PACKAGE NAME: a maintainer script, on stdin
script()
{
	mkdir -p "$WORK/$1/DEBIAN"
	{
		printf '#!/bin/sh\nset -e\n'
		sed "s/@version@/$VERSION/g"
	} > "$WORK/$1/DEBIAN/$2"
	chmod 755 "$WORK/$1/DEBIAN/$2"
}

dkms_package()
{
	local src=$WORK/netbios-dkms/usr/src/netbios-$VERSION

	mkdir -p "$src"
	git ls-files -z Kbuild kernel uapi LICENSES | xargs -0 cp --parents -t "$src"
	sed "s/@version@/$VERSION/g" userspace/packaging/dkms.conf.in > "$src/dkms.conf"
	script netbios-dkms postinst <<- 'SCRIPT'
	[ "$1" = configure ] || exit 0
	exec /usr/lib/dkms/common.postinst netbios @version@ "" "" "$2"
	SCRIPT
	script netbios-dkms prerm <<- 'SCRIPT'
	case $1 in
	remove | upgrade | deconfigure) ;;
	*) exit 0 ;;
	esac
	if dkms status -m netbios -v @version@ | grep -q .; then
		dkms remove -m netbios -v @version@ --all
	fi
	SCRIPT
	package netbios-dkms all "dkms (>= 2.1.0.0)" \
		"NetBIOS over TCP/IP as a socket family, kernel module" <<- 'TEXT'
	Source of netbios.ko, which DKMS builds for each kernel. No user can load it
	by opening a socket, and it serves nothing before it is enabled.
	TEXT
}

tools_package()
{
	script netbios-tools prerm <<- 'SCRIPT'
	[ "$1" = remove ] && [ -d /run/systemd/system ] || exit 0
	systemctl disable --now netbiosd nbnsd nbproxy > /dev/null 2>&1 || true
	SCRIPT
	# the database of nbnsd, where its unit keeps it
	script netbios-tools postrm <<- 'SCRIPT'
	[ ! -d /run/systemd/system ] || systemctl daemon-reload || true
	[ "$1" = purge ] || exit 0
	rm -rf /var/lib/private/nbnsd /var/lib/nbnsd
	SCRIPT
	# after an upgrade the new programs go on where the old ones stopped
	script netbios-tools postinst <<- 'SCRIPT'
	[ -d /run/systemd/system ] || exit 0
	systemctl daemon-reload || true
	[ "$1" = configure ] && [ -n "$2" ] || exit 0
	systemctl try-restart netbiosd nbnsd nbproxy || true
	SCRIPT
	echo "libnetbios 1 netbios-tools (>= $RELEASE)" > "$WORK/netbios-tools/DEBIAN/shlibs"
	printf 'activate-noawait ldconfig\n' > "$WORK/netbios-tools/DEBIAN/triggers"
	package netbios-tools "$ARCH" "$(depends netbios-tools)" \
		"NetBIOS over TCP/IP, programs and libraries" <<- 'TEXT'
	netbiosd (name service), nbnsd (name server), nbproxy (SMB on port 139 and
	445), nbctl, nbcat, libnetbios, libnss_netbios. Nothing is started and no file
	of the system is changed until the administrator does it.
	TEXT
}

python_package()
{
	script python3-netbios prerm <<- 'SCRIPT'
	rm -f /usr/lib/python3/dist-packages/__pycache__/netbios.*.pyc
	SCRIPT
	package python3-netbios all "python3, netbios-tools (= $VERSION)" \
		"NetBIOS over TCP/IP, for Python" <<- 'TEXT'
	AF_NETBIOS sockets, which the socket module can neither bind nor connect.
	TEXT
}

dev_package()
{
	sed -i "s,^libdir=.*,libdir=$LIB," "$WORK/libnetbios-dev$LIB/pkgconfig/netbios.pc"
	package libnetbios-dev "$ARCH" "netbios-tools (= $VERSION), libc6-dev | libc-dev, libmnl-dev" \
		"NetBIOS over TCP/IP, for development" <<- 'TEXT'
	Headers of AF_NETBIOS sockets and of libnetbios, the libraries, manual pages.
	TEXT
}

make -s -C userspace install PREFIX=/usr DESTDIR="$WORK/all" libdir="$WORK/all$LIB"
compress_manuals "$WORK/all/usr/share/man"
move python3-netbios '*/python3/*' '*/netbios_python.3.gz'
move libnetbios-dev '*/include/*' '*.a' '*/pkgconfig/*' '*/libnetbios.so' '*/man3/*'
find "$WORK/all" -type f \( -perm -100 -o -name '*.so.*' \) -exec strip --strip-unneeded {} +
# none of them is a program
find "$WORK/all" -type f -name '*.so.*' -exec chmod 644 {} +
mkdir -p "$WORK/netbios-tools"
move netbios-tools '*'
dkms_package
tools_package
python_package
dev_package
