/* SPDX-License-Identifier: MIT */
/* Molecular dynamics on a pipe: the partner supplies forces. Numbers are native doubles.

     driver_md run NAME dt kT friction pressure tdamp pdamp chain seed steps n
       options in internal units; reads masses [n], positions [n][3], velocities [n][3], cell [9].
       Asks for forces with 0, positions, cell; reads energy, forces [n][3], stress [9].
       Reports the start and each step with 1, positions, velocities, cell, conserved and kinetic energy,
       pressure.
     driver_md still n
       reads masses, positions, velocities; writes velocities without linear and angular momentum.
     driver_md normals seed count */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "physics/md.h"

static mofb_status get(double *values, size_t count) {
    return fread(values, sizeof *values, count, stdin) == count ? MOFB_OK : MOFB_ERR_IO;
}

static mofb_status put(const double *values, size_t count) {
    return fwrite(values, sizeof *values, count, stdout) == count ? MOFB_OK : MOFB_ERR_IO;
}

static mofb_status ask(void *user, const double *positions, const double *cell, double *energy,
                       double *forces, double *stress) {
    size_t n = *(const size_t *)user;
    const double tag = 0;
    double all[9];
    MOFB__TRY(put(&tag, 1));
    MOFB__TRY(put(positions, 3 * n));
    MOFB__TRY(put(cell, 9));
    fflush(stdout);
    MOFB__TRY(get(energy, 1));
    MOFB__TRY(get(forces, 3 * n));
    MOFB__TRY(get(all, 9));
    if (stress) memcpy(stress, all, sizeof all);
    return MOFB_OK;
}

static mofb_status report(const mofb__integrator *i, const mofb__md_state *s) {
    const double tag = 1, facts[3] = {i->conserved(i, s), mofb__md_kinetic(s), mofb__md_pressure(s)};
    MOFB__TRY(put(&tag, 1));
    MOFB__TRY(put(s->positions, 3 * s->n_atoms));
    MOFB__TRY(put(s->velocities, 3 * s->n_atoms));
    MOFB__TRY(put(s->cell, 9));
    return put(facts, 3);
}

/* A state of n atoms, masses, positions and velocities from standard input. */
static mofb_status read_state(mofb__md_state **out, size_t n) {
    const double cube[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    int32_t *numbers = calloc(n, sizeof *numbers);
    double *zero = calloc(3 * n, sizeof *zero);
    mofb_status status = numbers && zero ? MOFB_OK : MOFB_ERR_NO_MEMORY;
    for (size_t k = 0; !status && k < n; k++) numbers[k] = 18;
    if (!status) status = mofb__md_state_new(out, n, numbers, zero, cube, NULL);
    if (!status) status = get((*out)->masses, n);
    if (!status) status = get((*out)->positions, 3 * n);
    if (!status) status = get((*out)->velocities, 3 * n);
    free(numbers);
    free(zero);
    return status;
}

static mofb_status run(char **v) {
    mofb__md_state *s;
    mofb__integrator *i;
    size_t n = strtoul(v[10], NULL, 10);
    long steps = strtol(v[9], NULL, 10);
    mofb__integrator_options options = {.name = v[0],
                                        .timestep = atof(v[1]) / MOFB__FS,
                                        .temperature = atof(v[2]) / MOFB__KB,
                                        .friction = atof(v[3]) * MOFB__FS,
                                        .pressure = atof(v[4]) / MOFB__EV_A3_PER_BAR,
                                        .tdamp = atof(v[5]) / MOFB__FS,
                                        .pdamp = atof(v[6]) / MOFB__FS,
                                        .chain = atoi(v[7]),
                                        .seed = strtoul(v[8], NULL, 10)};
    mofb__force_source source = {ask, &n};
    MOFB__TRY(read_state(&s, n));
    MOFB__TRY(get(s->cell, 9));
    MOFB__TRY(mofb__md_evaluate(s, &source, true));
    MOFB__TRY(mofb__integrator_new(&i, &options, s, NULL));
    MOFB__TRY(report(i, s));
    for (long k = 0; k < steps; k++) {
        MOFB__TRY(i->step(i, s, &source));
        MOFB__TRY(report(i, s));
    }
    mofb__integrator_free(i);
    mofb__md_state_free(s);
    return MOFB_OK;
}

static mofb_status still(char **v) {
    mofb__md_state *s;
    MOFB__TRY(read_state(&s, strtoul(v[0], NULL, 10)));
    mofb__md_remove_linear(s);
    mofb__md_remove_angular(s);
    MOFB__TRY(put(s->velocities, 3 * s->n_atoms));
    mofb__md_state_free(s);
    return MOFB_OK;
}

static mofb_status normals(char **v) {
    mofb__rng rng;
    mofb__rng_seed(&rng, strtoul(v[0], NULL, 10));
    for (unsigned long left = strtoul(v[1], NULL, 10); left > 0; left--) {
        double x = mofb__rng_normal(&rng);
        MOFB__TRY(put(&x, 1));
    }
    return MOFB_OK;
}

int main(int argc, char **argv) {
    mofb_status status = MOFB_ERR_INVALID;
    if (argc == 13 && !strcmp(argv[1], "run")) status = run(argv + 2);
    if (argc == 3 && !strcmp(argv[1], "still")) status = still(argv + 2);
    if (argc == 4 && !strcmp(argv[1], "normals")) status = normals(argv + 2);
    if (status) fprintf(stderr, "driver_md: %s: %s\n", mofb_status_name(status), mofb_error_message());
    return status != MOFB_OK;
}
