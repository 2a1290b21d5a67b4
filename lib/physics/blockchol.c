/* SPDX-License-Identifier: MIT */
#include "physics/blockchol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Products of blocks that a factorisation may take (seconds), and nodes whose links fit (256 MB). */
static const double most_products = 4e8;
static const size_t most_nodes = 46000;

struct mofb__blockchol {
    const mofb_allocator *a;
    size_t n, n_last, words;
    uint64_t *links;  /* bit j of row i; [n][words], gone after order */
    uint32_t *node;   /* at each place of the order */
    uint32_t *place;  /* of each node */
    size_t *first;    /* column p has blocks first[p] .. first[p + 1] − 1 [n + 1] */
    uint32_t *row;    /* their places, ascending */
    double *diagonal; /* [n][9], lower triangle used */
    double *block;    /* [first[n]][9] */
    double *work;     /* [n][3] */
};

static mofb_status too_costly(size_t n) {
    return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_costly",
                      "a sparse matrix of %zu nodes takes too long to factorise", n);
}

mofb_status mofb__blockchol_new(mofb__blockchol **out, size_t n_nodes, size_t n_last,
                                const mofb_allocator *a) {
    if (n_nodes > most_nodes) return too_costly(n_nodes);
    mofb__blockchol *c = mofb__calloc(a, 1, sizeof *c);
    if (!c) return mofb__no_memory();
    c->a = a;
    c->n = n_nodes;
    c->n_last = n_last;
    c->words = (n_nodes + 63) / 64;
    c->links = mofb__calloc(a, n_nodes * c->words, sizeof *c->links);
    c->node = mofb__calloc(a, n_nodes, sizeof *c->node);
    c->place = mofb__calloc(a, n_nodes, sizeof *c->place);
    c->first = mofb__calloc(a, n_nodes + 1, sizeof *c->first);
    c->diagonal = mofb__calloc(a, 9 * n_nodes, sizeof *c->diagonal);
    c->work = mofb__calloc(a, 3 * n_nodes, sizeof *c->work);
    if (!c->links || !c->node || !c->place || !c->first || !c->diagonal || !c->work) {
        mofb__blockchol_free(c);
        return mofb__no_memory();
    }
    for (size_t last = n_nodes - n_last; last < n_nodes; last++)
        for (size_t i = 0; i < n_nodes; i++) mofb__blockchol_link(c, i, last);
    *out = c;
    return MOFB_OK;
}

void mofb__blockchol_free(mofb__blockchol *c) {
    if (!c) return;
    mofb__free(c->links);
    mofb__free(c->node);
    mofb__free(c->place);
    mofb__free(c->first);
    mofb__free(c->row);
    mofb__free(c->diagonal);
    mofb__free(c->block);
    mofb__free(c->work);
    mofb__free(c);
}

void mofb__blockchol_link(mofb__blockchol *c, size_t i, size_t j) {
    if (i == j) return;
    c->links[i * c->words + j / 64] |= (uint64_t)1 << j % 64;
    c->links[j * c->words + i / 64] |= (uint64_t)1 << i % 64;
}

static uint32_t bits(uint64_t x) {
    x -= x >> 1 & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (uint32_t)(x * 0x0101010101010101u >> 56);
}

static uint32_t degree_of(const mofb__blockchol *c, size_t i) {
    uint32_t degree = 0;
    for (size_t w = 0; w < c->words; w++) degree += bits(c->links[i * c->words + w]);
    return degree;
}

/* Node of least degree among those left, the first of equals; the last n_last only when alone. */
static size_t next_node(const mofb__blockchol *c, const uint32_t *degree) {
    size_t best = c->n;
    for (size_t i = 0; i < c->n; i++) {
        if (c->place[i] != UINT32_MAX) continue;
        if (i >= c->n - c->n_last) return best < c->n ? best : i;
        if (best == c->n || degree[i] < degree[best]) best = i;
    }
    return best;
}

