# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: nodes that lie, and packets that are none. The liar
# is port137.py, which has addresses .2 to .4.

scenario_attack()
{
	hosts_up bnode=10.9.6.1 liar=10.9.6.2,10.9.6.3,10.9.6.4 pnode=10.9.6.11 \
		client=10.9.6.20
	helper_up bnode << CONFIG
	node-type = b
	permanent-name = BNODE
	negative-ttl = 0
	cache-ttl = 1
	lmhosts = ""
	$SHORT_TIMERS
CONFIG
	start_ready ready liar liar ./port137.py serve 10.9.6.2 10.9.6.3
	helper_up pnode << CONFIG
	node-type = p
	nbns = {10.9.6.2}
	permanent-name = none
	negative-ttl = 0
	lmhosts = ""
	$SHORT_TIMERS
CONFIG
	soon_held bnode 'BNODE<00>' registered
	watch bnode alert
	watch pnode alert
	attack_garbage
	attack_answers
	[ "$MODE" = full ] || return 0
	attack_strangers
	attack_owners
	attack_poisoner
}

# 10,000 of them, while the name is served
attack_garbage()
{
	local good=0 n=10000

	[ "$MODE" = full ] || n=500
	start garbage liar ./port137.py garbage 10.9.6.4 10.9.6.1 "$n"
	while kill -0 "${PIDS[garbage]}" 2> /dev/null; do
		looked_up "10.9.6.1 BNODE<00>" client --unicast=10.9.6.1 BNODE#00 > "$WORK/good" &&
			good=$((good + 1))
		[ "$SECONDS" -lt "$((PATIENCE * 6))" ] || break
	done
	point "a name is served while garbage comes" is "$good" -ge 1
	point "all of it was sent" log_has garbage "sent $n"
	point "and counted" until_ok "the count" counts bnode ns-packets-bad
	point "the helper lives" kill -0 "${PIDS[helper-bnode]}"
	point "and serves" looked_up "10.9.6.1 BNODE<00>" client --unicast=10.9.6.1 BNODE#00
}

# The liar is the name server of the P node, and answers as the name asks it to.
attack_answers()
{
	point "a right answer counts" resolved pnode 'RIGHT<20>' 10.9.6.77
	# NS-037
	point "one from the wrong host does not" not_resolved 'WRONGHOST<20>'
	point "one with the wrong id does not" not_resolved 'WRONGID<20>'
	point "one to another question does not" not_resolved 'WRONGNAME<20>'
	[ "$MODE" = full ] || return 0
	point "one of another type does not" not_resolved 'WRONGTYPE<20>'
	point "one that is cut does not" not_resolved 'CUT<20>'
	point "a flood of wrong answers does not keep the right one out" \
		resolved pnode 'FLOOD<20>' 10.9.6.77
	point "what did not fit is counted" counts pnode ns-responses-bad
}

not_resolved()
{
	fails limited "$PATIENCE" pnode nbctl resolve "$1" && ! in_host pnode nbctl cache | grep -F "$1"
}

# Nobody who is not our name server takes a name away
attack_strangers()
{
	in_host liar ./port137.py release 10.9.6.4 10.9.6.1 BNODE 10.9.6.1
	point "a release by a stranger is an alert" watched bnode "kind=foreign-release"
	in_host liar ./port137.py conflict 10.9.6.4 10.9.6.1 BNODE 0.0.0.0
	point "so is a conflict demand" watched bnode "kind=foreign-conflict-demand"
	point "the name stays" held bnode 'BNODE<00>' registered
	point "and is served" looked_up "10.9.6.1 BNODE<00>" client --unicast=10.9.6.1 BNODE#00
	point "both are counted" until_ok "both" counts_two bnode ns-foreign-demands
}

counts_two()
{
	[ "$(counter "$@")" -ge 2 ]
}

# NS-075
attack_owners()
{
	# A broadcast has 450 ms here, in which the liar may not have its turn
	point "the first answer is taken" \
		until_ok "the first answer" resolved bnode 'TWINS<20>' 10.9.6.77
	point "two owners of a name are an alert" watched bnode "kind=two-owners"
}

attack_poisoner()
{
	helper_reload bnode << CONFIG
	node-type = b
	permanent-name = BNODE
	canary-interval = 300
	lmhosts = ""
	$SHORT_TIMERS
CONFIG
	stop liar
	start_ready ready liar liar ./port137.py poison 10.9.6.2 10.9.6.3
	point "a poisoner is found out" watched bnode "kind=poisoner"
	point "by its address" has "$WORK/watch-bnode.log" "addr=10.9.6.2"
}
