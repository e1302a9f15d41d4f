/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SCRATCH_H
#define _SCRATCH_H

/* A directory for the files of a test, once mkdtemp() has made it */
extern char scratch_dir[];

/* Path of a file there, valid until the next call */
char *path_of(const char *file);
void put_file(const char *file, const char *text);

#endif /* _SCRATCH_H */