/* Appends the neighbours of `node` to the rows of its column, makes them a clique and takes the node out. */
static mofb_status eliminate(mofb__blockchol *c, size_t node, size_t at, size_t *capacity, uint32_t *degree) {
    const uint64_t *mine = c->links + node * c->words;
    c->first[at + 1] = c->first[at];
    MOFB__TRY(mofb__grow(c->a, &c->row, capacity, c->first[at] + degree[node], sizeof *c->row));
    for (size_t w = 0; w < c->words; w++)
        for (uint64_t left = mine[w]; left; left &= left - 1)
            c->row[c->first[at + 1]++] = (uint32_t)(64 * w) + bits((left & (~left + 1)) - 1);
    for (size_t k = c->first[at]; k < c->first[at + 1]; k++) {
        size_t other = c->row[k];
        uint64_t *theirs = c->links + other * c->words;
        for (size_t w = 0; w < c->words; w++) theirs[w] |= mine[w];
        theirs[other / 64] &= ~((uint64_t)1 << other % 64);
        theirs[node / 64] &= ~((uint64_t)1 << node % 64);
        degree[other] = degree_of(c, other);
    }
    return MOFB_OK;
}

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

mofb_status mofb__blockchol_order(mofb__blockchol *c) {
    size_t capacity = 0;
    double products = 0;
    mofb_status status = MOFB_OK;
    uint32_t *degree = mofb__calloc(c->a, c->n, sizeof *degree);
    if (!degree) return mofb__no_memory();
    for (size_t i = 0; i < c->n; i++) {
        degree[i] = degree_of(c, i);
        c->place[i] = UINT32_MAX;
    }
    for (size_t at = 0; at < c->n; at++) {
        size_t node = next_node(c, degree);
        products += 0.5 * degree[node] * (degree[node] + 1.0);
        if (products > most_products) {
            status = too_costly(c->n);
            goto done;
        }
        MOFB__TRY_GOTO(status, eliminate(c, node, at, &capacity, degree), done);
        c->node[at] = (uint32_t)node;
        c->place[node] = (uint32_t)at;
    }
    for (size_t at = 0; at < c->n; at++) {
        for (size_t k = c->first[at]; k < c->first[at + 1]; k++) c->row[k] = c->place[c->row[k]];
        qsort(c->row + c->first[at], c->first[at + 1] - c->first[at], sizeof *c->row, compare);
    }
    c->block = mofb__calloc(c->a, 9 * c->first[c->n], sizeof *c->block);
    if (!c->block) status = mofb__no_memory();
    mofb__free(c->links);
    c->links = NULL;
done:
    mofb__free(degree);
    return status;
}

/* The block at (row, column), places with row > column; it must exist. */
static double *find(mofb__blockchol *c, uint32_t row, size_t column) {
    size_t low = c->first[column], high = c->first[column + 1];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (c->row[middle] <= row) low = middle;
        else high = middle;
    }
    return c->block + 9 * low;
}

void mofb__blockchol_add(mofb__blockchol *c, size_t i, size_t j, double scale, const double u[3],
                         const double v[3]) {
    uint32_t p = c->place[i], q = c->place[j];
    if (p == q) {
        double *d = c->diagonal + 9 * p;
        for (int k = 0; k < 3; k++)
            for (int l = 0; l < 3; l++) d[3 * k + l] += scale * (u[k] * v[l] + v[k] * u[l]);
        return;
    }
    double *b = p > q ? find(c, p, q) : find(c, q, p);
    const double *left = p > q ? u : v, *right = p > q ? v : u;
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++) b[3 * k + l] += scale * left[k] * right[l];
}

void mofb__blockchol_add_diagonal(mofb__blockchol *c, size_t i, double value) {
    double *d = c->diagonal + 9 * c->place[i];
    for (int k = 0; k < 9; k += 4) d[k] += value;
}

