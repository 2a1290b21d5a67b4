/* SPDX-License-Identifier: MIT */
/* Lists of bonded terms from a topology. */
#include "models/uff/terms.h"

#include <string.h>

static const int32_t *shift_of(const mofb__uff_topology *t, size_t row) {
    return t->neighbour_shift + 3 * row;
}

/* The row of atom `from` that leads to atom `to` shifted by sign·shift. */
static size_t find_row(const mofb__uff_topology *t, size_t from, size_t to, const int32_t shift[3],
                       int32_t sign) {
    for (size_t r = t->first[from]; r < t->first[from + 1]; r++) {
        const int32_t *s = shift_of(t, r);
        if ((size_t)t->neighbour[r] == to && s[0] == sign * shift[0] && s[1] == sign * shift[1] &&
            s[2] == sign * shift[2])
            return r;
    }
    return SIZE_MAX;
}

static mofb_status build_rows(mofb__uff_bonded *b, const mofb__uff_topology *t) {
    for (size_t i = 0; i < t->n_atoms; i++)
        for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
            size_t back = find_row(t, (size_t)t->neighbour[r], i, shift_of(t, r), -1);
            if (back == SIZE_MAX)
                return mofb__fail(MOFB_ERR_INTERNAL, "internal",
                                  "a bond of atom %zu is missing its other direction", i);
            b->owner[r] = (int32_t)i;
            b->opposite[r] = (int32_t)back;
        }
    return MOFB_OK;
}

static mofb_status build_stretches(mofb__uff_bonded *b, const mofb__uff_topology *t, mofb__uff_rules rules) {
    for (size_t k = 0; k < t->n_bonds; k++) {
        const mofb__uff_bond *bond = &t->bonds[k];
        size_t row = find_row(t, (size_t)bond->i, (size_t)bond->j, bond->shift, 1);
        if (row == SIZE_MAX) return mofb__fail(MOFB_ERR_INTERNAL, "internal", "bond %zu has no row", k);
        mofb__uff_rule_stretch(&b->stretches[b->n_stretches++], t, (size_t)bond->i, row, rules);
    }
    return MOFB_OK;
}

static mofb_status build_angles(mofb__uff_bonded *b, const mofb__uff_topology *t, mofb__uff_rules rules) {
    size_t count = 0;
    for (size_t i = 0; i < t->n_atoms; i++) {
        size_t degree = t->first[i + 1] - t->first[i];
        count += degree * (degree ? degree - 1 : 0) / 2;
    }
    b->angles = mofb__calloc(t->a, count, sizeof *b->angles);
    if (!b->angles) return mofb__no_memory();
    for (size_t i = 0; i < t->n_atoms; i++)
        for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
            for (size_t s = r + 1; s < t->first[i + 1]; s++) {
                mofb__uff_angle *angle = &b->angles[b->n_angles++];
                angle->row[0] = (int32_t)r, angle->row[1] = (int32_t)s;
                mofb__uff_rule_angle(angle, t, i, rules);
            }
    return MOFB_OK;
}

/* a and d of a-b-c-d are one atom, closing a ring of three. lammps_interface: or two images of one. */
static bool closes(const mofb__uff_topology *t, const size_t rows[3], mofb__uff_rules rules) {
    const int32_t *ba = shift_of(t, rows[0]), *bc = shift_of(t, rows[1]), *cd = shift_of(t, rows[2]);
    if (t->neighbour[rows[0]] != t->neighbour[rows[2]]) return false;
    return rules == MOFB__UFF_LAMMPS_INTERFACE ||
           (ba[0] == bc[0] + cd[0] && ba[1] == bc[1] + cd[1] && ba[2] == bc[2] + cd[2]);
}

/* Rows of the torsions about a bond; out NULL: only counts them. */
static size_t torsions_about(mofb__uff_torsion *out, const mofb__uff_bonded *b, const mofb__uff_topology *t,
                             size_t bc, mofb__uff_rules rules) {
    size_t atom_b = (size_t)b->owner[bc], atom_c = (size_t)t->neighbour[bc], count = 0;
    for (size_t ba = t->first[atom_b]; ba < t->first[atom_b + 1]; ba++) {
        if (ba == bc) continue;
        for (size_t cd = t->first[atom_c]; cd < t->first[atom_c + 1]; cd++) {
            size_t rows[3] = {ba, bc, cd};
            if (cd == (size_t)b->opposite[bc] || closes(t, rows, rules)) continue;
            if (out)
                out[count].row[0] = (int32_t)ba, out[count].row[1] = (int32_t)bc,
                out[count].row[2] = (int32_t)cd;
            count++;
        }
    }
    return count;
}

/* The barrier belongs to the bond and is shared by its torsions (paper, text under eq 15). lammps_interface:
   those that would close a ring of three count, too. */
static void add_torsions(mofb__uff_bonded *b, const mofb__uff_topology *t, size_t bc, mofb__uff_rules rules) {
    size_t atom_b = (size_t)b->owner[bc], atom_c = (size_t)t->neighbour[bc];
    mofb__uff_torsion *made = b->torsions + b->n_torsions;
    size_t count = torsions_about(made, b, t, bc, rules), share = count;
    if (rules == MOFB__UFF_LAMMPS_INTERFACE)
        share = (t->first[atom_b + 1] - t->first[atom_b] - 1) * (t->first[atom_c + 1] - t->first[atom_c] - 1);
    for (size_t m = 0; m < count; m++) {
        mofb__uff_torsion torsion = made[m];
        size_t ends[4] = {(size_t)t->neighbour[torsion.row[0]], atom_b, atom_c,
                          (size_t)t->neighbour[torsion.row[2]]};
        mofb__uff_rule_torsion(&torsion, t, ends, bc, share, rules);
        if (torsion.v != 0) b->torsions[b->n_torsions++] = torsion;
    }
}

