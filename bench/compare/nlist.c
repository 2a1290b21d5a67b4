/* SPDX-License-Identifier: MIT */
/* Times neighbour lists for compare/nlist.py. Arguments: FILE CUTOFF HALF SKIN THREADS SECONDS. FILE holds,
   in native binary, the number of atoms (int64), the cell (9 doubles) and positions (3 doubles an atom). One
   JSON line: edges, and the best milliseconds of a list made anew, of a rebuild in place and of an update
   within the skin. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "structure/nlist.h"

static const int32_t periodic[3] = {1, 1, 1};

typedef struct bench {
    size_t n;
    double cell[9], *x, *moved;
    double cutoff, skin, limit_ms;
    int32_t kind, threads;
    size_t edges;
} bench;

/* CPU time for one thread, which other programs on the machine disturb less. */
static double now_ms(const bench *b) {
    struct timespec t;
    clock_gettime(b->threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int read_input(bench *b, const char *path) {
    int64_t n = 0;
    FILE *f = fopen(path, "rb");
    if (!f || fread(&n, sizeof n, 1, f) != 1 || fread(b->cell, sizeof b->cell, 1, f) != 1) return 0;
    b->n = (size_t)n;
    b->x = malloc(3 * b->n * sizeof *b->x);
    b->moved = malloc(3 * b->n * sizeof *b->moved);
    int good = b->x && b->moved && fread(b->x, 3 * sizeof *b->x, b->n, f) == b->n;
    fclose(f);
    return good;
}

/* Best time of updates that alternate between two sets of positions; fresh: with a new list each time. */
static double time_updates(bench *b, double skin, double step, int fresh) {
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    double best = 1e300, start = now_ms(b);
    for (size_t k = 0; k < 3 * b->n; k++) b->moved[k] = b->x[k] + step * (double)(k % 3 == 0);
    for (int round = 0; round < 4 || now_ms(b) - start < b->limit_ms; round++) {
        double t = now_ms(b);
        if (!list && mofb__nlist_new(&list, b->n, b->kind, b->cutoff, skin, periodic, NULL)) return -1;
        if (mofb__nlist_update(&e, list, round % 2 ? b->moved : b->x, b->cell, b->threads)) return -1;
        b->edges = e->count;
        if (fresh) mofb__nlist_free(list), list = NULL;
        t = now_ms(b) - t;
        if (round && t < best) best = t;
    }
    mofb__nlist_free(list);
    return best;
}

int main(int argc, char **argv) {
    bench b = {0};
    if (argc != 7 || !read_input(&b, argv[1])) {
        fprintf(stderr, "usage: bench_nlist FILE CUTOFF HALF SKIN THREADS SECONDS\n");
        return 2;
    }
    b.cutoff = strtod(argv[2], NULL);
    b.kind = atoi(argv[3]) ? MOFB_EDGES_HALF : MOFB_EDGES_FULL;
    b.skin = strtod(argv[4], NULL);
    b.threads = atoi(argv[5]);
    b.limit_ms = 1e3 * strtod(argv[6], NULL);
    double fresh = time_updates(&b, 0, 1e-3, 1);
    size_t edges = b.edges;
    double rebuild = time_updates(&b, 0, 1e-3, 0);
    double update = time_updates(&b, b.skin, 1e-3, 0);
    printf("{\"edges\": %zu, \"fresh_ms\": %.6g, \"rebuild_ms\": %.6g, \"update_ms\": %.6g}\n", edges, fresh,
           rebuild, update);
    free(b.x);
    free(b.moved);
    return fresh < 0 || rebuild < 0 || update < 0;
}
