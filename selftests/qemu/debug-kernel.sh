# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by "kernels": builds the debug kernel from Debian's linux-source
# package and config/*.config, once per key.

DEBUG_SOURCE_PACKAGE=linux-source-6.12
DEBUG_SOURCE=/usr/src/$DEBUG_SOURCE_PACKAGE.tar.xz
# raise when a change below changes what is built
DEBUG_BUILD_VERSION=2

# KASAN and UBSAN watch the code that the module calls and is called by, not what
# starting a program takes: files, pages, the console. netbios.ko itself and its
# broken relatives of the harness are instrumented as ever; so is every object,
# whoever allocated it.
DEBUG_SANITIZED='$(if $(filter net/% lib/% kernel/% drivers/net/%,$(obj)/),y,n)'

# the options without comments: rewording one must not cost a build
debug_options()
{
	grep -hE '^(CONFIG_|# CONFIG_[A-Z0-9_]+ is not set)' \
		"$QEMU_DIR"/config/base.config "$QEMU_DIR"/config/debug.config
}

# everything that decides what the kernel and its module tree look like
debug_key()
{
	{
		echo "$DEBUG_BUILD_VERSION $DEBUG_SANITIZED"
		dpkg-query -W "$DEBUG_SOURCE_PACKAGE"
		gcc --version | head -n 1
		ld --version | head -n 1
		debug_options | sort
	} | sha256sum | cut -c 1-16
}

# debug_check_config FILE: every option we ask for is in FILE; kconfig drops
# those with unmet dependencies silently
debug_check_config()
{
	local line option bad=0

	while read -r line; do
		case $line in
		"# "*)
			option=${line#\# }
			option=${option%% *}
			if grep -q "^$option=" "$1"; then
				info "option not off: $option"
				bad=1
			fi
			;;
		*)
			if ! grep -qxF -- "$line" "$1"; then
				info "option dropped by kconfig: $line"
				bad=1
			fi
			;;
		esac
	done < <(debug_options)
	return "$bad"
}

# debug_configure SRC OBJ
debug_configure()
{
	debug_options > "$2/wanted.config"
	make -s -C "$1" O="$2" KCONFIG_ALLCONFIG="$2/wanted.config" allnoconfig \
		> "$2/config.log" 2>&1 || {
		cat "$2/config.log" >&2
		die "kernel configuration failed"
	}
	debug_check_config "$2/.config" || die "bad debug kernel configuration"
}

# debug_compile SRC OBJ: one progress line now and then instead of thousands
debug_compile()
{
	local log=$2/build.log pid started=$SECONDS next=0

	: > "$log"
	nice make -C "$1" O="$2" -j"$(nproc)" KBUILD_BUILD_USER=netbios \
		KBUILD_BUILD_HOST=selftests KASAN_SANITIZE="$DEBUG_SANITIZED" \
		UBSAN_SANITIZE="$DEBUG_SANITIZED" KASAN_SANITIZE_lockdep.o=n \
		vmlinux modules > "$log" 2>&1 &
	pid=$!
	while kill -0 "$pid" 2> /dev/null; do
		if [ $((SECONDS - started)) -ge "$next" ]; then
			info "debug kernel: $(grep -cE '^ +(CC|AS) ' "$log" || true)" \
				"objects compiled in $(((SECONDS - started) / 60)) min"
			next=$((next + 30))
		fi
		sleep 1
	done
	wait "$pid" || {
		grep -nE 'error|Error' "$log" | tail -n 20 >&2
		tail -n 20 "$log" >&2
		die "debug kernel build failed"
	}
	info "debug kernel compiled in $((SECONDS - started)) s"
}

# debug_keep SRC OBJ DEST: what a guest and a module build need, 1/6 of OBJ
debug_keep()
{
	local src=$1 obj=$2 dest=$3 release modules

	release=$(cat "$obj/include/config/kernel.release")
	(
		cd "$obj"
		srctree=$src SRCARCH=x86 CC=gcc HOSTCC=gcc MAKE=make \
			sh "$src/scripts/package/install-extmod-build" "$dest/kdir"
	) || die "cannot collect the tree for module builds"
	cp "$obj/.config" "$dest/kdir/.config"
	strip -s -o "$dest/kernel" "$obj/vmlinux"
	echo "$release" > "$dest/release"
	# lets "modprobe veth" succeed although veth is built in
	modules=$dest/root/lib/modules/$release
	mkdir -p "$modules"
	cp "$obj"/modules.builtin "$obj"/modules.builtin.modinfo "$modules/"
	: > "$modules/modules.order"
	depmod -b "$dest/root" "$release"
}

# debug_build DIRECTORY
debug_build()
{
	local dest=$1 work=$1.work

	[ ! -d "$dest" ] || return 0	# built while we waited for the lock
	need_commands make gcc ld flex bison bc xz rsync depmod
	rm -rf "$work"
	mkdir -p "$work/src" "$work/obj" "$work/dest"
	info "building the debug kernel: 10 to 20 minutes on two cores, once"
	tar -xf "$DEBUG_SOURCE" -C "$work/src" --strip-components=1
	debug_configure "$work/src" "$work/obj"
	debug_compile "$work/src" "$work/obj"
	debug_keep "$work/src" "$work/obj" "$work/dest"
	mv "$work/dest" "$dest"
	rm -rf "$work"
}

debug_ensure()
{
	local dir

	if [ ! -e "$DEBUG_SOURCE" ]; then
		[ -d "$CACHE_DIR/debug/kdir" ] ||
			die "no $DEBUG_SOURCE: run selftests/deps.sh test"
		return 0
	fi
	dir=debug_$(debug_key)
	[ -d "$CACHE_DIR/$dir" ] ||
		with_lock debug debug_build "$CACHE_DIR/$dir"
	set_link debug "$dir"
}
