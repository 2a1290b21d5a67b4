/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t interrupts;

static void on_interrupt(int number) {
    (void)number;
    interrupts = 1;
}

/* The first ctrl-C stops at the next step, with a checkpoint; the second ends the program. */
void cli_catch_interrupts(void) {
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool cli_interrupted(void) {
    return interrupts != 0;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void cli_progress_begin(cli_progress *p, bool quiet, const char *label) {
    *p = (cli_progress){.label = label, .quiet = quiet, .terminal = isatty(2), .started = seconds()};
}

static void draw_bar(const cli_progress *p, const mofb_progress *g, double now) {
    enum { WIDTH = 24 };
    char bar[WIDTH + 1];
    double fraction = g->fraction < 0 ? 0 : g->fraction > 1 ? 1 : g->fraction;
    int full = (int)(fraction * WIDTH);
    memset(bar, '-', WIDTH);
    memset(bar, '#', (size_t)full);
    bar[WIDTH] = 0;
    fprintf(stderr, "\r\033[K%.34s [%s] %3.0f %%  %s", p->label, bar, 100 * fraction, g->stage);
    if (g->total) fprintf(stderr, " %llu/%llu", (unsigned long long)g->step, (unsigned long long)g->total);
    else if (g->step) fprintf(stderr, " %llu", (unsigned long long)g->step);
    if (g->note && *g->note) fprintf(stderr, "  %.40s", g->note);
    fprintf(stderr, "  %.0f s", now - p->started);
    fflush(stderr);
}

static void print_line(const cli_progress *p, const mofb_progress *g, double now) {
    fprintf(stderr, "%s: %s step %llu (%.0f %%, %.0f s) %s\n", p->label, g->stage,
            (unsigned long long)g->step, 100 * g->fraction, now - p->started, g->note ? g->note : "");
}

int32_t cli_progress_show(const mofb_progress *progress, void *user) {
    cli_progress *p = user;
    double now = seconds();
    bool fresh = strcmp(p->stage, progress->stage) != 0;
    if (!p->quiet && (fresh || now - p->last_drawn > (p->terminal ? 0.1 : 10))) {
        snprintf(p->stage, sizeof p->stage, "%s", progress->stage);
        p->last_drawn = now;
        p->drawn = p->terminal;
        if (p->terminal) draw_bar(p, progress, now);
        else print_line(p, progress, now);
    }
    return interrupts != 0;
}

int32_t cli_progress_log(int32_t level, const char *message, size_t length, void *user) {
    cli_progress *p = user;
    if (p->quiet && level < MOFB_LOG_WARNING) return 0;
    if (p->drawn) fputs("\r\033[K", stderr);
    fprintf(stderr, "%s: %s%.*s\n", p->label, level >= MOFB_LOG_WARNING ? "warning: " : "", (int)length,
            message);
    p->drawn = false;
    return 0;
}

void cli_progress_end(cli_progress *p) {
    if (p->drawn) fputs("\r\033[K", stderr);
    p->drawn = false;
}
