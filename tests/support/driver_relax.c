/* SPDX-License-Identifier: MIT */
/* A relaxation (relax OPTIMISER N_ATOMS CELL FMAX MAX_STEPS) or fit (eos KIND COUNT) at the other end of a
   pipe, all numbers as native doubles. relax: reads atomic numbers [n], positions [n][3], cell [9]; then,
   over and over, writes the state (0 go on, else the end), positions, cell and reads energy, forces, stress.
   CELL: 0 none, 1 fixed, 2 relaxed. eos: reads volumes and energies, writes converged, e0, v0, b0, b1, r2,
   rms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "physics/eos.h"
#include "physics/relax.h"

static int failed(const char *what) {
    fprintf(stderr, "%s: %s (%s)\n", what, mofb_error_message(), mofb_error_reason());
    return 1;
}

static int take(double *to, size_t count) {
    return fread(to, sizeof *to, count, stdin) == count;
}

static int relax(char **argv) {
    size_t n = strtoul(argv[1], NULL, 10);
    int mode = atoi(argv[2]), status = 1;
    double *room = calloc(4 * n + 9, sizeof *room), *positions = room + n, *cell = room + 4 * n;
    int32_t *numbers = calloc(n, sizeof *numbers);
    mofb__relax *r = NULL;
    mofb__relax_options options = {argv[0], mode == 2, atof(argv[3]), strtoull(argv[4], NULL, 10),
                                   1e5,     numbers};
    if (!room || !numbers || !take(room, 4 * n + 9)) goto done;
    for (size_t i = 0; i < n; i++) numbers[i] = (int32_t)room[i];
    if (mofb__relax_new(&r, n, positions, mode ? cell : NULL, &options, NULL)) {
        failed("relax");
        goto done;
    }
    for (;;) {
        mofb_request q = {.struct_size = sizeof q};
        double end = r->end, energy;
        if (r->end == MOFB__RELAX_RUNNING) mofb__relax_ask(r, &q);
        fwrite(&end, sizeof end, 1, stdout);
        fwrite(r->positions, sizeof(double), 3 * n, stdout);
        fwrite(r->cell, sizeof(double), 9, stdout);
        fflush(stdout);
        if (r->end != MOFB__RELAX_RUNNING) break;
        if (!take(&energy, 1) || !take(r->forces, 3 * n) || !take(r->stress, 9)) goto done;
        if (mofb__relax_tell(r, energy)) {
            failed("relax");
            goto done;
        }
    }
    status = 0;
done:
    mofb__relax_free(r);
    free(numbers);
    free(room);
    return status;
}

static int eos(char **argv) {
    size_t count = strtoul(argv[1], NULL, 10);
    double *data = calloc(2 * count, sizeof *data);
    mofb__eos_fit fit;
    int status = 1;
    if (!data || !take(data, 2 * count)) goto done;
    if (mofb__eos_fit_curve(&fit, argv[0], data, data + count, count, NULL)) failed("eos");
    else {
        double out[7] = {fit.converged, fit.e0, fit.v0, fit.b0, fit.b1, fit.r2, fit.rms};
        fwrite(out, sizeof *out, 7, stdout);
        status = 0;
    }
done:
    free(data);
    return status;
}

int main(int argc, char **argv) {
    if (argc == 7 && !strcmp(argv[1], "relax")) return relax(argv + 2);
    if (argc == 4 && !strcmp(argv[1], "eos")) return eos(argv + 2);
    fprintf(stderr, "usage: driver_relax relax OPTIMISER N_ATOMS CELL FMAX MAX_STEPS | eos KIND COUNT\n");
    return 2;
}
