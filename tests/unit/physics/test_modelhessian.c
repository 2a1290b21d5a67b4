/* SPDX-License-Identifier: MIT */
#include "physics/modelhessian.h"
#include "support/failing.h"
#include "support/springs.h"
#include "support/tap.h"

enum { n_nodes = 40, n_last = 3, m = 3 * n_nodes };

/* A random sparse matrix, the same numbers in a dense one; link only when full is NULL. */
static void fill(mofb__blockchol *c, double *full) {
    for (int k = 0; k < 160; k++) {
        size_t i = (size_t)(k * 7 + k * k) % n_nodes, j = k % 4 ? (i + 1 + (size_t)k % 5) % n_nodes : i;
        double u[3], v[3];
        for (int l = 0; l < 3; l++) u[l] = sin(1 + 3.1 * k + l), v[l] = cos(2 + 1.7 * k - l);
        if (!full) {
            mofb__blockchol_link(c, i, j);
            continue;
        }
        mofb__blockchol_add(c, i, j, 0.3, u, v);
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++) {
                full[(3 * i + (size_t)a) * m + 3 * j + (size_t)b] += 0.3 * u[a] * v[b];
                full[(3 * j + (size_t)b) * m + 3 * i + (size_t)a] += 0.3 * u[a] * v[b];
            }
    }
    for (size_t i = 0; i < n_nodes && full; i++) {
        mofb__blockchol_add_diagonal(c, i, 9.0 + (double)i);
        for (size_t l = 3 * i; l < 3 * i + 3; l++) full[l * m + l] += 9.0 + (double)i;
    }
}

TEST(blockchol__solves) {
    static double full[m * m];
    double x[m], b[m], worst = 0;
    mofb__blockchol *c = NULL;
    memset(full, 0, sizeof full);
    OK(mofb__blockchol_new(&c, n_nodes, n_last, NULL));
    fill(c, NULL);
    OK(mofb__blockchol_order(c));
    CHECK(mofb__blockchol_blocks(c) < n_nodes * (n_nodes - 1) / 2);
    fill(c, full);
    OK(mofb__blockchol_factor(c));
    for (int k = 0; k < m; k++) x[k] = b[k] = sin(5.0 * k);
    mofb__blockchol_solve(c, x);
    for (int i = 0; i < m; i++) {
        double sum = -b[i];
        for (int j = 0; j < m; j++) sum += full[i * m + j] * x[j];
        worst = fmax(worst, fabs(sum));
    }
    CHECK(worst < 1e-13);
    mofb__blockchol_free(c);
}

/* A full matrix of 2000 nodes is 1.3e9 products. */
TEST(blockchol__refuses_what_takes_too_long) {
    mofb__blockchol *c = NULL;
    OK(mofb__blockchol_new(&c, 2000, 2000, NULL));
    FAILS(mofb__blockchol_order(c), MOFB_ERR_UNSUPPORTED, "too_costly");
    mofb__blockchol_free(c);
    FAILS(mofb__blockchol_new(&c, 1000000, 3, NULL), MOFB_ERR_UNSUPPORTED, "too_costly");
}

TEST(blockchol__refuses_an_indefinite_matrix) {
    mofb__blockchol *c = NULL;
    const double u[3] = {1, 0, 0};
    OK(mofb__blockchol_new(&c, 3, 0, NULL));
    mofb__blockchol_link(c, 0, 2);
    OK(mofb__blockchol_order(c));
    for (size_t i = 0; i < 3; i++) mofb__blockchol_add_diagonal(c, i, 1);
    mofb__blockchol_add(c, 0, 2, 1.5, u, u);
    FAILS(mofb__blockchol_factor(c), MOFB_ERR_INVALID, "not_positive_definite");
    mofb__blockchol_free(c);
}

static const int32_t species[springs_atoms] = {6, 7, 8, 6, 30, 6, 1, 8};

