// SPDX-License-Identifier: GPL-2.0
/*
 * A journal in front of a store: changes go to the end of a short file, and into
 * the store when that is full, many at once and in the order of numbers.
 *
 * A commit of LMDB copies each page from the root of its tree to the record, so
 * with many names it costs more. Here a change costs the same with one name and
 * with a million: a hundred instructions or so in a shared mapping, which, as that
 * of LMDB, outlives a kill -9. What it costs later is shared by PART of them.
 *
 *	head:   magic (8), used octets (4), generation (4)
 *	record: sum (4), number (4), length of the value (4), value, zeroes up to
 *		a multiple of 4
 *
 * Words are in the order of this machine, as in LMDB. The sum counts after a
 * loss of power only: it covers the generation, which is another one each time
 * the file begins anew, so that old records are not taken for new ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "service/log.h"
#include "store.h"

#define MAGIC		"NBNSDJ1\n"	/* the digit is the version */
#define MARK_LEN	6		/* of any version */
#define FILE_SIZE	(16U << 10)
#define FILE_MODE	0600
#define REMOVED		UINT32_MAX	/* as length */
#define GENERATION	(1ULL << 32)
#define PART		64		/* records in one commit below */

/* @state is one word: a kill comes before or behind its change */
struct head {
	char		magic[8];
	uint64_t	state;
};

struct record {
	uint32_t	sum;
	uint32_t	id;
	uint32_t	len;
	uint32_t	value[];
};

#define ROOM		(FILE_SIZE - sizeof(struct head))
#define RECORDS_MAX	(ROOM / sizeof(struct record))

struct journal {
	struct store		store;
	struct store		*below;
	bool			durable;
	struct head		*head;		/* and records behind it */
	struct store_change	last[RECORDS_MAX]; /* see sort() */
};

static struct journal *to_journal(struct store *store)
{
	return (struct journal *)store;
}

static uint32_t used(const struct journal *journal)
{
	return (uint32_t)journal->head->state;
}

static struct record *record_at(const struct journal *journal, uint32_t at)
{
	return (struct record *)((char *)(journal->head + 1) + at);
}

static uint32_t value_words(uint32_t len)
{
	return len == REMOVED ? 0 : (len + 3) / 4;
}

static uint32_t record_size(uint32_t len)
{
	return sizeof(struct record) + value_words(len) * 4;
}

/* FNV-1a, of words */
static uint32_t make_sum(const struct record *record, uint64_t state)
{
	uint32_t sum = 2166136261U ^ (uint32_t)(state / GENERATION), i;

	sum = (sum ^ record->id) * 16777619U;
	sum = (sum ^ record->len) * 16777619U;
	for (i = 0; i < value_words(record->len); i++)
		sum = (sum ^ record->value[i]) * 16777619U;
	return sum;
}

/* What was written before is there when this is */
static int set_state(struct journal *journal, uint64_t state)
{
	uint64_t before = journal->head->state;
	int err;

	__atomic_store_n(&journal->head->state, state, __ATOMIC_RELEASE);
	if (!journal->durable || !msync(journal->head, FILE_SIZE, MS_SYNC))
		return 0;
	err = -errno;
	__atomic_store_n(&journal->head->state, before, __ATOMIC_RELEASE);
	return err;
}

static uint32_t put_record(const struct journal *journal, uint32_t at,
			   const struct store_change *change)
{
	struct record *record = record_at(journal, at);

	record->id = change->id;
	record->len = change->value ? change->value_len : REMOVED;
	if (value_words(record->len))
		record->value[value_words(record->len) - 1] = 0;
	if (change->value)
		memcpy(record->value, change->value, change->value_len);
	record->sum = make_sum(record, journal->head->state);
	return at + record_size(record->len);
}

