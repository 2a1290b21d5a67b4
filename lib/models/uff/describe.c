/* SPDX-License-Identifier: MIT */
/* What was perceived, and the energy by term, as JSON. */
#include "base/json.h"
#include "models/uff/terms.h"

static void add_bonds(mofb__json *root, const mofb__uff_topology *t) {
    mofb__json *bonds = mofb__json_add_array(root, "bonds");
    for (size_t k = 0; k < t->n_bonds; k++) {
        const mofb__uff_bond *b = &t->bonds[k];
        double row[6] = {b->i, b->j, b->shift[0], b->shift[1], b->shift[2], b->order};
        mofb__json_add_numbers(bonds, NULL, row, 6, 0);
    }
}

/* Parameters of the types that occur, in the papers' units. */
static void add_parameters(mofb__json *root, const mofb__uff_topology *t) {
    mofb__json *all = mofb__json_add_object(root, "parameters");
    for (size_t i = 0; i < t->n_atoms; i++) {
        const mofb__uff_type *p = t->types[i];
        if (mofb__json_get(all, p->name)) continue;
        mofb__json *one = mofb__json_add_object(all, p->name);
        mofb__json_add_number(one, "r1", p->r1);
        mofb__json_add_number(one, "theta0", p->theta0);
        mofb__json_add_number(one, "x1", p->x1);
        mofb__json_add_number(one, "D1", p->d1);
        mofb__json_add_number(one, "Z1", p->z1);
        mofb__json_add_number(one, "Vi", p->vi);
        mofb__json_add_number(one, "Uj", p->uj);
        mofb__json_add_number(one, "Xi", p->xi);
    }
}

static mofb_status add_energies(mofb__json *root, mofb__uff_system *s, const mofb_work *last) {
    mofb_work w = *last;
    mofb__uff_energies e;
    MOFB__TRY(mofb__uff_evaluate(s, &e, &w, 1));
    mofb__json *object = mofb__json_add_object(root, "energy_eV");
    mofb__json_add_number(object, "bond", e.bonded[MOFB__UFF_BOND]);
    mofb__json_add_number(object, "angle", e.bonded[MOFB__UFF_ANGLE]);
    mofb__json_add_number(object, "torsion", e.bonded[MOFB__UFF_TORSION]);
    mofb__json_add_number(object, "inversion", e.bonded[MOFB__UFF_INVERSION]);
    mofb__json_add_number(object, "vdw", e.vdw);
    mofb__json_add_number(object, "tail", e.tail);
    mofb__json_add_number(object, "total", e.total);
    return MOFB_OK;
}

/* Members: types, hybridisation [n_atoms]; bonds, rows i, j, shift a, b, c, order; parameters by type;
   terms, how many of each kind; energy_eV by term at the last evaluated coordinates (vdw contains tail),
   absent before an evaluation. */
mofb_status mofb__uff_describe(char **json, mofb__uff_system *s, const mofb_work *last) {
    static const char *const names[] = {"sp3", "sp2", "sp", "aromatic"};
    const mofb__uff_topology *t = &s->topology;
    mofb__json *root = mofb__json_new_object(), *types = mofb__json_add_array(root, "types");
    mofb__json *hybrids = mofb__json_add_array(root, "hybridisation");
    for (size_t i = 0; i < t->n_atoms; i++) {
        mofb__json_add_text(types, NULL, t->types[i]->name);
        mofb__json_add_text(hybrids, NULL, names[t->hybrids[i]]);
    }
    add_bonds(root, t);
    add_parameters(root, t);
    mofb__json *terms = mofb__json_add_object(root, "terms");
    mofb__json_add_integer(terms, "bond", (int64_t)s->bonded.n_stretches);
    mofb__json_add_integer(terms, "angle", (int64_t)s->bonded.n_angles);
    mofb__json_add_integer(terms, "torsion", (int64_t)s->bonded.n_torsions);
    mofb__json_add_integer(terms, "inversion", (int64_t)s->bonded.n_inversions);
    char *text;
    mofb_status status = last ? add_energies(root, s, last) : MOFB_OK;
    if (!status) status = mofb__json_text(&text, root, t->a);
    mofb__json_free(root);
    if (status) return status;
    *json = mofb_ext_text(text, t->a);
    mofb__free(text);
    return *json ? MOFB_OK : mofb__no_memory();
}
