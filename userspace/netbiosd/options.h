/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NETBIOSD_OPTIONS_H
#define NETBIOSD_OPTIONS_H

#include "service/options.h"

/**
 * options_parse() - read the command line; ends the process if it is wrong
 * @options: result
 * @argc: of main()
 * @argv: of main()
 */
void options_parse(struct service_options *options, int argc, char **argv);

#endif /* NETBIOSD_OPTIONS_H */
