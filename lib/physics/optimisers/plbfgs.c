/* SPDX-License-Identifier: MIT */
/* L-BFGS on a guessed Hessian. Plain L-BFGS starts from one curvature for all coordinates and spends its
   calls on learning that bonds are a thousand times stiffer than the slow motions of linkers and cell, and
   that the cell's rows are softer still. Here the two-loop recursion starts from the inverse of a model
   Hessian (modelhessian.h), cell included, made anew whenever the geometry has moved away from it and scaled
   by the last pair; D. Packwood, J. Kermode, L. Mones, N. Bernstein, J. Woolley, N. Gould, C. Ortner, G.
   Csányi, J. Chem. Phys. 144, 164109 (2016) show how much that saves with a simpler one. Figures:
   docs/optimisers.md.

   No line search: a step is taken back only when the energy rose and the mean slope along it confirms that
   (noise of single-precision energies alone does not count); then the radius shrinks and the direction is
   made anew with what the failed step taught. Nothing but coordinates known (no elements), or too
   many atoms for the model to be factorised in seconds: the same on a uniform curvature. */
#include <math.h>
#include <string.h>

#include "physics/cellfilter.h"
#include "physics/modelhessian.h"
#include "physics/optimiser.h"
#include "physics/pairs.h"

extern const mofb__optimiser_kind mofb__optimiser_plbfgs;

static const size_t memory = 100;
static const double uniform_curvature = 70.0; /* eV/Å² */
static const double longest_move = 0.3;       /* Å, an atom in one step */
static const double largest_strain = 0.03;    /* in one step, each row of the cell */
static const double refresh = 1.5;            /* such steps away from its geometry the model is made anew */
static const double least_curvature = 1e-3;   /* of a pair: cosine of the angle between s and y */
static const double most_scaling = 10;        /* of the model, up or down */

typedef struct plbfgs {
    mofb__optimiser base;
    const mofb_allocator *a;
    size_t n, n_atoms;
    double strain_unit; /* of the cell's rows per strain; 0 without them */
    uint64_t steps;
    double radius;                /* at most 1: part of the longest step allowed now */
    double energy0, *x0, *f0, *d; /* of the last accepted coordinates; work */
    mofb__blockchol *model;       /* NULL: uniform */
    int32_t *numbers;             /* what the model is made from; NULL: unknown */
    double *model_x;              /* coordinates it was made at */
    bool has_cell;
    double cell[9]; /* at the start */
    double scaling; /* of the model's inverse, by the last pair */
    mofb__pairs pairs;
} plbfgs;

/* Makes the model of the coordinates x and remembers them. A geometry without a model (atoms on top of each
   other, too many of them) leaves the one there is. */
static mofb_status make_model(plbfgs *o, const double *x) {
    mofb__optimiser_setup setup = {o->n / 3, o->n_atoms, o->numbers, x, o->has_cell ? o->cell : NULL};
    double *positions = NULL, cell[9];
    mofb__blockchol *model = NULL;
    mofb_status status = MOFB_OK;
    if (o->strain_unit > 0) {
        mofb__cellfilter filter;
        positions = mofb__alloc(o->a, 3 * o->n_atoms * sizeof *positions);
        if (!positions) return mofb__no_memory();
        mofb__cellfilter_init(&filter, o->n_atoms, o->cell);
        MOFB__TRY_GOTO(status, mofb__cellfilter_unpack(&filter, x, positions, cell), done);
        setup.positions = positions;
        setup.cell = cell;
    }
    MOFB__TRY_GOTO(status, mofb__model_hessian_new(&model, &setup, o->strain_unit > 0 ? o->cell : NULL, o->a),
                   done);
    mofb__blockchol_free(o->model);
    o->model = model;
    if (x != o->model_x) memcpy(o->model_x, x, o->n * sizeof *x);
done:
    mofb__free(positions);
    return status == MOFB_ERR_INVALID || status == MOFB_ERR_UNSUPPORTED ? MOFB_OK : status;
}

