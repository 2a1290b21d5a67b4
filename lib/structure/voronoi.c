/* SPDX-License-Identifier: MIT */
#include "structure/voronoi.h"

#include <math.h>

#include "base/mat3.h"

/* How far out, in units of the last point's distance, a cell counts as open. Vertices are found from earlier
   ones on lines this long, so that their error is 10⁻¹⁶ of that; hence the second, only for cells open at the
   first. */
static const double reaches[] = {1e4, 1e9};

/* Solid angle (sr) below which a facet is rounding: what touches the cell in an edge or a corner. */
#define SLIVER 1e-10

/* A convex polygon in its plane, in-plane coordinates (u, v), counter-clockwise. */
typedef struct polygon {
    size_t count, room;
    double (*at)[2];
} polygon;

/* A cut adds one vertex to a convex polygon. Only rounding in one of next to no area could make it more;
   those beyond the room are left out. */
static void append(polygon *p, double u, double v) {
    if (p->count == p->room) return;
    p->at[p->count][0] = u;
    p->at[p->count++][1] = v;
}

/* Keeps the part where g·(u, v) ≤ c; `spare` takes the result and is exchanged with the polygon. */
static void cut(polygon *p, polygon *spare, const double g[2], double c) {
    spare->count = 0;
    for (size_t k = 0; k < p->count; k++) {
        const double *from = p->at[k], *to = p->at[(k + 1) % p->count];
        double over = g[0] * from[0] + g[1] * from[1] - c, next = g[0] * to[0] + g[1] * to[1] - c;
        if (over <= 0) append(spare, from[0], from[1]);
        if ((over < 0 && next > 0) || (over > 0 && next < 0)) {
            double t = over / (over - next);
            append(spare, from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]));
        }
    }
    polygon swap = *p;
    *p = *spare;
    *spare = swap;
}

/* Two unit vectors that make a right-handed frame with the unit vector n. */
static void frame(double e[6], const double n[3]) {
    int least = 0;
    double axis[3] = {0, 0, 0};
    for (int c = 1; c < 3; c++)
        if (fabs(n[c]) < fabs(n[least])) least = c;
    axis[least] = 1;
    mofb__cross(e, n, axis);
    double length = sqrt(mofb__dot(e, e));
    for (int c = 0; c < 3; c++) e[c] /= length;
    mofb__cross(e + 3, n, e);
}

/* Area and solid angle as signed sums over the triangles that the foot of the perpendicular (0, 0) makes with
   each edge. Angles: A. van Oosterom, J. Strackee, IEEE Trans. Biomed. Eng. 30, 125 (1983), Eq. 8, divided by
   h. */
static mofb__facet measure(const polygon *p, double h) {
    mofb__facet f = {0, 0};
    for (size_t k = 0; k < p->count; k++) {
        const double *a = p->at[k], *b = p->at[(k + 1) % p->count];
        double la = sqrt(a[0] * a[0] + a[1] * a[1] + h * h), lb = sqrt(b[0] * b[0] + b[1] * b[1] + h * h);
        double cross = a[0] * b[1] - a[1] * b[0], dot = a[0] * b[0] + a[1] * b[1];
        f.area += cross / 2;
        f.solid_angle += 2 * atan2(cross, la * lb + dot + h * (la + lb) + h * h);
    }
    return f.area > 0 && f.solid_angle > SLIVER ? f : (mofb__facet){0, 0};
}

/* Largest distance of a vertex from the origin, squared. */
static double reach2(const polygon *p, double h) {
    double most = 0;
    for (size_t k = 0; k < p->count; k++)
        most = fmax(most, p->at[k][0] * p->at[k][0] + p->at[k][1] * p->at[k][1]);
    return most + h * h;
}

/* Cuts facet i out of a square of half width `far`. */
static void facet_polygon(polygon *p, polygon *spare, const double *points, size_t n, size_t i, double far) {
    const double *x = points + 3 * i;
    double length = sqrt(mofb__dot(x, x)), h = length / 2, e[6];
    double normal[3] = {x[0] / length, x[1] / length, x[2] / length};
    frame(e, normal);
    p->count = 0;
    for (int k = 0; k < 4; k++) append(p, k == 1 || k == 2 ? far : -far, k < 2 ? -far : far);
    double most = reach2(p, h);
    for (size_t j = 0; j < n && p->count; j++) {
        const double *y = points + 3 * j;
        double y2 = mofb__dot(y, y);
        /* A plane beyond the last vertex cuts nothing, nor do those behind it. */
        if (y2 / 4 > most) break;
        if (j == i) continue;
        const double g[2] = {mofb__dot(e, y), mofb__dot(e + 3, y)};
        cut(p, spare, g, y2 / 2 - h * mofb__dot(normal, y));
        most = reach2(p, h);
    }
}

/* All facets, until one reaches out to `far`: then false. */
static bool cell_within(mofb__facet *facets, polygon *p, polygon *spare, const double *points, size_t n,
                        double far) {
    for (size_t i = 0; i < n; i++) {
        double h = sqrt(mofb__dot(points + 3 * i, points + 3 * i)) / 2;
        facet_polygon(p, spare, points, n, i, far);
        facets[i] = measure(p, h);
        if (facets[i].area > 0 && reach2(p, h) >= far * far) return false;
    }
    return n > 0;
}

mofb_status mofb__voronoi_cell(mofb__facet *facets, bool *closed, const double *points, size_t n,
                               const mofb_allocator *a) {
    double (*room)[2] = mofb__alloc(a, 2 * (n + 4) * sizeof *room);
    if (!room) return mofb__no_memory();
    polygon p = {0, n + 4, room}, spare = {0, n + 4, room + n + 4};
    double last = n ? sqrt(mofb__dot(points + 3 * (n - 1), points + 3 * (n - 1))) : 0;
    *closed = false;
    for (size_t k = 0; k < sizeof reaches / sizeof *reaches && !*closed; k++)
        *closed = cell_within(facets, &p, &spare, points, n, reaches[k] * last);
    mofb__free(room);
    return MOFB_OK;
}
