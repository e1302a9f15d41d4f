// SPDX-License-Identifier: GPL-2.0
/*
 * Rows for people, JSON for programs.
 */
#include <stdlib.h>
#include <string.h>

#include "nbctl.h"

#define CELL_MAX	512
#define COLUMNS_MAX	16
#define MISSING		"-"

static void list_format(char *buf, size_t size, const json_t *list)
{
	size_t i, used = 0;

	*buf = '\0';
	for (i = 0; i < json_array_size(list) && used < size; i++)
		used += snprintf(buf + used, size - used, "%s%s", i ? "," : "",
				 json_string_value(json_array_get(list, i)));
}

void value_format(char *buf, size_t size, const json_t *value)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		snprintf(buf, size, "%s", json_string_value(value));
		break;
	case JSON_INTEGER:
		snprintf(buf, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		snprintf(buf, size, "%s", json_is_true(value) ? "yes" : "no");
		break;
	case JSON_ARRAY:
		list_format(buf, size, value);
		break;
	default:
		*buf = '\0';
		break;
	}
	if (!*buf)
		snprintf(buf, size, "%s", MISSING);
}

static void cell(char *buf, size_t size, const struct column *column, const json_t *row)
{
	if (column->format)
		column->format(buf, size, row);
	else
		value_format(buf, size, json_object_get(row, column->key));
}

int json_print(const json_t *value)
{
	if (json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY))
		return STATUS_FAILED;
	putchar('\n');
	return STATUS_OK;
}

static void widths_find(int *widths, const json_t *rows, const struct column *columns)
{
	char buf[CELL_MAX];
	const json_t *row;
	size_t i;
	int c, len;

	for (c = 0; columns[c].title; c++)
		widths[c] = strlen(columns[c].title);
	json_array_foreach(rows, i, row) {
		for (c = 0; columns[c].title; c++) {
			cell(buf, sizeof(buf), &columns[c], row);
			len = strlen(buf);
			if (len > widths[c])
				widths[c] = len;
		}
	}
}

/* Nothing pads the last one of a row */
static void cell_print(const struct column *column, int width, const char *text,
		       enum color color)
{
	bool last = !column[1].title;

	color_print(color, last ? 0 : width, text);
	fputs(last ? "\n" : "  ", stdout);
}

int rows_print(const struct ctl *ctl, json_t *rows, const struct column *columns)
{
	int widths[COLUMNS_MAX], c;
	char buf[CELL_MAX];
	const json_t *row;
	size_t i;

	if (ctl->json)
		return json_print(rows);
	widths_find(widths, rows, columns);
	for (c = 0; columns[c].title; c++)
		cell_print(&columns[c], widths[c], columns[c].title, COLOR_TITLE);
	json_array_foreach(rows, i, row) {
		for (c = 0; columns[c].title; c++) {
			cell(buf, sizeof(buf), &columns[c], row);
			cell_print(&columns[c], widths[c], buf, color_of(buf));
		}
	}
	return STATUS_OK;
}

struct sort_keys {
	const char	*first;
	const char	*second;
};

static int compare_by(const json_t *a, const json_t *b, const char *key)
{
	const char *left = json_string_value(json_object_get(a, key));
	const char *right = json_string_value(json_object_get(b, key));

	return strcmp(left ? left : "", right ? right : "");
}

static int compare(const void *a, const void *b, void *data)
{
	const struct sort_keys *keys = data;
	const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
	int order = compare_by(left, right, keys->first);

	return order ? order : compare_by(left, right, keys->second);
}

/* The kernel's order is that of its hash table; it would differ at every boot */
void rows_sort(json_t *rows, const char *key, const char *second)
{
	struct sort_keys keys = { key, second };
	size_t i, n = json_array_size(rows);
	json_t **list;

	list = malloc(n * sizeof(*list));
	if (!list)
		return;
	for (i = 0; i < n; i++)
		list[i] = json_incref(json_array_get(rows, i));
	qsort_r(list, n, sizeof(*list), compare, &keys);
	json_array_clear(rows);
	for (i = 0; i < n; i++)
		json_array_append_new(rows, list[i]);
	free(list);
}
