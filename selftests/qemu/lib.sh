# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # the variables are used by those who source it
# Sourced by the scripts of this directory: places, messages, locks.

QEMU_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
REPO_DIR=$(cd "$QEMU_DIR/../.." && pwd -P)
CACHE_DIR=$(realpath -m "${NB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/netbios-kernels}")

# exit statuses of "run", next to the command's own
EXIT_COMPLAINT=99
EXIT_TIMEOUT=124
EXIT_DIED=125
EXIT_HARNESS=126

info()
{
	printf '%s\n' "${0##*/}: $*" >&2
}

die()
{
	info "$*"
	exit "$EXIT_HARNESS"
}

need_commands()
{
	local command

	for command; do
		command -v "$command" > /dev/null ||
			die "no $command here: run selftests/deps.sh test"
	done
}

# with_lock NAME COMMAND...: one at a time on this cache, also between
# processes.  COMMAND runs in a subshell, so the lock ends with it.
with_lock()
{
	local name=$1

	shift
	mkdir -p "$CACHE_DIR/locks"
	(
		exec 9> "$CACHE_DIR/locks/$name"
		if ! flock -n 9; then
			info "waiting for another process that works on $name"
			flock 9
		fi
		"$@"
	)
}

# set_link NAME TARGET: point $CACHE_DIR/NAME at TARGET, atomically
set_link()
{
	ln -sfn "$2" "$CACHE_DIR/.$1.$$"
	mv -T "$CACHE_DIR/.$1.$$" "$CACHE_DIR/$1"
}
