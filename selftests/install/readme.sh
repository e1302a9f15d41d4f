#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# readme.sh NAME: prints the block of README.md with <!-- run: NAME --> above it.
# readme.sh --names: those names; fails if a block has none.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

[ $# = 1 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
awk -v wanted="$1" '
	/^```/ && inside { inside = 0; next }
	/^```/ {
		inside = 1
		found += name == wanted
		if (wanted == "--names" && name != "")
			print name
		else if (name == "") {
			print FILENAME ":" FNR ": no test runs this block" > "/dev/stderr"
			bad = 1
		}
		shown = name == wanted
		name = ""
		next
	}
	/^<!-- run: .* -->$/ { name = $3; next }
	inside && shown { print }
	END { exit bad || (wanted != "--names" && found != 1) }
' README.md