/* Lower Cholesky factor in place; false if a pivot is not positive. */
static bool factor3(double d[9]) {
    for (int k = 0; k < 3; k++)
        for (int i = k; i < 3; i++) {
            double sum = d[3 * i + k];
            for (int l = 0; l < k; l++) sum -= d[3 * i + l] * d[3 * k + l];
            if (i > k) d[3 * i + k] = sum / d[4 * k];
            else if (sum > 0 && isfinite(sum)) d[4 * k] = sqrt(sum);
            else return false;
        }
    return true;
}

/* y := L⁻¹ y and y := L⁻ᵀ y for a lower 3×3 factor. */
static void forward3(const double d[9], double y[3]) {
    y[0] /= d[0];
    y[1] = (y[1] - d[3] * y[0]) / d[4];
    y[2] = (y[2] - d[6] * y[0] - d[7] * y[1]) / d[8];
}

static void backward3(const double d[9], double y[3]) {
    y[2] /= d[8];
    y[1] = (y[1] - d[7] * y[2]) / d[4];
    y[0] = (y[0] - d[6] * y[2] - d[3] * y[1]) / d[0];
}

/* to −= a bᵀ */
static void subtract_product(double *restrict to, const double *restrict a, const double *restrict b) {
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++)
            to[3 * k + l] -= a[3 * k] * b[3 * l] + a[3 * k + 1] * b[3 * l + 1] + a[3 * k + 2] * b[3 * l + 2];
}

mofb_status mofb__blockchol_factor(mofb__blockchol *c) {
    for (size_t p = 0; p < c->n; p++) {
        size_t end = c->first[p + 1];
        if (!factor3(c->diagonal + 9 * p))
            return mofb__fail(MOFB_ERR_INVALID, "not_positive_definite", "node %u: a pivot is not positive",
                              (unsigned)c->node[p]);
        for (size_t k = c->first[p]; k < end; k++)
            for (int i = 0; i < 3; i++) forward3(c->diagonal + 9 * p, c->block + 9 * k + 3 * i);
        for (size_t k = c->first[p]; k < end; k++) {
            size_t column = c->row[k], at = c->first[column];
            subtract_product(c->diagonal + 9 * column, c->block + 9 * k, c->block + 9 * k);
            for (size_t l = k + 1; l < end; l++) {
                while (c->row[at] != c->row[l]) at++; /* the column has all rows of this clique */
                subtract_product(c->block + 9 * at, c->block + 9 * l, c->block + 9 * k);
            }
        }
    }
    return MOFB_OK;
}

void mofb__blockchol_solve(const mofb__blockchol *c, double *x) {
    double *y = c->work;
    for (size_t p = 0; p < c->n; p++) memcpy(y + 3 * p, x + 3 * c->node[p], 3 * sizeof *x);
    for (size_t p = 0; p < c->n; p++) {
        const double *v = y + 3 * p;
        forward3(c->diagonal + 9 * p, y + 3 * p);
        for (size_t k = c->first[p]; k < c->first[p + 1]; k++) {
            const double *b = c->block + 9 * k;
            double *to = y + 3 * c->row[k];
            for (int i = 0; i < 3; i++) to[i] -= b[3 * i] * v[0] + b[3 * i + 1] * v[1] + b[3 * i + 2] * v[2];
        }
    }
    for (size_t p = c->n; p-- > 0;) {
        double *to = y + 3 * p;
        for (size_t k = c->first[p]; k < c->first[p + 1]; k++) {
            const double *b = c->block + 9 * k, *v = y + 3 * c->row[k];
            for (int i = 0; i < 3; i++) to[i] -= b[i] * v[0] + b[3 + i] * v[1] + b[6 + i] * v[2];
        }
        backward3(c->diagonal + 9 * p, to);
    }
    for (size_t p = 0; p < c->n; p++) memcpy(x + 3 * c->node[p], y + 3 * p, 3 * sizeof *x);
}

size_t mofb__blockchol_blocks(const mofb__blockchol *c) {
    return c->first[c->n];
}
