/* SPDX-License-Identifier: MIT */
/* The passes over pairs with vectors of WIDTH lanes. rows.c includes this once for each width and defines WIDTH and
   NAME(x), which makes names unique, and OPEN, which names the machine for those functions. A block's eight
   atoms are taken WIDTH at a time, from lane h on. */
#define lanes NAME(lanes)
#define loose NAME(loose)
#define mask NAME(mask)
#define bits NAME(bits)
#define ints NAME(ints)
#define shorts NAME(shorts)
#define take NAME(take)
#define add NAME(add)
#define load NAME(load)
#define collect NAME(collect)
#define inverse_root NAME(inverse_root)
#define exponential NAME(exponential)
#define pairing NAME(pairing)
#define pair_up NAME(pair_up)
#define measured NAME(measured)
#define component NAME(component)
#define measure NAME(measure)
#define keep NAME(keep)
#define sum_block NAME(sum_block)
#define mix_block NAME(mix_block)
#define force_block NAME(force_block)

typedef double lanes __attribute__((vector_size(WIDTH * sizeof(double))));
typedef double loose __attribute__((vector_size(WIDTH * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef int64_t mask __attribute__((vector_size(WIDTH * sizeof(int64_t))));
typedef uint64_t bits __attribute__((vector_size(WIDTH * sizeof(int64_t))));
typedef int32_t ints __attribute__((vector_size(WIDTH * sizeof(int32_t))));
typedef int16_t shorts
    __attribute__((vector_size(WIDTH * sizeof(int16_t)), aligned(sizeof(int16_t)), may_alias));

INLINE lanes load(const double *from) {
    return *(const loose *)from;
}

INLINE void collect(double *restrict to, lanes v) {
    *(loose *)to += v;
}

/* Values of a block's atoms. */
INLINE lanes take(const double *restrict from, const mofb__d3_block *b, int h) {
    if (b->run) return load(from + b->j[0] + h);
    lanes v;
    for (int k = 0; k < WIDTH; k++) v[k] = from[b->j[h + k]];
    return v;
}

INLINE void add(double *restrict to, const mofb__d3_block *b, int h, lanes v) {
    if (b->run) {
        collect(to + b->j[0] + h, v);
        return;
    }
    for (int k = 0; k < WIDTH; k++) to[b->j[h + k]] += v[k];
}

/* 1/√x for positive normal x to the last digits: Newton's iteration from a guess that halves the exponent. */
INLINE lanes inverse_root(lanes x) {
    lanes y = (lanes)(0x5fe6eb50c7b537a9u - ((bits)x >> 1)), half = 0.5 * x;
    for (int k = 0; k < 4; k++) y = y * (1.5 - half * y * y);
    return y;
}

/* exp(t) for |t| < 700: 2^k times the Taylor series on |rest| ≤ ln 2/2, where degree 12 leaves 2e-16. */
INLINE lanes exponential(lanes t) {
    const double shifter = 0x1.8p52; /* leaves the nearest whole number in the lowest bits */
    lanes k = t * 1.4426950408889634 + shifter;
    bits whole = (bits)k;
    k -= shifter;
    lanes x = (t - k * 0x1.62e42fefap-1) - k * 0x1.cf79abc9e3b3ap-40, x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
    lanes p0 = (1.0 + x) + x2 * (1.0 / 2 + x * (1.0 / 6));
    lanes p4 = (1.0 / 24 + x * (1.0 / 120)) + x2 * (1.0 / 720 + x * (1.0 / 5040));
    lanes p8 = (1.0 / 40320 + x * (1.0 / 362880)) + x2 * (1.0 / 3628800 + x * (1.0 / 39916800));
    lanes p = (p0 + x4 * p4) + x8 * (p8 + x4 * (1.0 / 479001600));
    return p * (lanes)((whole << 52) + 0x3ff0000000000000u);
}

/* An atom with those of a block: vectors r_j − r_i without cells, Å, and the parameters. */
typedef struct pairing {
    lanes x, y, z, radii, q8, f6, f8;
} pairing;

INLINE pairing pair_up(const mofb__d3_system *s, const mofb__d3_block *b, int h, size_t i) {
    const size_t n = s->stride;
    const double *p = s->parameters + (size_t)s->kind[i] * MOFB__D3_PARAMETERS * n, *r = s->place;
    pairing q;
    q.x = take(r, b, h) - r[i];
    q.y = take(r + n, b, h) - r[n + i];
    q.z = take(r + 2 * n, b, h) - r[2 * n + i];
    q.radii = take(p + MOFB__D3_RADII * n, b, h);
    q.q8 = take(p + MOFB__D3_Q8 * n, b, h);
    q.f6 = take(p + MOFB__D3_F6 * n, b, h);
    q.f8 = take(p + MOFB__D3_F8 * n, b, h);
    return q;
}

/* Pairs: their vectors, and what both passes need of the two functions of r. */
typedef struct measured {
    lanes x, y, z, r2, inverse; /* Å; r², 1/r */
    lanes u, count;             /* exp(−16 (R/r − 1)), 1/(1 + u) */
    lanes t6, t8;               /* 1/(r⁶ + f⁶), 1/(r⁸ + f⁸) */
    mask within;
} measured;

INLINE lanes component(const int16_t *shift) {
    return __builtin_convertvector(__builtin_convertvector(*(const shorts *)shift, ints), lanes);
}

INLINE measured measure(const pairing *p, const mofb__d3_entry *e, int h, const double *cell, double limit) {
    measured v;
    lanes a = component(e->shift[0] + h), b = component(e->shift[1] + h), c = component(e->shift[2] + h);
    v.x = p->x + ((a * cell[0] + b * cell[3]) + c * cell[6]);
    v.y = p->y + ((a * cell[1] + b * cell[4]) + c * cell[7]);
    v.z = p->z + ((a * cell[2] + b * cell[5]) + c * cell[8]);
    v.r2 = v.x * v.x + v.y * v.y + v.z * v.z;
    v.within = (v.r2 <= limit) & __builtin_convertvector(*(const shorts *)(e->used + h), mask);
    v.inverse = inverse_root(v.r2);
    lanes t = 16.0 - 16.0 * (p->radii * v.inverse), floor = t - t - 600.0;
    mask near = t < -600.0; /* where the count is 1 to the last digit */
    v.u = exponential((lanes)(((mask)t & ~near) | ((mask)floor & near)));
    lanes r6 = v.r2 * v.r2 * v.r2, d6 = r6 + p->f6, d8 = r6 * v.r2 + p->f8, w = 1.0 + v.u, d = d6 * d8;
    lanes one = 1.0 / (w * d); /* one division for three */
    v.count = d * one;
    one *= w;
    v.t6 = d8 * one;
    v.t8 = d6 * one;
    return v;
}

INLINE lanes keep(lanes v, mask within) {
    return (lanes)((mask)v & within);
}

/* Σ g of a block's pairs with atom i, and counts to both. */
INLINE void sum_block(const mofb__d3_job *job, size_t i, size_t n, int h, double own[LANES]) {
    const mofb__d3_system *s = job->s;
    const mofb__d3_block *b = &s->pairs.blocks[n];
    const double s6 = s->model->functional->s6;
    const pairing p = pair_up(s, b, h, i);
    lanes g = {0}, count = {0};
    for (size_t e = b->first; e < b[1].first; e++) {
        const measured v = measure(&p, &s->pairs.entries[e], h, job->cell, job->limit);
        g += keep(s6 * v.t6 + p.q8 * v.t8, v.within);
        count += keep(v.count, v.within);
    }
    *(loose *)(s->pair + LANES * n + h) = g;
    add(job->partial, b, h, count);
    collect(own + h, count);
}

/* C6 of a block's atoms with atom i, and the energy and its slopes by CN. own: energy, slope. */
INLINE void mix_block(const mofb__d3_job *job, size_t i, size_t n, int h, double own[2][LANES]) {
    const mofb__d3_system *s = job->s;
    const mofb__d3_block *b = &s->pairs.blocks[n];
    const size_t kind = (size_t)s->kind[i], stride = s->stride;
    const double *w = s->weight + i, *mixed = s->mixed + 2 * kind * REFERENCES * stride;
    const int count = mofb__d3_references[s->elements[kind]];
    lanes g = load(s->pair + LANES * n + h), c6 = {0}, mine = {0}, other = {0};
    for (int a = 0; a < count; a++) {
        lanes c = take(mixed + 2 * (size_t)a * stride, b, h);
        c6 += w[(size_t)a * stride] * c;
        mine += w[(size_t)(REFERENCES + a) * stride] * c;
        other += w[(size_t)a * stride] * take(mixed + (2 * (size_t)a + 1) * stride, b, h);
    }
    *(loose *)(s->pair + LANES * n + h) = c6;
    collect(own[0] + h, -(c6 * g));
    collect(own[1] + h, -(mine * g));
    add(job->partial, b, h, -(other * g));
    add(job->partial + stride, b, h, -0.5 * (c6 * g));
}

/* Forces between a block's atoms and atom i. own: force, then virial. */
INLINE void force_block(const mofb__d3_job *job, size_t i, size_t n, int h, double own[9][LANES]) {
    const mofb__d3_system *s = job->s;
    const mofb__d3_block *b = &s->pairs.blocks[n];
    const double s6 = 6 * s->model->functional->s6;
    const pairing p = pair_up(s, b, h, i);
    const lanes c6 = load(s->pair + LANES * n + h), d = 16.0 * (s->slope[i] + take(s->slope, b, h)) * p.radii;
    lanes f[3] = {{0}, {0}, {0}}, w[6] = {{0}, {0}, {0}, {0}, {0}, {0}};
    for (size_t e = b->first; e < b[1].first; e++) {
        const measured v = measure(&p, &s->pairs.entries[e], h, job->cell, job->limit);
        lanes slope =
            c6 * (v.r2 * v.r2 * (s6 * (v.t6 * v.t6) + 8.0 * p.q8 * (v.r2 * (v.t8 * v.t8)))); /* (dE/dr)/r */
        slope -= d * (v.inverse * v.inverse * v.inverse) * (v.u * (v.count * v.count));
        slope = keep(slope, v.within);
        lanes x = slope * v.x, y = slope * v.y, z = slope * v.z;
        f[0] += x, f[1] += y, f[2] += z;
        if (!job->virial) continue;
        w[0] += x * v.x, w[1] += y * v.y, w[2] += z * v.z;
        w[3] += y * v.z, w[4] += x * v.z, w[5] += x * v.y;
    }
    for (size_t k = 0; k < 3; k++) {
        add(job->partial + k * s->stride, b, h, -f[k]);
        collect(own[k] + h, f[k]);
    }
    for (size_t k = 0; job->virial && k < 6; k++) collect(own[3 + k] + h, w[k]);
}

OPEN static void NAME(sum)(const mofb__d3_job *job) {
    for (size_t i = job->from; i < job->to; i++) {
        double own[LANES] = {0};
        for (size_t n = job->s->pairs.row[i]; n < job->s->pairs.row[i + 1]; n++)
            for (int h = 0; h < LANES; h += WIDTH) sum_block(job, i, n, h, own);
        job->partial[i] += total(own);
    }
}

OPEN static double NAME(mix)(const mofb__d3_job *job) {
    double energy = 0;
    for (size_t i = job->from; i < job->to; i++) {
        double own[2][LANES] = {{0}};
        for (size_t n = job->s->pairs.row[i]; n < job->s->pairs.row[i + 1]; n++)
            for (int h = 0; h < LANES; h += WIDTH) mix_block(job, i, n, h, own);
        double mine = total(own[0]);
        energy += mine;
        job->partial[i] += total(own[1]);
        job->partial[job->s->stride + i] += 0.5 * mine;
    }
    return energy;
}

OPEN static void NAME(force)(const mofb__d3_job *job) {
    double own[9][LANES] = {{0}};
    for (size_t i = job->from; i < job->to; i++) {
        memset(own, 0, 3 * sizeof *own);
        for (size_t n = job->s->pairs.row[i]; n < job->s->pairs.row[i + 1]; n++)
            for (int h = 0; h < LANES; h += WIDTH) force_block(job, i, n, h, own);
        for (size_t k = 0; k < 3; k++) job->partial[k * job->s->stride + i] += total(own[k]);
    }
    for (size_t k = 0; job->virial && k < 6; k++) job->virial[k] += total(own[3 + k]);
}

static const kernels NAME(kernels) = {NAME(sum), NAME(mix), NAME(force)};

#undef lanes
#undef loose
#undef mask
#undef bits
#undef ints
#undef shorts
#undef take
#undef add
#undef load
#undef collect
#undef inverse_root
#undef exponential
#undef pairing
#undef pair_up
#undef measured
#undef component
#undef measure
#undef keep
#undef sum_block
#undef mix_block
#undef force_block
#undef NAME
#undef OPEN
#undef WIDTH
