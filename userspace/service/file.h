/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that somebody else has written.
 */
#ifndef SERVICE_FILE_H
#define SERVICE_FILE_H

#include <stdio.h>

/**
 * file_open() - open a file that can be read to its end without waiting
 * @path: a regular file, or /dev/null, which is how one says "none"
 * @err: 0 or a negative errno, for file_strerror()
 *
 * Return: the stream, NULL on error.
 */
FILE *file_open(const char *path, int *err);

/**
 * file_strerror() - what went wrong with a file
 * @err: of file_open(), or any negative errno
 *
 * Return: text.
 */
const char *file_strerror(int err);

#endif /* SERVICE_FILE_H */
