/* SPDX-License-Identifier: MIT */
/* Sums of models, "a+b": energies and their derivatives are added. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/sha256.h"
#include "models/models.h"
#include "models/weights/weights.h"

/* What may be added; charges and moments of two models are not parts of one quantity. */
static const uint32_t additive = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS | MOFB_ATOM_ENERGIES | MOFB_VIRIALS;

/* Whether a name, and with it a part, starts here: not the exponent of a number (1e+3), nor a piece of a path. */
static bool is_name(const char *text) {
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || (text[n] && strchr("_-.", text[n]))) n++;
    return isalpha((unsigned char)text[0]) && strchr(":+", text[n]);
}

char *mofb__sum_cut(char *text) {
    for (char *at = strchr(text + mofb__weights_path_length(text), '+'); at; at = strchr(at + 1, '+'))
        if (at > text && is_name(at + 1)) {
            *at = 0;
            return at + 1;
        }
    return NULL;
}

mofb_status mofb__sum_combine(mofb_model *m) {
    mofb_model_info *info = &m->info;
    mofb__str id;
    mofb__sha256 *h = mofb__sha256_new();
    mofb__str_init(&id, m->a);
    *info = (mofb_model_info){.struct_size = sizeof *info, .outputs = additive, .edges = MOFB_EDGES_NONE};
    memset(info->elements, 1, sizeof info->elements);
    mofb__sha256_add(h, "sum", sizeof "sum");
    for (size_t k = 0; k < m->n_parts; k++) {
        const mofb_model *part = m->parts[k];
        mofb__str_printf(&id, "%s%s", k ? "+" : "", part->id);
        mofb__sha256_add(h, part->info.sha256, sizeof part->info.sha256);
        info->outputs &= part->info.outputs;
        info->cutoff = fmax(info->cutoff, part->info.cutoff);
        for (size_t z = 0; z < sizeof info->elements; z++) info->elements[z] &= part->info.elements[z] != 0;
        if (!info->functional) info->functional = part->info.functional;
        if (!info->licence) info->licence = part->info.licence;
    }
    mofb_status status = mofb__sha256_finish(info->sha256, h);
    if (status) mofb__str_free(&id);
    return status ? status : mofb__str_take(&m->id, &id);
}

/* Lets an output go to `at` if it is wanted; returns what follows. */
static double *redirect(double **output, double *at, size_t size) {
    if (!*output) return at;
    *output = at;
    return at + size;
}

mofb_status mofb__sum_prepare(mofb_evaluator *e, const mofb_work *work, size_t count) {
    size_t most = 0;
    for (size_t k = 0; k < count; k++) most += 10 + 13 * work[k].n_atoms;
    MOFB__TRY(mofb__grow(e->a, &e->addends, &e->addends_capacity, count, sizeof *e->addends));
    MOFB__TRY(mofb__grow(e->a, &e->scratch, &e->scratch_capacity, most, sizeof *e->scratch));
    double *at = e->scratch;
    for (size_t k = 0; k < count; k++) {
        mofb_work *w = &e->addends[k];
        size_t n = work[k].n_atoms;
        *w = work[k];
        at = redirect(&w->energy, at, 1);
        at = redirect(&w->stress, at, 9);
        at = redirect(&w->forces, at, 3 * n);
        at = redirect(&w->atom_energies, at, n);
        at = redirect(&w->virials, at, 9 * n);
    }
    return MOFB_OK;
}

static void add(double *to, const double *from, size_t count) {
    for (size_t k = 0; to && k < count; k++) to[k] += from[k];
}

void mofb__sum_add(mofb_work *w, const mofb_work *addend) {
    add(w->energy, addend->energy, 1);
    add(w->stress, addend->stress, 9);
    add(w->forces, addend->forces, 3 * w->n_atoms);
    add(w->atom_energies, addend->atom_energies, w->n_atoms);
    add(w->virials, addend->virials, 9 * w->n_atoms);
}