static void precondition(const plbfgs *o, double *v) {
    if (o->model) mofb__blockchol_solve(o->model, v);
    else
        for (size_t k = 0; k < o->n; k++) v[k] /= uniform_curvature;
}

/* Length of a step in units of the longest allowed. */
static double length(const plbfgs *o, const double *d) {
    size_t atoms = o->strain_unit > 0 ? o->n_atoms : o->n / 3;
    double most = mofb__row_max(d, atoms) / longest_move;
    if (o->strain_unit > 0)
        most = fmax(most, mofb__row_max(d + 3 * atoms, 3) / (o->strain_unit * largest_strain));
    return most;
}

/* Keeps the last step's curvature if there is enough of it to be trusted, and scales the model to it:
   yᵀs/yᵀH⁻¹y, as D. C. Liu, J. Nocedal, Math. Program. 45, 503 (1989) do with the unit matrix. */
static void learn(plbfgs *o, const double *x, const double *f) {
    double ss = 0, yy = 0, ys = 0, model = 0;
    for (size_t k = 0; k < o->n; k++) {
        double s = x[k] - o->x0[k], y = o->d[k] = o->f0[k] - f[k];
        ys += s * y;
        ss += s * s;
        yy += y * y;
    }
    if (!(ys > least_curvature * sqrt(ss * yy))) return;
    mofb__pairs_add(&o->pairs, x, o->x0, f, o->f0);
    precondition(o, o->d);
    for (size_t k = 0; k < o->n; k++) model += o->d[k] * (o->f0[k] - f[k]);
    o->scaling = fmax(1 / most_scaling, fmin(most_scaling, ys / model));
}

static void direct(plbfgs *o, const double *f) {
    memcpy(o->d, f, o->n * sizeof *f);
    mofb__pairs_first_loop(&o->pairs, o->d);
    precondition(o, o->d);
    for (size_t k = 0; k < o->n; k++) o->d[k] *= o->scaling;
    mofb__pairs_second_loop(&o->pairs, o->d);
    if (mofb__dot_n(o->d, f, o->n) > 0) return;
    mofb__pairs_clear(&o->pairs);
    memcpy(o->d, f, o->n * sizeof *f);
    precondition(o, o->d);
}

/* Renews the model when the geometry has left it behind. */
static mofb_status follow(plbfgs *o, const double *x) {
    if (!o->model) return MOFB_OK;
    for (size_t k = 0; k < o->n; k++) o->d[k] = x[k] - o->model_x[k];
    if (length(o, o->d) < refresh) return MOFB_OK;
    return make_model(o, x);
}

static mofb_status step(mofb__optimiser *self, double *x, double energy, const double *f) {
    plbfgs *o = (plbfgs *)self;
    if (o->steps) {
        double before = 0, after = 0; /* −slopes along the last step */
        for (size_t k = 0; k < o->n; k++) {
            before += o->f0[k] * (x[k] - o->x0[k]);
            after += f[k] * (x[k] - o->x0[k]);
            o->d[k] = x[k] - o->x0[k];
        }
        double taken = length(o, o->d);
        learn(o, x, f);
        if (energy > o->energy0 && before + after < 0) {
            o->radius = taken / 3;
            memcpy(x, o->x0, o->n * sizeof *x);
            f = o->f0;
            energy = o->energy0;
        } else o->radius = fmin(1, fmax(o->radius, 2 * taken));
    }
    MOFB__TRY(follow(o, x));
    direct(o, f);
    double longest = length(o, o->d), scale = longest > o->radius ? o->radius / longest : 1;
    if (f != o->f0) {
        memcpy(o->x0, x, o->n * sizeof *x);
        memcpy(o->f0, f, o->n * sizeof *f);
        o->energy0 = energy;
    }
    for (size_t k = 0; k < o->n; k++) x[k] += scale * o->d[k];
    o->steps++;
    return MOFB_OK;
}