/* Stiffness along the answer z to a load b: with z = A⁻¹ b, zᵀ A z = zᵀ b. */
static double stiffness(const mofb__blockchol *c, size_t n_rows, const double *b, double *z) {
    double energy = 0, square = 0;
    memcpy(z, b, 3 * n_rows * sizeof *b);
    mofb__blockchol_solve(c, z);
    for (size_t k = 0; k < 3 * n_rows; k++) energy += z[k] * b[k], square += z[k] * z[k];
    return energy / square;
}

/* Rigid translations cost nothing but the floor; a stretch of a bond costs tens of eV/Å². */
TEST(modelhessian__soft_and_stiff) {
    const int32_t numbers[2] = {6, 8};
    const double positions[6] = {0, 0, 0, 1.2, 0, 0}, along[6] = {-1, 0, 0, 1, 0, 0},
                 together[6] = {1, 1, 1, 1, 1, 1};
    double z[6];
    mofb__blockchol *c = NULL;
    mofb__optimiser_setup setup = {2, 2, numbers, positions, NULL};
    OK(mofb__model_hessian_new(&c, &setup, NULL, NULL));
    CHECK(stiffness(c, 2, along, z) > 60);
    CHECK(stiffness(c, 2, together, z) < 1);
    mofb__blockchol_free(c);
}

/* What is linked is what is added to, for structures with all the special cases: atoms that meet their own
   images, straight chains, one atom, none near. Without the links the factor would be of another matrix; its
   solve is then not symmetric. */
TEST(modelhessian__solve_is_symmetric_and_positive) {
    enum { rows = springs_atoms + 3 };
    double positions[3 * springs_atoms], cell[9];
    springs_start(positions, cell);
    for (int shrink = 0; shrink < 3; shrink++) {
        double u[3 * rows], v[3 * rows], a[3 * rows], b[3 * rows], uv = 0, vu = 0, uu = 0;
        double small[3 * springs_atoms], box[9];
        mofb__blockchol *c = NULL;
        for (int k = 0; k < 9; k++) box[k] = cell[k] * (1 - 0.25 * shrink);
        for (int k = 0; k < 3 * springs_atoms; k++) small[k] = positions[k] * (1 - 0.25 * shrink);
        mofb__optimiser_setup setup = {rows, springs_atoms, species, small, box};
        OK(mofb__model_hessian_new(&c, &setup, NULL, NULL));
        for (int k = 0; k < 3 * rows; k++) {
            a[k] = u[k] = sin(1 + 2.0 * k);
            b[k] = v[k] = cos(3 + 5.0 * k);
        }
        mofb__blockchol_solve(c, a);
        mofb__blockchol_solve(c, b);
        for (int k = 0; k < 3 * rows; k++) uv += u[k] * b[k], vu += v[k] * a[k], uu += u[k] * a[k];
        CHECK_NEAR(uv, vu, 1e-10 * fabs(uu));
        CHECK(uu > 0);
        mofb__blockchol_free(c);
    }
}

TEST(modelhessian__one_atom_and_far_atoms) {
    const int32_t numbers[2] = {1, 1};
    const double positions[6] = {0, 0, 0, 50, 0, 0}, cell[9] = {90, 0, 0, 0, 90, 0, 0, 0, 90},
                 tight[9] = {2, 0, 0, 0, 2, 0, 0, 0, 2};
    double x[15] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    mofb__blockchol *c = NULL;
    mofb__optimiser_setup far = {5, 2, numbers, positions, cell}, alone = {4, 1, numbers, positions, tight};
    OK(mofb__model_hessian_new(&c, &far, NULL, NULL));
    mofb__blockchol_solve(c, x);
    for (int k = 0; k < 15; k++) CHECK(x[k] > 0 && isfinite(x[k]));
    mofb__blockchol_free(c);
    OK(mofb__model_hessian_new(&c, &alone, NULL, NULL));
    mofb__blockchol_solve(c, x);
    for (int k = 0; k < 12; k++) CHECK(isfinite(x[k]));
    mofb__blockchol_free(c);
}

/* The rows of the cell belong to the coordinates of the cell filter: straining cell and atoms together, which
   the model sees through its cell rows alone, costs what moving the atoms by hand costs in a molecule in a
   wide cell. */