static void to_change(struct store_change *change, const struct record *record)
{
	bool removed = record->len == REMOVED;

	*change = (struct store_change) {
		.id = record->id,
		.value = removed ? NULL : record->value,
		.value_len = removed ? 0 : record->len,
	};
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * The last change of each record, in the order of numbers, in @journal->last.
 * Return: how many.
 */
static size_t sort(struct journal *journal)
{
	uint64_t keys[RECORDS_MAX];
	size_t n = 0, i, result = 0;
	uint32_t at;

	for (at = 0; at < used(journal); at += record_size(record_at(journal, at)->len))
		keys[n++] = (uint64_t)record_at(journal, at)->id << 32 | at;
	qsort(keys, n, sizeof(*keys), compare);
	for (i = 0; i < n; i++)
		if (i + 1 == n || keys[i] >> 32 != keys[i + 1] >> 32)
			to_change(&journal->last[result++],
				  record_at(journal, (uint32_t)keys[i]));
	return result;
}

/*
 * In parts: LMDB uses the pages that a commit replaced two commits later, so the
 * file grows by what one part touches. If it is killed or fails in between, the
 * journal still has everything, and all is written once more.
 */
static int flush(struct journal *journal)
{
	uint64_t generation = journal->head->state / GENERATION + 1;
	size_t n = sort(journal), at, part;
	int err = 0;

	for (at = 0; !err && at < n; at += part) {
		part = n - at < PART ? n - at : PART;
		err = journal->below->write(journal->below, &journal->last[at], part);
	}
	return err || !n ? err : set_state(journal, generation * GENERATION);
}

static int journal_write(struct store *store, const struct store_change *change, size_t n)
{
	struct journal *journal = to_journal(store);
	size_t need = 0, i;
	uint32_t at;
	int err;

	for (i = 0; i < n; i++)
		need += record_size(change[i].value ? change[i].value_len : REMOVED);
	if (need > ROOM - used(journal)) {
		err = flush(journal);
		if (err)
			return err;
	}
	if (need > ROOM)
		return journal->below->write(journal->below, change, n);
	at = used(journal);
	for (i = 0; i < n; i++)
		at = put_record(journal, at, &change[i]);
	return set_state(journal, journal->head->state + need);
}

static int journal_read(struct store *store, uint32_t id, void *value, size_t size)
{
	struct journal *journal = to_journal(store);
	struct record *record, *found = NULL;
	uint32_t at;

	for (at = 0; at < used(journal); at += record_size(record->len)) {
		record = record_at(journal, at);
		if (record->id == id)
			found = record;
	}
	if (!found)
		return journal->below->read(journal->below, id, value, size);
	if (found->len == REMOVED)
		return -ENOENT;
	if (size > found->len)
		size = found->len;
	memcpy(value, found->value, size);
	return size;
}

/* Records of the store below and changes of the journal, in one order */
struct merge {
	const struct store_change	*next;
	const struct store_change	*end;
	store_fn			fn;
	void				*data;
};

static int take_next(struct merge *merge)
{
	const struct store_change *change = merge->next++;

	if (!change->value)
		return 0;
	return merge->fn(merge->data, change->id, change->value, change->value_len);
}

static int merge_one(void *data, uint32_t id, const void *value, size_t len)
{
	struct merge *merge = data;
	int stop;

	while (merge->next < merge->end && merge->next->id < id) {
		stop = take_next(merge);
		if (stop)
			return stop;
	}
	if (merge->next < merge->end && merge->next->id == id)
		return take_next(merge);
	return merge->fn(merge->data, id, value, len);
}

/* Without writing anything: there may be no room */
static int journal_load(struct store *store, store_fn fn, void *data)
{
	struct journal *journal = to_journal(store);
	struct merge merge = { journal->last, journal->last + sort(journal), fn, data };
	int stop = journal->below->load(journal->below, merge_one, &merge);

	while (!stop && merge.next < merge.end)
		stop = take_next(&merge);
	return stop;
}

static int journal_sync(struct store *store)
{
	struct journal *journal = to_journal(store);
	int err = flush(journal);

	return err ? err : journal->below->sync(journal->below);
}

/* What cannot be written below stays for the next time */
static void journal_close(struct store *store)
{
	struct journal *journal = to_journal(store);

	flush(journal);
	journal->below->close(journal->below);
	munmap(journal->head, FILE_SIZE);
	free(journal);
}

static bool good_record(const struct journal *journal, uint32_t at, uint32_t end)
{
	const struct record *record = record_at(journal, at);

	return end - at >= sizeof(*record) &&
	       (record->len == REMOVED || record->len <= end - at) &&
	       record_size(record->len) <= end - at &&
	       record->sum == make_sum(record, journal->head->state);
}

/* Up to the first record that is damaged, which only a loss of power can do */
static void check_records(struct journal *journal, const char *path)
{
	uint32_t end = used(journal), at = 0;

	if (end > ROOM)
		end = ROOM;
	while (at < end && good_record(journal, at, end))
		at += record_size(record_at(journal, at)->len);
	if (at == used(journal))
		return;
	log_error("%s is damaged: changes behind its octet %zu are lost", path,
		  at + sizeof(struct head));
	journal->head->state = journal->head->state / GENERATION * GENERATION + at;
}

/* Zeroes are a new file */
static bool is_new(const char *magic)
{
	static const char none[sizeof(MAGIC) - 1];

	return !memcmp(magic, none, sizeof(none));
}

/* Is there something in the file, and not what we have put there? */
static bool is_foreign(int fd)
{
	char magic[sizeof(MAGIC) - 1] = { 0 };
	ssize_t n = pread(fd, magic, sizeof(magic), 0);

	return n > 0 && !is_new(magic) && memcmp(magic, MAGIC, MARK_LEN);
}

/* All of it is allocated: there may be no room later, which is a SIGBUS */
static struct head *map_octets(const char *path, int *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
	void *octets = MAP_FAILED;

	*err = fd < 0 ? -errno : 0;
	if (!*err && is_foreign(fd))
		*err = -EINVAL;
	if (!*err)
		*err = -posix_fallocate(fd, 0, FILE_SIZE);
	if (!*err)
		octets = mmap(NULL, FILE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (!*err && octets == MAP_FAILED)
		*err = -errno;
	if (fd >= 0)
		close(fd);
	return octets;
}

static int map_file(struct journal *journal, const char *path)
{
	size_t len = sizeof(journal->head->magic);
	int err;

	journal->head = map_octets(path, &err);
	if (err)
		return err;
	if (is_new(journal->head->magic) && !journal->head->state)
		memcpy(journal->head->magic, MAGIC, len);
	if (!memcmp(journal->head->magic, MAGIC, len))
		return 0;
	munmap(journal->head, FILE_SIZE);
	return -EBADMSG;
}

/* Without a file changes go to the store one by one; nothing is lost by that */
static int go_without(struct store **result, struct store *below, const char *path, int err)
{
	log_error("no %s: %s; each change costs more", path, strerror(-err));
	unlink(path);
	*result = below;
	return 0;
}

int store_journal_open(struct store **result, struct store *below, const char *path,
		       bool durable)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	bool exists = !access(path, F_OK);
	int err;

	if (!journal)
		return -ENOMEM;
	err = map_file(journal, path);
	if (err == -EBADMSG) {
		store_put_aside(path);
		exists = false;
		err = map_file(journal, path);
	}
	if (err) {
		free(journal);
		return exists ? err : go_without(result, below, path, err);
	}
	journal->store = (struct store) {
		.load = journal_load,
		.write = journal_write,
		.read = journal_read,
		.sync = journal_sync,
		.close = journal_close,
	};
	journal->below = below;
	journal->durable = durable;
	check_records(journal, path);
	*result = &journal->store;
	return 0;
}
