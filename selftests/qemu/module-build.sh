# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by "kernels": builds out-of-tree modules for one kernel.  The sources
# are copied next to that kernel: the work tree stays clean, and several
# kernels have their objects at the same time.

# what kbuild needs of the repository; other directories have a Kbuild of their own
MODULE_SOURCES=(Kbuild kernel uapi include)
# in the copy only: not to be deleted by rsync
MODULE_OUTPUTS=('*.o' '*.ko' '*.mod' '*.mod.c' '.*.cmd' '.*.d' '*.order'
	'Module.symvers' '.module-common.*' '.built' 'build.log')

# module_copy SOURCE DESTINATION: prints a line per changed file
module_copy()
{
	local source=$1 item sources=() excludes=()

	for item in "${MODULE_OUTPUTS[@]}"; do
		excludes+=(--exclude="$item")
	done
	if [ "$source" = "$REPO_DIR" ]; then
		for item in "${MODULE_SOURCES[@]}"; do
			[ ! -e "$source/$item" ] || sources+=("$source/$item")
		done
	else
		sources=("$source/")
	fi
	# -c and no -t: a file is new for make exactly when its content is
	rsync -rlc --delete --out-format=%n "${excludes[@]}" "${sources[@]}" "$2/"
}

# module_make KERNEL-DIRECTORY SOURCE BUILD-DIRECTORY: quiet but for warnings and
# errors, which name the original files
module_make()
{
	local status=0

	make -s -C "$1/kdir" M="$3" -j"$(nproc)" modules > "$3/build.log" 2>&1 ||
		status=$?
	# BTF and the reminder of the compiler's exact version do not matter here
	grep -vE '^Skipping BTF|^warning: the compiler differs|^  (The kernel was built|You are using)' \
		"$3/build.log" | sed "s,$3/,$2/,g" >&2 || true
	return "$status"
}

# module_build_locked KERNEL-DIRECTORY SOURCE BUILD-DIRECTORY DESTINATION
module_build_locked()
{
	local build=$3 changed

	[ -f "$2/Kbuild" ] || [ -f "$2/Makefile" ] || die "no Kbuild in $2"
	mkdir -p "$build"
	changed=$(module_copy "$2" "$build")
	if [ -n "$changed" ] || [ ! -f "$build/.built" ]; then
		rm -f "$build/.built"
		module_make "$1" "$2" "$build" ||
			die "build of $2 for $(cat "$1/release") failed"
		: > "$build/.built"
	fi
	[ -z "$4" ] || cp "$build"/*.ko "$4/"
}

# build_module KERNEL-DIRECTORY SOURCE [DESTINATION]: print where the modules are,
# or copy them to DESTINATION, where no later build changes them
build_module()
{
	local source id build

	source=$(cd "$2" && pwd -P) || die "no directory $2"
	# two clones of the repository may share the cache
	id=${source##*/}-$(printf %s "$source" | sha256sum | cut -c 1-8)
	build=$1/modules/$id
	need_commands make gcc rsync
	with_lock "${1##*/}-$id" module_build_locked "$1" "$source" "$build" "${3-}"
	[ -n "${3-}" ] || echo "$build"
}
