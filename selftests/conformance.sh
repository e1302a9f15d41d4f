#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# conformance.sh - is Documentation/conformance.md whole, and does it tell the
# truth about what exists? Every ID of the groups that it announces
# (<!-- IDS GROUP COUNT -->) stands in it once, every file and every test that it
# names is there. TAP, one point a group and one a rule.
set -u
cd "$(dirname "$0")/.." || exit 1

TABLE=Documentation/conformance.md
passed=0 failed=0

# point NAME [PROBLEM]: it passes if there is no problem
point()
{
	local name=$1 problem=${2-}

	if [ -z "$problem" ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $name"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $name: $problem"
	fi
}

ids()
{
	sed -nE 's/^\| ([A-Z]+-[0-9]{3}) \|.*/\1/p' "$TABLE"
}

# check_group GROUP COUNT: 001 to COUNT, each once, nothing else
check_group()
{
	local problem

	problem=$(diff <(seq -f "$1-%03g" "$2") <(ids | grep "^$1-" | sort) |
		sed -nE 's/^</missing/p; s/^>/too many/p' | tr '\n' ' ')
	point "$1: every rule stands in the table once" "$problem"
}

# defined PROGRAM.TEST: a test, a case of KUnit, or a function of a script
defined()
{
	local program=${1%%.*} test=${1#*.} file

	for file in selftests/{net,unit,api}/"$program".c kernel/test/"$program".c \
		userspace/tests/"$program".c; do
		[ -f "$file" ] && grep -qE \
			"^(TEST|TEST_F|TEST_F_TIMEOUT)\(([a-z_0-9]+, )?${test}[,)]|KUNIT_CASE(_PARAM)?\(${test}[,)]|^(static )?void ${test}\(" \
			"$file" && return 0
	done
	for file in selftests/{interop,names,smb}/"$program".sh; do
		[ -f "$file" ] && grep -q "^$test()" "$file" && return 0
	done
	return 1
}

# exists FILE: in one of the directories that have code
exists()
{
	local dir

	for dir in kernel userspace/{netbiosd,netbiosd/engine,nbnsd,libnetbios,libnetbios/ncb,wire,netlink,nbproxy}; do
		[ ! -f "$dir/$1" ] || return 0
	done
	return 1
}

# problems STATUS FILES TESTS: what is wrong with a row, if anything
problems()
{
	local status=$1 files=$2 tests=$3 word

	for word in $files; do
		[ "$word" = - ] || exists "$word" || echo "no file $word"
	done
	for word in ${tests//\`/}; do
		[ "$word" = - ] || defined "$word" || echo "no test $word"
	done
	case $status in
	done | partly)
		[ "$files" != - ] || echo "names no file"
		[ "$tests" != - ] || echo "names no test"
		;;
	not | later | info) ;;
	*) echo "unknown status '$status'" ;;
	esac
}

check_rows()
{
	local id status files tests

	while IFS='|' read -r _ id _ status files tests _; do
		read -r id <<< "$id"
		read -r status <<< "$status"
		read -r files <<< "$files"
		read -r tests <<< "$tests"
		point "$id $status" "$(problems "$status" "$files" "$tests" | tr '\n' ' ')"
	done < <(grep -E '^\| [A-Z]+-[0-9]{3} \|' "$TABLE")
}

# IDs in groups that nobody has announced are typing errors
check_strays()
{
	local known

	known=$(sed -nE 's/^<!-- IDS ([A-Z]+) .*/\1/p' "$TABLE" | paste -sd '|')
	point "no rule of another group" \
		"$(ids | grep -vE "^($known)-" | tr '\n' ' ')"
}

while read -r _ _ group count _; do
	check_group "$group" "$count"
done < <(grep '^<!-- IDS ' "$TABLE")
check_strays
check_rows
echo "1..$((passed + failed))"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 100 ]
