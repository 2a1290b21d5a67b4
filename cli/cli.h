/* SPDX-License-Identifier: MIT */
/* What the verbs of the mofbench program share. Verbs return the exit status: 0 done, 1 a task failed, 2 bad
   usage. Results go to standard output, everything else to standard error. */
#ifndef MOFB_CLI_H
#define MOFB_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "mofbench/mofbench.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

typedef struct cli_verb {
    const char *name;
    const char *usage; /* behind the name */
    const char *summary;
    const char *help; /* options and examples */
    int (*run)(int argc, char **argv);
} cli_verb;

extern const cli_verb cli_run, cli_eval, cli_tasks, cli_models, cli_devices, cli_check;

/* Prints "mofbench: message" and a hint; returns EXIT_USAGE. */
int cli_bad_usage(const cli_verb *verb, const char *format, ...);

/* Prints the library's last error behind `what`; returns EXIT_FAILED. */
int cli_failed(const char *what);

/* The message for what getopt_long answered ('?' or ':'); returns EXIT_USAGE. */
int cli_bad_option(const cli_verb *verb, char **argv, int answer);

/* A whole number from 1 to 4096 that is nothing else; false where it is not. */
bool cli_read_threads(int *threads, const char *text);

/* The library's last error, to be told later. */
typedef struct cli_failure {
    mofb_status status; /* 0: none */
    char reason[64], message[512];
} cli_failure;

cli_failure cli_last_failure(mofb_status status);

/* inputs.c: structures named on the command line */
typedef struct cli_input {
    mofb_structure *structure; /* NULL: the file could not be read */
    char *path;
    cli_failure failure;
} cli_input;

typedef struct cli_inputs {
    cli_input *items;
    size_t count, capacity;
} cli_inputs;

/* Reads files; a folder stands for the structure files in it. Unreadable ones are told on standard error and kept.
   all_frames: every frame or block of a file, else the first. */
void cli_inputs_read(cli_inputs *inputs, char *const *paths, int count, bool all_frames,
                     const mofb_structure_options *options);
void cli_inputs_free(cli_inputs *inputs);

/* Name for messages and folders: the structure's, else the file's without its folder. */
const char *cli_input_label(const cli_input *input);

/* One line of JSON for something that failed; task may be NULL. */
void cli_print_failure(const char *task, const cli_input *input, const cli_failure *failure);

/* info.c: EXIT_DONE if there is a device of this id (or id is NULL), else the message and EXIT_USAGE */
int cli_check_device(const cli_verb *verb, const char *id);

/* info.c: the families of potentials in the build */
int cli_describe_family(const char *name, bool json);
int cli_list_families(bool json);

/* models.c: the folder given with --models, else the user's ($XDG_DATA_HOME or ~/.local/share); NULL: there is none */
const char *cli_model_folder(const char *given);
mofb_status cli_model_open(mofb_model **out, const char *id, const char *folder);

/* verify.c: a model against differences of its energies */
int cli_verify(const char *id, const char *folder, bool json);

/* progress.c: a bar on a terminal, plain lines elsewhere */
typedef struct cli_progress {
    const char *label;
    bool quiet, terminal, drawn;
    double started, last_drawn;
    char stage[32];
} cli_progress;

void cli_progress_begin(cli_progress *p, bool quiet, const char *label);
/* Non-zero once the user pressed ctrl-C. */
int32_t cli_progress_show(const mofb_progress *progress, void *user);
int32_t cli_progress_log(int32_t level, const char *message, size_t length, void *user);
void cli_progress_end(cli_progress *p);
bool cli_interrupted(void);
void cli_catch_interrupts(void);

/* report.c: what a person reads of a result */
void cli_report(const char *label, const char *kind, const mofb_result *result);

/* plot.c: the pictures a task kind describes, as SVG files in a folder */
void cli_plot_result(const char *kind, const mofb_result *result, const char *folder);

#endif