static mofb_status build_torsions(mofb__uff_bonded *b, const mofb__uff_topology *t, mofb__uff_rules rules) {
    size_t most = 0;
    for (size_t k = 0; k < b->n_stretches; k++)
        most += torsions_about(NULL, b, t, (size_t)b->stretches[k].row, rules);
    b->torsions = mofb__calloc(t->a, most, sizeof *b->torsions);
    if (!b->torsions) return mofb__no_memory();
    for (size_t k = 0; k < b->n_stretches; k++) add_torsions(b, t, (size_t)b->stretches[k].row, rules);
    return MOFB_OK;
}

/* Torsions by their third row, for gathering its derivative. */
static mofb_status index_torsions(mofb__uff_bonded *b, const mofb__uff_topology *t) {
    b->torsion_first = mofb__calloc(t->a, b->n_rows + 1, sizeof *b->torsion_first);
    b->torsion_index = mofb__calloc(t->a, b->n_torsions, sizeof *b->torsion_index);
    size_t *next = mofb__calloc(t->a, b->n_rows + 1, sizeof *next);
    mofb_status status = b->torsion_first && b->torsion_index && next ? MOFB_OK : mofb__no_memory();
    if (!status) {
        for (size_t k = 0; k < b->n_torsions; k++) b->torsion_first[b->torsions[k].row[2] + 1]++;
        for (size_t r = 0; r < b->n_rows; r++) b->torsion_first[r + 1] += b->torsion_first[r];
        memcpy(next, b->torsion_first, (b->n_rows + 1) * sizeof *next);
        for (size_t k = 0; k < b->n_torsions; k++)
            b->torsion_index[next[b->torsions[k].row[2]]++] = (int32_t)k;
    }
    mofb__free(next);
    return status;
}

static mofb_status build_inversions(mofb__uff_bonded *b, const mofb__uff_topology *t, mofb__uff_rules rules) {
    b->inversions = mofb__calloc(t->a, 3 * t->n_atoms, sizeof *b->inversions);
    if (!b->inversions) return mofb__no_memory();
    for (size_t i = 0; i < t->n_atoms; i++)
        b->n_inversions += mofb__uff_rule_inversions(b->inversions + b->n_inversions, t, i, rules);
    return MOFB_OK;
}

/* Term at which the rows of a chunk's atoms begin; terms are `stride` bytes apart and start with their
   row. */
static size_t first_term(const void *terms, size_t stride, size_t count, size_t row) {
    size_t k = 0;
    for (int32_t r; k < count; k++) {
        memcpy(&r, (const char *)terms + k * stride, sizeof r);
        if ((size_t)r >= row) break;
    }
    return k;
}

static void cut_chunks(mofb__uff_bonded *b, const mofb__uff_topology *t) {
    mofb__uff_chunks *c = &b->chunks;
    c->count = t->n_atoms / 128;
    if (c->count < 1) c->count = 1;
    if (c->count > MOFB__UFF_MAX_CHUNKS) c->count = MOFB__UFF_MAX_CHUNKS;
    for (size_t k = 0; k <= c->count; k++) {
        c->atom[k] = t->n_atoms * k / c->count;
        size_t row = t->first[c->atom[k]];
        c->stretch[k] = first_term(b->stretches, sizeof *b->stretches, b->n_stretches, row);
        c->angle[k] = first_term(b->angles, sizeof *b->angles, b->n_angles, row);
        c->torsion[k] = first_term(b->torsions, sizeof *b->torsions, b->n_torsions, row);
        c->inversion[k] = first_term(b->inversions, sizeof *b->inversions, b->n_inversions, row);
    }
}

mofb_status mofb__uff_bonded_build(mofb__uff_bonded *out, const mofb__uff_topology *t,
                                   const mofb__uff_settings *settings) {
    mofb__uff_bonded b = {.n_rows = t->first[t->n_atoms],
                          .fade = settings->rules == MOFB__UFF_PAPER ? 0.030153689607045807 : 0};
    mofb_status status;
    b.owner = mofb__calloc(t->a, b.n_rows, sizeof *b.owner);
    b.opposite = mofb__calloc(t->a, b.n_rows, sizeof *b.opposite);
    b.stretches = mofb__calloc(t->a, t->n_bonds, sizeof *b.stretches);
    if (!b.owner || !b.opposite || !b.stretches) {
        status = mofb__no_memory();
        goto fail;
    }
    MOFB__TRY_GOTO(status, build_rows(&b, t), fail);
    MOFB__TRY_GOTO(status, build_stretches(&b, t, settings->rules), fail);
    MOFB__TRY_GOTO(status, build_angles(&b, t, settings->rules), fail);
    MOFB__TRY_GOTO(status, build_torsions(&b, t, settings->rules), fail);
    MOFB__TRY_GOTO(status, index_torsions(&b, t), fail);
    MOFB__TRY_GOTO(status, build_inversions(&b, t, settings->rules), fail);
    cut_chunks(&b, t);
    *out = b;
    return MOFB_OK;
fail:
    mofb__uff_bonded_free(&b);
    return status;
}

void mofb__uff_bonded_free(mofb__uff_bonded *b) {
    mofb__free(b->owner);
    mofb__free(b->opposite);
    mofb__free(b->stretches);
    mofb__free(b->angles);
    mofb__free(b->torsions);
    mofb__free(b->inversions);
    mofb__free(b->torsion_first);
    mofb__free(b->torsion_index);
    *b = (mofb__uff_bonded){0};
}
