/* SPDX-License-Identifier: MIT */
/* Whether a model's forces and stress are the derivatives of its energy, whether its fast precision agrees
   with its exact one, and every device with the CPU: on one small crystal without symmetry. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { N = 10 };

static const int32_t numbers[N] = {30, 8, 8, 8, 8, 6, 6, 1, 1, 7};
static const double positions[3 * N] = {5.5,  5.58, 3.56, 1.47, 0.65, 2.65, 2.51, 0.33, 0.34, 6.73,
                                        4.36, 1.62, 5.22, 2.91, 3.4,  6.58, 5.6,  0.13, 2.64, 1.56,
                                        2.24, 5.2,  2.14, 1.03, 4.12, 3.51, 5.51, 1.13, 2.69, 5.52};
static const double cell[9] = {6.1, 0, 0, 1.3, 6.4, 0, -0.9, 0.8, 6.9};

typedef struct answer {
    double energy, forces[3 * N], stress[9];
} answer;

/* A model on a device, with the crystal prepared. */
typedef struct bench {
    mofb_model *model;
    mofb_evaluator *evaluator;
    mofb_structure *structure;
    mofb_system *system;
} bench;

static void bench_close(bench *b) {
    mofb_system_free(b->system);
    mofb_structure_free(b->structure);
    mofb_evaluator_free(b->evaluator);
    mofb_model_free(b->model);
    *b = (bench){0};
}

static mofb_status bench_open(bench *b, const char *id, const char *folder, const char *device) {
    mofb_evaluator_options options = {.struct_size = sizeof options, .device = device};
    *b = (bench){0};
    mofb_status status = cli_model_open(&b->model, id, folder);
    if (!status) status = mofb_evaluator_new(&b->evaluator, b->model, &options);
    if (!status) status = mofb_structure_new(&b->structure, N, numbers, positions, cell, NULL, NULL);
    if (!status) status = mofb_system_new(&b->system, b->evaluator, b->structure);
    return status;
}

/* Energy alone if forces are not wanted. The pairs stay those of the crystal: some potentials end sharply. */
static mofb_status ask(answer *out, bench *b, const double *x, const double *h, bool all) {
    mofb_request r = {.struct_size = sizeof r,
                      .system = b->system,
                      .positions = x,
                      .cell = h,
                      .want = MOFB_ENERGY,
                      .flags = MOFB_REQUEST_HOLD_PAIRS,
                      .forces = out->forces,
                      .stress = out->stress},
                 *list = &r;
    if (all) r.want |= MOFB_FORCES | MOFB_STRESS;
    mofb_status status = mofb_evaluator_run(b->evaluator, &list, 1);
    out->energy = r.energy;
    return status;
}

static double larger(double a, double b) {
    return b > a || isnan(b) ? b : a;
}

/* Derivative at 0 from energies at −2h, −h, h, 2h: error of fourth order in h. */
static double slope(const double e[4], double h) {
    return (e[0] - 8 * e[1] + 8 * e[2] - e[3]) / (12 * h);
}

static const double steps[4] = {-2, -1, 1, 2};

static mofb_status check_forces(double *worst, bench *b, const answer *exact) {
    const double h = 0.002;
    *worst = 0;
    for (int k = 0; k < 3 * N; k++) {
        double x[3 * N], e[4];
        answer a;
        for (int s = 0; s < 4; s++) {
            memcpy(x, positions, sizeof x);
            x[k] += steps[s] * h;
            mofb_status status = ask(&a, b, x, NULL, false);
            if (status) return status;
            e[s] = a.energy;
        }
        *worst = larger(*worst, fabs(slope(e, h) + exact->forces[k]));
    }
    return MOFB_OK;
}

/* Rows of vectors times (1 + t (e_ab + e_ba) / 2). */
static void strain(double *out, const double *rows, int count, int p, int q, double t) {
    for (int i = 0; i < count; i++) {
        double u = rows[3 * i + p], v = rows[3 * i + q];
        memcpy(out + 3 * i, rows + 3 * i, 3 * sizeof *out);
        out[3 * i + q] += 0.5 * t * u;
        out[3 * i + p] += 0.5 * t * v;
    }
}

static mofb_status check_stress(double *worst, bench *b, const answer *exact) {
    const double h = 5e-4, volume = mofb_structure_volume(b->structure);
    *worst = 0;
    for (int k = 0; k < 9; k++) {
        double x[3 * N], c[9], e[4];
        answer a;
        for (int s = 0; s < 4; s++) {
            strain(x, positions, N, k / 3, k % 3, steps[s] * h);
            strain(c, cell, 3, k / 3, k % 3, steps[s] * h);
            mofb_status status = ask(&a, b, x, c, false);
            if (status) return status;
            e[s] = a.energy;
        }
        *worst = larger(*worst, fabs(slope(e, h) / volume - exact->stress[k]));
    }
    return MOFB_OK;
}

typedef struct report {
    cJSON *checks;
    bool json, good;
} report;

