/* SPDX-License-Identifier: MIT */
/* TensorNet: G. Simeon, G. De Fabritiis, NeurIPS 2023; as published with the MatPES potentials. docs/tensornet.md
   has the equations in the order of this code. */
#ifndef MOFB_MODELS_TENSORNET_TENSORNET_H
#define MOFB_MODELS_TENSORNET_TENSORNET_H

#include <stdatomic.h>
#include "models/tensornet/radial.h"
#include "models/weights/weights.h"
#include "mofbench/ext/model.h"

enum {
    MOFB__TN_MAX_BLOCKS = 8,
    MOFB__TN_ELEMENTS = 118,
    MOFB__TN_TABLE = 512 /* intervals: interpolation stays below the rounding of f32 (docs/tensornet.md) */
};

/* What both precisions share. */
typedef struct mofb__tn_shape {
    size_t channels, blocks, n_elements;
    double cutoff;                       /* Å */
    double scale, mean;                  /* eV: of the sum over atoms, once per structure */
    bool embed_at_dst;                   /* where the embedding sums its edges */
    bool message_own;                    /* a node's messages are its own features, not its neighbours' */
    int16_t row[128];                    /* [Z] row of the element in the tables, −1: unknown */
    double reference[MOFB__TN_ELEMENTS]; /* eV by row */
    mofb__radial_net radial[MOFB__TN_MAX_BLOCKS];
    const mofb__compute *compute;
} mofb__tn_shape;

typedef struct mofb__tn_work mofb__tn_work;

#undef MOFB_BITS
#define MOFB_BITS 32
#include "compute/real.h"
#include "models/tensornet/network.h.inc"
#undef MOFB_BITS
#define MOFB_BITS 64
#include "compute/real.h"
#include "models/tensornet/network.h.inc"
#undef MOFB_BITS

typedef struct mofb__tensornet {
    const mofb_allocator *a;
    mofb__weights *weights;
    mofb__tn_shape shape;
    bool f64;
    mofb__tn_net_f32 net_f32; /* one of the two is filled */
    mofb__tn_net_f64 net_f64;
    atomic_flag pool_lock;
    struct mofb__tn_work *pool; /* work spaces nobody uses now */
} mofb__tensornet;

/* Geometry of a batch, packed, and what comes out of it: the same for both precisions. Capacities only grow. */
struct mofb__tn_work {
    struct mofb__tn_work *next;
    const mofb_allocator *a;
    size_t nodes, edges, max_row;
    size_t *first;                   /* [nodes + 1] */
    int32_t *element;                /* [nodes] row */
    int32_t *neighbour;              /* [edges] node */
    int32_t *self;                   /* [edges] the edge's own node, for message_own */
    size_t *reverse;                 /* [edges] the same bond seen from the other end */
    double *vec, *r;                 /* Å [edges][3], [edges] */
    double *basis;                   /* [edges][MOFB__RADIAL_ROW] */
    double *along;                   /* eV/Å [edges] gradient by the length, from the messages */
    double *gradient;                /* eV/Å [edges][3] by vec */
    double *energy;                  /* [nodes] network output */
    double *force;                   /* eV/Å [nodes][3] */
    double *virial;                  /* eV [nodes][9] */
    void *node_memory, *edge_memory; /* hold the arrays above */
    void *numbers;                   /* of the network, in its precision */
    void *lanes;                     /* scratch memory of the threads */
    size_t node_capacity, edge_capacity, numbers_capacity, lanes_capacity; /* bytes */
};

/* Fills m->shape and the network of m's precision from m->weights. */
mofb_status mofb__tn_load(mofb__tensornet *m);

/* Weights "<name>.weight" [out][in] and "<name>.bias" (bias NULL: none) in double, owned by the caller; by_part:
   outputs counted 3·channel + part come as part·channels + channel. */
mofb_status mofb__tn_read(double **weights, double **bias, const char *name, size_t out, size_t in,
                          bool by_part, const mofb__weights *w, const mofb_allocator *a);

/* Element tables and radial coefficients of the embedding, owned by the caller: mofb__tn_net's src, dst, radial. */
mofb_status mofb__tn_embedding(double **src, double **dst, double **radial, const mofb__tn_shape *shape,
                               const mofb__weights *w, const mofb_allocator *a);

/* Makes *block at least `size` bytes long; its contents are lost when it grows. */
mofb_status mofb__tn_reserve(void *block_pointer, size_t *capacity, size_t size, const mofb_allocator *a);

mofb_status mofb__tn_evaluate(mofb__tensornet *m, mofb_work *items, size_t count, int32_t threads);
void mofb__tn_work_free(mofb__tn_work *w);

#endif
