/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const cli_verb *const verbs[] = {&cli_run,   &cli_eval,   &cli_check,
                                        &cli_tasks, &cli_models, &cli_devices};
enum { N_VERBS = sizeof verbs / sizeof *verbs };

int cli_bad_usage(const cli_verb *verb, const char *format, ...) {
    va_list args;
    fputs("mofbench: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    if (verb)
        fprintf(stderr, "\nusage: mofbench %s %s\n`mofbench %s --help` tells more\n", verb->name, verb->usage,
                verb->name);
    else fputs("\n`mofbench --help` lists the verbs\n", stderr);
    return EXIT_USAGE;
}

int cli_bad_option(const cli_verb *verb, char **argv, int answer) {
    bool is_short = optopt > 0 && optopt < 256;
    char letter[3] = {'-', (char)optopt, 0};
    const char *option = is_short ? letter : argv[optind - 1];
    return cli_bad_usage(verb, answer == ':' ? "option '%s' needs a value" : "unknown option '%s'", option);
}

bool cli_read_threads(int *threads, const char *text) {
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 1 || value > 4096) return false;
    *threads = (int)value;
    return true;
}

cli_failure cli_last_failure(mofb_status status) {
    cli_failure failure = {.status = status};
    snprintf(failure.reason, sizeof failure.reason, "%s", mofb_error_reason());
    snprintf(failure.message, sizeof failure.message, "%s", mofb_error_message());
    return failure;
}

int cli_failed(const char *what) {
    fprintf(stderr, "mofbench: %s: %s\n", what, mofb_error_message());
    return EXIT_FAILED;
}

static void print_help(void) {
    printf("mofbench %s: benchmark tasks for metal-organic frameworks with interatomic potentials\n\n"
           "usage: mofbench VERB ...\n\n",
           mofb_version());
    for (int k = 0; k < N_VERBS; k++) printf("  %-8s %s\n", verbs[k]->name, verbs[k]->summary);
    printf(
        "\n`mofbench VERB --help` tells the rest. First steps:\n"
        "  mofbench run all --model uff4mof --preset quick --out results MOF-5.cif\n"
        "  mofbench eval --model uff4mof -o labels.extxyz *.cif\n\n"
        "exit status: 0 done (findings such as \"not converged\" included), 1 a task failed, 2 bad usage\n");
}

static bool is_help(const char *text) {
    return !strcmp(text, "--help") || !strcmp(text, "-h") || !strcmp(text, "help");
}

/* A result that could not be written is a failure, too. */
static int run_verb(const cli_verb *verb, int argc, char **argv) {
    opterr = 0; /* we tell what is wrong ourselves */
    int status = verb->run(argc, argv);
    if (!fflush(stdout) && !ferror(stdout)) return status;
    fprintf(stderr, "mofbench: cannot write to standard output: %s\n", strerror(errno));
    return status ? status : EXIT_FAILED;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        print_help();
        return EXIT_USAGE;
    }
    if (is_help(argv[1])) {
        print_help();
        return EXIT_DONE;
    }
    if (!strcmp(argv[1], "--version")) {
        printf("mofbench %s\n", mofb_version());
        return EXIT_DONE;
    }
    for (int k = 0; k < N_VERBS; k++) {
        if (strcmp(argv[1], verbs[k]->name)) continue;
        for (int i = 2; i < argc; i++)
            if (is_help(argv[i]) && argv[i][0] == '-') {
                printf("usage: mofbench %s %s\n\n%s\n\n%s", verbs[k]->name, verbs[k]->usage,
                       verbs[k]->summary, verbs[k]->help);
                return EXIT_DONE;
            }
        return run_verb(verbs[k], argc - 1, argv + 1);
    }
    return cli_bad_usage(NULL, "unknown verb '%s'", argv[1]);
}
