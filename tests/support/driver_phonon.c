/* SPDX-License-Identifier: MIT */
/* Phonons on a pipe, numbers are native doubles. First: n, numbers [n], positions [n][3], cell [9], repeats
   [3], distance, symprec; answered with the supercell (count, positions), the space group, and the
   displacements (count, then atom and vector of each). Then commands until the end: 1, symmetrise, forces
   [displacements][supercell][3]  -> force constants [n][supercell][3][3] 2, q [3] -> frequencies [3n] 3,
   length                                            -> mesh [3], points, q, weights, frequencies 4,
   temperature                                       -> C_V, entropy, free energy 5, sigma, count, frequencies
   [count]                 -> density of states [count] 6, forces -> three texts, each as its length and bytes
 */
#include <stdio.h>
#include <stdlib.h>

#include "physics/phonon.h"

static mofb_status get(double *values, size_t count) {
    return fread(values, sizeof *values, count, stdin) == count ? MOFB_OK : MOFB_ERR_IO;
}

static mofb_status put(const double *values, size_t count) {
    return fwrite(values, sizeof *values, count, stdout) == count ? MOFB_OK : MOFB_ERR_IO;
}

static mofb_status put_one(double value) {
    return put(&value, 1);
}

static mofb_status read_structure(mofb_structure **out) {
    double count, cell[9];
    MOFB__TRY(get(&count, 1));
    size_t n = (size_t)count;
    double *numbers = calloc(n, sizeof *numbers), *positions = calloc(3 * n, sizeof *positions);
    int32_t *z = calloc(n, sizeof *z);
    mofb_status status = numbers && positions && z ? MOFB_OK : MOFB_ERR_NO_MEMORY;
    if (!status) status = get(numbers, n);
    if (!status) status = get(positions, 3 * n);
    if (!status) status = get(cell, 9);
    for (size_t i = 0; !status && i < n; i++)
        z[i] = (int32_t)numbers[i];
    if (!status) status = mofb_structure_new(out, n, z, positions, cell, NULL, NULL);
    free(numbers);
    free(positions);
    free(z);
    return status;
}

static mofb_status start(mofb__phonon **out) {
    mofb_structure *s = NULL;
    double options[5];
    MOFB__TRY(read_structure(&s));
    mofb_status status = get(options, 5);
    if (!status)
        status = mofb__phonon_new(
            out, s,
            &(mofb__phonon_options){
                {(int32_t)options[0], (int32_t)options[1], (int32_t)options[2]}, options[3], options[4], 0},
            NULL);
    mofb_structure_free(s);
    return status;
}

static mofb_status introduce(const mofb__phonon *p) {
    const mofb_structure *super = mofb__phonon_supercell(p);
    size_t n = mofb_structure_count(super), count = mofb__phonon_displacement_count(p);
    MOFB__TRY(put_one((double)n));
    MOFB__TRY(put(mofb_structure_positions(super), 3 * n));
    MOFB__TRY(put_one(mofb__phonon_spacegroup(p)));
    MOFB__TRY(put_one((double)count));
    for (size_t k = 0; k < count; k++) {
        size_t atom;
        double vector[3];
        mofb__phonon_displacement(p, k, &atom, vector);
        MOFB__TRY(put_one((double)atom));
        MOFB__TRY(put(vector, 3));
    }
    fflush(stdout);
    return MOFB_OK;
}

static mofb_status read_forces(double **out, const mofb__phonon *p) {
    size_t n = mofb__phonon_displacement_count(p) * mofb_structure_count(mofb__phonon_supercell(p)) * 3;
    *out = calloc(n, sizeof **out);
    return *out ? get(*out, n) : MOFB_ERR_NO_MEMORY;
}

static mofb_status constants(mofb__phonon *p) {
    double symmetrise, *forces = NULL;
    size_t n_cell, n_super;
    mofb_status status = get(&symmetrise, 1);
    if (!status) status = read_forces(&forces, p);
    if (!status) status = mofb__phonon_force_constants(p, forces, NULL, symmetrise != 0);
    if (!status) {
        const double *phi = mofb__phonon_constants(p, &n_cell, &n_super);
        status = put(phi, n_cell * n_super * 9);
    }
    free(forces);
    return status;
}