TEST(modelhessian__strain_moves_the_atoms) {
    const int32_t numbers[2] = {6, 8};
    const double positions[6] = {20, 20, 20, 21.2, 20, 20}, wide[9] = {90, 0, 0, 0, 90, 0, 0, 0, 90};
    double load[15] = {0}, z[15];
    mofb__blockchol *c = NULL;
    mofb__optimiser_setup setup = {5, 2, numbers, positions, wide};
    OK(mofb__model_hessian_new(&c, &setup, NULL, NULL));
    /* along U_xx the bond of 1.2 Å stretches by 1.2 U: the atoms take that back almost for nothing, held
     * atoms not */
    load[6] = 1;
    memcpy(z, load, sizeof z);
    mofb__blockchol_solve(c, z);
    CHECK(z[6] > 0);
    double apart = (z[3] - z[0]) + 1.2 * z[6] / 2; /* the cell's rows hold n U */
    CHECK(fabs(apart) < 0.05 * 1.2 * z[6] / 2);
    mofb__blockchol_free(c);
}

/* Internal coordinates do not change when all atoms turn or move together: loads along such motions meet the
   diagonal terms alone (0.2 eV/Å² on atoms, 1 eV over the number of atoms on the cell's rows). Derivatives of
   stretches, bends and torsions that are wrong in any component fail here. */
TEST(modelhessian__rigid_motions_cost_nothing) {
    enum { n = 6 };
    const int32_t numbers[n] = {1, 8, 6, 6, 8, 30};
    const double positions[3 * n] = {-0.9, 1.2, 0.4,  -0.7, 0.3, 0.1, 0.5, 0.2, -0.3,
                                     1.0,  -1.1, 0.2, 2.2, -1.2, 0.6, 3.5, -2.5, 0.9};
    const double wide[9] = {90, 0, 0, 0, 90, 0, 0, 0, 90};
    mofb__blockchol *c = NULL;
    mofb__optimiser_setup setup = {n + 3, n, numbers, positions, wide};
    OK(mofb__model_hessian_new(&c, &setup, NULL, NULL));
    for (int axis = 0; axis < 3; axis++)
        for (int kind = 0; kind < 3; kind++) {
            double load[3 * n + 9] = {0}, x[3 * n + 9];
            int p = (axis + 1) % 3, q = (axis + 2) % 3;
            for (int i = 0; i < n && kind < 2; i++)
                if (kind == 0) load[3 * i + axis] = 1;
                else load[3 * i + p] = positions[3 * i + q], load[3 * i + q] = -positions[3 * i + p];
            if (kind == 2) load[3 * n + 3 * p + q] = 1, load[3 * n + 3 * q + p] = -1;
            memcpy(x, load, sizeof x);
            mofb__blockchol_solve(c, x);
            for (int k = 0; k < 3 * n + 9; k++) CHECK_NEAR(x[k], load[k] * (kind < 2 ? 5 : n), 1e-10);
        }
    mofb__blockchol_free(c);
}

TEST(modelhessian__failing_allocator) {
    double positions[3 * springs_atoms], cell[9];
    springs_start(positions, cell);
    mofb__optimiser_setup setup = {springs_atoms + 3, springs_atoms, species, positions, cell};
    for (long left = 0; left < 1000; left++) {
        failing f;
        mofb__blockchol *c = NULL;
        failing_init(&f, left);
        mofb_status status = mofb__model_hessian_new(&c, &setup, NULL, &f.allocator);
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        mofb__blockchol_free(c);
        CHECK(f.live == 0);
        if (!status) break;
    }
}

int main(void) {
    RUN(blockchol__solves);
    RUN(blockchol__refuses_what_takes_too_long);
    RUN(blockchol__refuses_an_indefinite_matrix);
    RUN(modelhessian__soft_and_stiff);
    RUN(modelhessian__solve_is_symmetric_and_positive);
    RUN(modelhessian__one_atom_and_far_atoms);
    RUN(modelhessian__strain_moves_the_atoms);
    RUN(modelhessian__rigid_motions_cost_nothing);
    RUN(modelhessian__failing_allocator);
    return tap_end();
}