static void add(report *r, const char *name, double worst, double tolerance, const char *unit) {
    bool good = worst <= tolerance; /* nan is not */
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "check", name);
    cJSON_AddNumberToObject(o, "largest", worst);
    cJSON_AddNumberToObject(o, "tolerance", tolerance);
    cJSON_AddStringToObject(o, "unit", unit);
    cJSON_AddBoolToObject(o, "good", good);
    cJSON_AddItemToArray(r->checks, o);
    if (!r->json) printf("%-4s %-44s %9.2e of %.1e %s\n", good ? "ok" : "BAD", name, worst, tolerance, unit);
    r->good &= good;
}

static double largest(const double *values, int count) {
    double most = 0;
    for (int k = 0; k < count; k++) most = larger(most, fabs(values[k]));
    return most;
}

/* Agreement within what f32 gives: absolute near a minimum, relative where forces are large. */
static void compare(report *r, const char *what, const answer *a, const answer *exact) {
    char name[128];
    double force = 0, stress = 0;
    for (int k = 0; k < 3 * N; k++) force = larger(force, fabs(a->forces[k] - exact->forces[k]));
    for (int k = 0; k < 9; k++) stress = larger(stress, fabs(a->stress[k] - exact->stress[k]));
    snprintf(name, sizeof name, "%s: energy", what);
    add(r, name, fabs(a->energy - exact->energy) / N, 2e-6, "eV/atom");
    snprintf(name, sizeof name, "%s: forces", what);
    add(r, name, force, fmax(2e-4, 1e-5 * largest(exact->forces, 3 * N)), "eV/A");
    snprintf(name, sizeof name, "%s: stress", what);
    add(r, name, stress, fmax(1e-6, 1e-5 * largest(exact->stress, 9)), "eV/A3");
}

/* The id with precision=f64 among the options of its first part, if that has such an option. */
static void exact_id(char *out, size_t size, const char *id, const char *folder) {
    size_t head = strcspn(id, "+");
    bench b;
    snprintf(out, size, "%.*s%sprecision=f64%s", (int)head, id, memchr(id, ':', head) ? "," : ":", id + head);
    if (strstr(id, "precision=") || bench_open(&b, out, folder, NULL)) snprintf(out, size, "%s", id);
    bench_close(&b);
}

static mofb_status check_devices(report *r, const char *id, const char *folder, const answer *exact) {
    for (size_t k = 0; k < mofb_device_count(); k++) {
        mofb_device_info d = {.struct_size = sizeof d};
        answer a;
        bench b = {0};
        mofb_status status = mofb_device_read(&d, k);
        if (!status) status = bench_open(&b, id, folder, d.id);
        if (!status) status = ask(&a, &b, NULL, NULL, true);
        bench_close(&b);
        if (status) return status;
        compare(r, d.id, &a, exact);
    }
    return MOFB_OK;
}

static mofb_status check_all(report *r, const char *id, const char *folder) {
    char exact[1024];
    answer a;
    bench b;
    double worst;
    exact_id(exact, sizeof exact, id, folder);
    mofb_status status = bench_open(&b, exact, folder, NULL);
    if (!status) status = ask(&a, &b, NULL, NULL, true);
    if (!status) status = check_forces(&worst, &b, &a);
    if (!status)
        add(r, "forces against differences of energies", worst, 1e-6 + 1e-8 * largest(a.forces, 3 * N),
            "eV/A");
    if (!status) status = check_stress(&worst, &b, &a);
    if (!status)
        add(r, "stress against differences of energies", worst, 1e-7 + 1e-8 * largest(a.stress, 9), "eV/A3");
    bench_close(&b);
    return status ? status : check_devices(r, id, folder, &a);
}

/* Weights that the folder has under a second id that is no alias. */
static bool is_duplicate(const char *id, const char *folder) {
    char name[256], *text;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(id, ":+"), id);
    if (strchr(name, '/') || mofb_weights_info(&text, name, cli_model_folder(folder))) return false;
    cJSON *o = cJSON_Parse(text);
    const cJSON *same = cJSON_GetObjectItemCaseSensitive(o, "same_as");
    if (same)
        fprintf(stderr, "mofbench: %s and %s are the same weights; remove one, or import it with --alias\n",
                name, same->valuestring);
    cJSON_Delete(o);
    mofb_text_free(text);
    return same != NULL;
}

int cli_verify(const char *id, const char *folder, bool json) {
    report r = {.checks = cJSON_CreateArray(), .json = json, .good = true};
    if (is_duplicate(id, folder)) r.good = false;
    if (check_all(&r, id, folder)) {
        cJSON_Delete(r.checks);
        return cli_failed(id);
    }
    if (json) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "model", id);
        cJSON_AddBoolToObject(o, "good", r.good);
        cJSON_AddItemToObject(o, "checks", r.checks);
        char *text = cJSON_PrintUnformatted(o);
        if (text) puts(text);
        cJSON_free(text);
        cJSON_Delete(o);
    } else cJSON_Delete(r.checks);
    return r.good ? EXIT_DONE : EXIT_FAILED;
}