static mofb_status frequencies(const mofb__phonon *p) {
    size_t n_cell, n_super;
    double q[3];
    mofb__phonon_constants(p, &n_cell, &n_super);
    double *thz = calloc(3 * n_cell, sizeof *thz);
    mofb_status status = thz ? get(q, 3) : MOFB_ERR_NO_MEMORY;
    if (!status) status = mofb__phonon_frequencies(p, thz, q);
    if (!status) status = put(thz, 3 * n_cell);
    free(thz);
    return status;
}

static mofb_status mesh(mofb__phonon_mesh **m, const mofb__phonon *p) {
    double length;
    MOFB__TRY(get(&length, 1));
    mofb__phonon_mesh_free(*m);
    *m = NULL;
    MOFB__TRY(mofb__phonon_mesh_run(m, p, length, NULL, NULL));
    for (int k = 0; k < 3; k++)
        MOFB__TRY(put_one((*m)->mesh[k]));
    MOFB__TRY(put_one((double)(*m)->n_q));
    MOFB__TRY(put((*m)->q, 3 * (*m)->n_q));
    MOFB__TRY(put((*m)->weights, (*m)->n_q));
    return put((*m)->thz, (*m)->n_q * (*m)->n_modes);
}

static mofb_status thermal(const mofb__phonon_mesh *m) {
    double t, values[3];
    MOFB__TRY(get(&t, 1));
    mofb__phonon_thermal(m, t, values, values + 1, values + 2);
    return put(values, 3);
}

static mofb_status dos(const mofb__phonon_mesh *m) {
    double head[2];
    MOFB__TRY(get(head, 2));
    size_t n = (size_t)head[1];
    double *values = calloc(2 * n, sizeof *values);
    mofb_status status = values ? get(values, n) : MOFB_ERR_NO_MEMORY;
    if (!status) {
        mofb__phonon_dos(m, head[0], values, values + n, n);
        status = put(values + n, n);
    }
    free(values);
    return status;
}

static mofb_status put_text(mofb__str *text) {
    MOFB__TRY(put_one((double)text->len));
    fwrite(text->data, 1, text->len, stdout);
    mofb__str_clear(text);
    return MOFB_OK;
}

static mofb_status texts(const mofb__phonon *p) {
    mofb__str text;
    double *forces = NULL;
    mofb__str_init(&text, NULL);
    mofb_status status = read_forces(&forces, p);
    if (!status) status = mofb__phonon_write_displacements(p, &text);
    if (!status) status = put_text(&text);
    if (!status) status = mofb__phonon_write_force_sets(p, forces, &text);
    if (!status) status = put_text(&text);
    if (!status) status = mofb__phonon_write_constants(p, &text);
    if (!status) status = put_text(&text);
    mofb__str_free(&text);
    free(forces);
    return status;
}

static mofb_status answer(int command, mofb__phonon *p, mofb__phonon_mesh **m) {
    switch (command) {
    case 1:
        return constants(p);
    case 2:
        return frequencies(p);
    case 3:
        return mesh(m, p);
    case 4:
        return thermal(*m);
    case 5:
        return dos(*m);
    case 6:
        return texts(p);
    default:
        return mofb__fail(MOFB_ERR_INVALID, "bad_command", "command %d", command);
    }
}

int main(void) {
    mofb__phonon *p = NULL;
    mofb__phonon_mesh *m = NULL;
    double command;
    mofb_status status = start(&p);
    if (!status) status = introduce(p);
    while (!status && !get(&command, 1)) {
        status = answer((int)command, p, &m);
        fflush(stdout);
    }
    if (status) fprintf(stderr, "%s: %s\n", mofb_error_reason(), mofb_error_message());
    mofb__phonon_mesh_free(m);
    mofb__phonon_free(p);
    return status ? 1 : 0;
}
