// SPDX-License-Identifier: GPL-2.0
/*
 * netbiosd: claims and refreshes take turns at a name server. It has a buffer for some
 * hundred requests; of ten thousand that come at once most would be lost, and sent again
 * together, until the server looks dead.
 *
 * A request that has to wait is open like all others, but nothing of it has been sent and
 * its time does not run. Questions do not wait: somebody waits for their answers.
 */
#include "node.h"

/* What the smallest usual buffer of a server has room for, with those of some others */
#define TURNS	128

static bool takes_turns(const struct txn *txn)
{
	/* Whom nobody believes to be alive has no buffer to be filled */
	return txn->nbns && txn->adapter->nbns.available &&
	       txn->opcode != NS_OP_QUERY && txn->opcode != NS_OP_RELEASE;
}

static void wait_for_turn(struct txn *txn, struct turns *turns)
{
	txn->turn = TURN_WAITS;
	txn->turn_next = NULL;
	txn->turn_prev = turns->last;
	if (turns->last)
		turns->last->turn_next = txn;
	else
		turns->first = txn;
	turns->last = txn;
}

static void wait_no_more(struct txn *txn, struct turns *turns)
{
	if (txn->turn_prev)
		txn->turn_prev->turn_next = txn->turn_next;
	else
		turns->first = txn->turn_next;
	if (txn->turn_next)
		txn->turn_next->turn_prev = txn->turn_prev;
	else
		turns->last = txn->turn_prev;
}

/**
 * turn_take() - may this request be sent?
 * @txn: request that is about to be sent for the first time, or to another server
 *
 * Return: false if it has to wait; turn_next() will have it.
 */
bool turn_take(struct txn *txn)
{
	struct turns *turns = &txn->adapter->turns;

	if (txn->turn == TURN_WAITS)
		return false;
	if (txn->turn == TURN_HOLDS || !takes_turns(txn))
		return true;
	if (turns->first || turns->held == TURNS) {
		wait_for_turn(txn, turns);
		return false;
	}
	txn->turn = TURN_HOLDS;
	turns->held++;
	return true;
}

/**
 * turn_end() - the server has got it, or nobody wants an answer any more
 * @txn: request
 */
void turn_end(struct txn *txn)
{
	struct turns *turns = &txn->adapter->turns;

	if (txn->turn == TURN_WAITS)
		wait_no_more(txn, turns);
	else if (txn->turn == TURN_HOLDS)
		turns->held--;
	txn->turn = TURN_NONE;
}

/**
 * turn_next() - whose turn is it?
 * @a: adapter
 *
 * Return: a request that is to be sent, NULL if there is none.
 */
struct txn *turn_next(struct adapter *a)
{
	struct txn *txn = a->turns.first;

	if (!txn || a->turns.held == TURNS)
		return NULL;
	wait_no_more(txn, &a->turns);
	txn->turn = TURN_HOLDS;
	a->turns.held++;
	return txn;
}
