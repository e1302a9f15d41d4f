# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by the parts of the demonstration, after ../interop/lib.sh: a story with
# its commands, what they said, and when.

NB_DEMO_START=${NB_DEMO_START:-${EPOCHREALTIME/./}}
export NB_DEMO_START

# say TEXT: a line of the story, with the seconds since the start
say()
{
	local ms=$(((${EPOCHREALTIME/./} - NB_DEMO_START) / 1000))

	printf '\n[%3d.%d s] %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$*"
}

# quote FILE: what a program printed
quote()
{
	sed 's/^/          | /' "$1"
}

# step COMMAND...: show the command and its output; ends the demo if it fails
step()
{
	printf '          $ %s\n' "${SHOWN:-$*}"
	if ! "$@" > "$WORK/step" 2>&1; then
		quote "$WORK/step"
		say "that FAILED"
		exit 1
	fi
	quote "$WORK/step"
}

# expect TEXT: the last step said so
expect()
{
	has "$WORK/step" "$1" || {
		say "that is not what should have been said: $1"
		exit 1
	}
}

# refused COMMAND...: it must fail
refused()
{
	! "$@"
}