static void save(const mofb__optimiser *self, mofb__blob *b) {
    const plbfgs *o = (const plbfgs *)self;
    const double numbers[3] = {o->radius, o->energy0, o->scaling};
    mofb__blob_put_u64(b, "plbfgs", o->steps);
    mofb__blob_put_f64(b, "numbers", numbers, 3);
    mofb__blob_put_f64(b, "model_x", o->model_x, o->model ? o->n : 0);
    mofb__blob_put_f64(b, "x0", o->x0, o->n);
    mofb__blob_put_f64(b, "f0", o->f0, o->n);
    mofb__pairs_save(&o->pairs, b);
}

static mofb_status load(mofb__optimiser *self, mofb__blob *b) {
    plbfgs *o = (plbfgs *)self;
    double numbers[3];
    MOFB__TRY(mofb__blob_get_u64(b, "plbfgs", &o->steps));
    MOFB__TRY(mofb__blob_get_f64(b, "numbers", numbers, 3));
    MOFB__TRY(mofb__blob_get_f64(b, "model_x", o->model_x, o->model ? o->n : 0));
    MOFB__TRY(mofb__blob_get_f64(b, "x0", o->x0, o->n));
    MOFB__TRY(mofb__blob_get_f64(b, "f0", o->f0, o->n));
    o->radius = numbers[0];
    o->energy0 = numbers[1];
    o->scaling = numbers[2];
    MOFB__TRY(mofb__pairs_load(&o->pairs, b));
    return o->model ? make_model(o, o->model_x) : MOFB_OK;
}

static void release(mofb__optimiser *self) {
    plbfgs *o = (plbfgs *)self;
    mofb__blockchol_free(o->model);
    mofb__pairs_free(&o->pairs);
    mofb__free(o->numbers);
    mofb__free(o->model_x);
    mofb__free(o->x0);
    mofb__free(o->f0);
    mofb__free(o->d);
    mofb__free(o);
}

/* Keeps what the model needs and makes the first one. */
static mofb_status know(plbfgs *o, const mofb__optimiser_setup *setup) {
    o->has_cell = setup->cell != NULL;
    if (setup->cell) memcpy(o->cell, setup->cell, sizeof o->cell);
    o->numbers = mofb__memdup(o->a, setup->numbers, o->n_atoms * sizeof *o->numbers);
    o->model_x = mofb__calloc(o->a, o->n, sizeof *o->model_x);
    if (!o->numbers || !o->model_x) return mofb__no_memory();
    memcpy(o->model_x, setup->positions, 3 * o->n_atoms * sizeof *o->model_x);
    return make_model(o, o->model_x);
}

static mofb_status make(mofb__optimiser **out, const mofb__optimiser_setup *setup, const mofb_allocator *a) {
    plbfgs *o = mofb__calloc(a, 1, sizeof *o);
    if (!o) return mofb__no_memory();
    o->base = (mofb__optimiser){&mofb__optimiser_plbfgs, step, save, load, release};
    o->a = a;
    o->n = 3 * setup->n_rows;
    o->n_atoms = setup->n_atoms;
    o->radius = o->scaling = 1;
    if (setup->n_atoms && setup->n_rows > setup->n_atoms) o->strain_unit = (double)setup->n_atoms;
    o->x0 = mofb__calloc(a, o->n, sizeof *o->x0);
    o->f0 = mofb__calloc(a, o->n, sizeof *o->f0);
    o->d = mofb__calloc(a, o->n, sizeof *o->d);
    mofb_status status = o->x0 && o->f0 && o->d ? MOFB_OK : mofb__no_memory();
    if (!status) status = mofb__pairs_init(&o->pairs, o->n, memory, a);
    if (!status && setup->n_atoms && setup->numbers && setup->positions) status = know(o, setup);
    if (status) release(&o->base);
    else *out = &o->base;
    return status;
}

const mofb__optimiser_kind mofb__optimiser_plbfgs = {
    "plbfgs", "L-BFGS preconditioned by a Hessian guessed from the geometry, cell included", make};
