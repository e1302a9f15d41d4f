#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lint.sh - style and static checks of the whole tree. Prints what it finds;
# the exit status is 1 if that is anything.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# check NAME COMMAND... - starts it: they run side by side, for most have one process.
checks=()
check() {
	local result=$tmp/${#checks[@]}

	checks+=("$1")
	shift
	{
		"$@" > "$result.out" 2>&1
		echo $? > "$result.status"
	} &
}

# verdicts - any output of a check, or a failure, is a finding.
verdicts() {
	local i status

	wait
	for i in "${!checks[@]}"; do
		status=$(cat "$tmp/$i.status" 2> /dev/null || echo none)
		if [ ! -s "$tmp/$i.out" ] && [ "$status" = 0 ]; then
			echo "lint: ${checks[i]}: clean"
			continue
		fi
		echo "lint: ${checks[i]}: (status $status)"
		sed 's/^/    /' "$tmp/$i.out"
		bad=1
	done
}

# Tracked files and new ones alike, but nothing that is generated or vendored.
files() {
	git ls-files -co --exclude-standard -- "$@" |
		grep -v 'nb_genl\.[ch]$\|netbios_netlink\.h$\|/kselftest'
}

# The style checker comes from the source package of the kernel.
checkpatch() {
	tar -xf /usr/src/linux-source-6.12.tar.xz -C "$tmp" \
		--strip-components=1 --wildcards '*/scripts/checkpatch.pl' \
		'*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch' ||
		return 1
	# Out of tree there is no MAINTAINERS to update.
	files 'kernel/*.[ch]' 'uapi/*.h' 'selftests/qemu/*.c' |
		grep -v '^kernel/compat.h$' | run_checkpatch FILE_PATH_CHANGES
	# This one is about versions, and stands in for what older ones lack.
	echo kernel/compat.h | run_checkpatch \
		FILE_PATH_CHANGES,LINUX_VERSION_CODE,CONSTANT_COMPARISON,MACRO_ARG_UNUSED,LINE_SPACING
}

# run_checkpatch IGNORED-TYPES, names of files on stdin
run_checkpatch() {
	local top=$PWD
	(cd "$tmp" && sed "s,^,$top/," |
	 xargs perl scripts/checkpatch.pl --no-tree --strict --terse \
		--no-summary --quiet --ignore "$1" -f) | sed "s,$top/,,"
	return 0
}

# Built apart from everything else, so that nothing is up to date already.
build() {
	local dir kdir log=$tmp/$1.log
	kdir=$(selftests/qemu/kernels ensure "$1" 2>"$log")/kdir || {
		cat "$log"
		return 1
	}
	dir=$tmp/$1
	mkdir "$dir"
	cp -r Kbuild kernel uapi "$dir/"
	find "$dir" -name '*.o' -delete
	make -s -C "$kdir" M="$dir" -j"$(nproc)" W=1 C=2 CF="-D__CHECK_ENDIAN__" \
		modules >"$log" 2>&1 || { cat "$log"; return 1; }
	grep -vE 'Skipping BTF|the compiler differs|The kernel was built|You are using' \
		"$log" | grep "$dir\|^WARNING\|^ERROR" | sed "s,$dir/,,"
	return 0
}

versions() {
	! git grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION\(' -- kernel uapi \
		':!kernel/compat.h'
}

shell() {
	files | while read -r f; do
		[ -f "$f" ] && head -n 1 "$f" | grep -aqE '^#!/bin/(ba)?sh' &&
			echo "$f"
	done | xargs shellcheck
}

manuals() {
	mandoc -T lint -W warning Documentation/man/*.[0-9]
}

# What programs include compiles alone and twice, in old C and any C++; those for
# programs of the time of the interface are C89.
headers() {
	local dir=userspace/libnetbios/include header compiler
	local c89=" netbios/ncb.h netbios/nb30.h netbios/wsnetbs.h linux/netbios.h "

	for header in $(cd "$dir" && echo netbios/*.h) linux/netbios.h linux/netbios_netlink.h; do
		for compiler in "gcc -std=c89 -x c" "gcc -std=c99 -x c" "g++ -std=c++11 -x c++" \
			"g++ -std=c++20 -x c++"; do
			[[ $compiler != *c89* || $c89 == *" $header "* ]] || continue
			# shellcheck disable=SC2086 # words
			printf '#include <%s>\n#include <%s>\n' "$header" "$header" |
				$compiler -pedantic-errors -Wall -Wextra -Wconversion -Werror \
					-fsyntax-only -Iuapi -I$dir -
		done
	done
}

check "checkpatch --strict" checkpatch
check "W=1 and sparse, 6.1" build stock-6.1
check "W=1 and sparse, 6.12" build stock-6.12
check "kernel versions outside compat.h" versions
check "shellcheck" shell
check "manual pages" manuals
check "public headers" headers
check "generated netlink code" selftests/genl.sh --check
verdicts
exit $bad
