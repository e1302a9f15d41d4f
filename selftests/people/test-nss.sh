# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: libnss_netbios as glibc loads it, for a user who may do
# nothing.

# lookup DATABASE NAME: as getent finds it, by NetBIOS alone
lookup()
{
	LD_LIBRARY_PATH=$REPO_DIR/userspace/build limited "$((PATIENCE * 2))" one \
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		getent --service=netbios "$1" "$2"
}

# finds DATABASE NAME ADDRESS
finds()
{
	lookup "$1" "$2" > "$WORK/found" 2>&1
	cat "$WORK/found"
	grep -qw "^$3" "$WORK/found"
}

# getent's own word for "not found", and nothing else
not_found()
{
	local status=0

	lookup hosts "$1" || status=$?
	[ "$status" = 2 ]
}

questions()
{
	in_host one nbctl stats | awk '$1 == "upcalls" { print $2 }'
}

# unasked COMMAND...: without a question to the helper
unasked()
{
	local before after

	before=$(questions)
	"$@" || return
	after=$(questions)
	echo "questions to the helper: ${before:-0}, then ${after:-0}"
	[ "${before:-0}" = "${after:-0}" ]
}

# in_seconds SECONDS COMMAND...
in_seconds()
{
	local start=$SECONDS limit=$1

	shift
	"$@"
	echo "took $((SECONDS - start)) s"
	[ $((SECONDS - start)) -le "$limit" ]
}

test_nss()
{
	point "getent hosts finds a workstation" finds hosts TWO 10.9.0.2
	point "getaddrinfo() does" finds ahostsv4 TWO 10.9.0.2
	point "case does not count" finds hosts two 10.9.0.2
	point "a file server is found by its own name" finds hosts FILES 10.9.0.2
	point "and this node, too" finds hosts ONE 10.9.0.1
	point "a name that nobody has is not found" not_found NOSUCHPC
	# negative caching
	point "and not asked for again" unasked not_found NOSUCHPC
	point "what is no name of a host is not asked for" unasked not_found pc.example.com
	point "nor what is too long" unasked not_found SIXTEENLETTERSPC
	point "nor an empty one" unasked not_found ""
	point "a group is no host" not_found WORKERS
	kill -STOP "${PIDS[helper-one]}"
	# 4 s, and what it takes to start a program here
	point "a helper that does not answer keeps nobody waiting" \
		in_seconds "$((4 + PATIENCE / 4))" lookup_fails hosts WAITSPC
	kill -CONT "${PIDS[helper-one]}"
	helper_down one
	point "without a helper the cache is still there" finds hosts TWO 10.9.0.2
	point "and what is not in it is not found" lookup_fails hosts OTHERPC
	helper_start one
}

lookup_fails()
{
	! lookup "$@"
}
