# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by "run": looks for complaints in a console log.

# complaint_pattern: the lines of "complaints" as one expression
complaint_pattern()
{
	grep -vE '^(#|$)' "$QEMU_DIR/complaints" | paste -sd '|'
}

has_complaint()
{
	grep -qE -- "$(complaint_pattern)" "$1"
}

# show_complaints FILE: the first reports as a whole, then only a count, because
# one bug often drags hundreds of others along
show_complaints()
{
	awk -v pattern="$(complaint_pattern)" -v reports=4 -v lines=60 '
		function show(text)
		{
			sub(/\r$/, "", text)
			print "  " text
		}
		left > 0 {
			show($0)
			left--
			if (/---\[ end (trace|Kernel panic)/ || (left < lines - 6 && /\] =+\r?$/))
				left = 0
			next
		}
		$0 ~ pattern {
			if (++seen > reports)
				next
			if (previous ~ /\] (=+|-+\[ cut here)/)
				show(previous)
			show($0)
			left = lines
		}
		{ previous = $0 }
		END {
			if (seen > reports)
				print "  ... and " seen - reports " more lines that match"
		}' "$1"
}
