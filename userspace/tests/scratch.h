/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SCRATCH_H
#define _SCRATCH_H

#include <stddef.h>

struct conf_kind;

/* A directory for the files of a test, once mkdtemp() has made it */
extern char scratch_dir[];

/* Path of a file there, valid until the next call */
char *path_of(const char *file);
void put_file(const char *file, const char *text);

/* Settings from the file "c" with this text; @error as of conf_load(), which is shown */
void *conf_from(const struct conf_kind *kind, const char *text, char *error, size_t size);

#endif /* _SCRATCH_H */
