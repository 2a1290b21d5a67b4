/* SPDX-License-Identifier: MIT */
/* Energies, forces and stresses of many structures, in batches. */
#include <cjson/cJSON.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { BATCH = 64 };

static const double gpa_per_ev_a3 = 160.2176634;

typedef struct evaluation {
    const cli_input *input;
    mofb_system *system;
    mofb_request request;
    double stress[9];
    mofb_structure *labelled;
    cli_failure failure;
} evaluation;

typedef struct eval_args {
    const char *model, *output, *device, *models;
    int threads;
    bool json, major, first;
    mofb_structure_options reading;
} eval_args;

enum { OPT_JSON = 256, OPT_THREADS, OPT_DEVICE, OPT_MAJOR, OPT_FIRST, OPT_MODELS };

static const struct option long_options[] = {{"model", required_argument, NULL, 'm'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"threads", required_argument, NULL, OPT_THREADS},
                                             {"device", required_argument, NULL, OPT_DEVICE},
                                             {"major", no_argument, NULL, OPT_MAJOR},
                                             {"first", no_argument, NULL, OPT_FIRST},
                                             {"models", required_argument, NULL, OPT_MODELS},
                                             {NULL, 0, NULL, 0}};

static bool fully_periodic(const mofb_structure *s) {
    const int32_t *p = mofb_structure_periodic(s);
    return mofb_structure_cell(s) && p[0] && p[1] && p[2];
}

/* What fails here is kept in the evaluation. */
static void prepare(evaluation *e, const cli_input *input, mofb_evaluator *evaluator, uint32_t outputs) {
    *e = (evaluation){.input = input, .failure = input->failure};
    if (!input->structure) return;
    mofb_status status = mofb_system_new(&e->system, evaluator, input->structure);
    if (status) {
        e->failure = cli_last_failure(status);
        return;
    }
    e->request = (mofb_request){
        .struct_size = sizeof e->request, .system = e->system, .want = MOFB_ENERGY | MOFB_FORCES};
    if (fully_periodic(input->structure)) e->request.want |= MOFB_STRESS;
    e->request.want &= outputs;
    e->request.stress = e->stress;
    e->request.forces = calloc(3 * mofb_structure_count(input->structure) + 1, sizeof(double));
    if (!e->request.forces) e->failure = (cli_failure){MOFB_ERR_NO_MEMORY, "no_memory", "out of memory"};
}

static void finish(evaluation *e) {
    mofb_system_free(e->system);
    free(e->request.forces);
    e->system = NULL;
    e->request.forces = NULL;
}

static double largest_force(const evaluation *e) {
    double most = 0;
    for (size_t i = 0; i < mofb_structure_count(e->input->structure); i++) {
        const double *f = e->request.forces + 3 * i;
        most = fmax(most, sqrt(f[0] * f[0] + f[1] * f[1] + f[2] * f[2]));
    }
    return most;
}

static void add_number(cJSON *parent, const char *key, double value) {
    char text[32];
    snprintf(text, sizeof text, "%.17g", value);
    cJSON *item = isfinite(value) ? cJSON_CreateRaw(text) : cJSON_CreateNull();
    if (key) cJSON_AddItemToObject(parent, key, item);
    else cJSON_AddItemToArray(parent, item);
}

static void add_rows(cJSON *parent, const char *key, const double *values, size_t rows) {
    cJSON *list = cJSON_AddArrayToObject(parent, key);
    for (size_t i = 0; i < rows; i++) {
        cJSON *row = cJSON_CreateArray();
        for (int k = 0; k < 3; k++) add_number(row, NULL, values[3 * i + (size_t)k]);
        cJSON_AddItemToArray(list, row);
    }
}

static void print_json(const evaluation *e, const mofb_model *model) {
    const mofb_structure *s = e->input->structure;
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "structure", cli_input_label(e->input));
    cJSON_AddStringToObject(o, "file", e->input->path);
    cJSON_AddNumberToObject(o, "n_atoms", (double)mofb_structure_count(s));
    if (e->request.want & MOFB_ENERGY) add_number(o, "energy_eV", e->request.energy);
    if (e->request.want & MOFB_FORCES)
        add_rows(o, "forces_eV_per_A", e->request.forces, mofb_structure_count(s));
    if (e->request.want & MOFB_STRESS) add_rows(o, "stress_eV_per_A3", e->stress, 3);
    if (mofb_structure_cell(s)) add_number(o, "volume_A3", mofb_structure_volume(s));
    cJSON_AddStringToObject(o, "model", mofb_model_id(model));
    cJSON_AddStringToObject(o, "model_sha256", mofb_model_sha256(model));
    cJSON_AddStringToObject(o, "structure_sha256", mofb_structure_sha256(s));
    char *text = cJSON_PrintUnformatted(o);
    if (text) puts(text);
    cJSON_free(text);
    cJSON_Delete(o);
}

static void print_line(const evaluation *e) {
    const mofb_structure *s = e->input->structure;
    printf("%-28s %5zu atoms  energy %.8f eV  fmax %.5f eV/Å", cli_input_label(e->input),
           mofb_structure_count(s), e->request.energy, largest_force(e));
    if (e->request.want & MOFB_STRESS)
        printf("  pressure %.5f GPa", -(e->stress[0] + e->stress[4] + e->stress[8]) / 3 * gpa_per_ev_a3);
    putchar('\n');
}

static mofb_status label(evaluation *e) {
    mofb_label labels[3];
    size_t n = 0;
    if (e->request.want & MOFB_ENERGY) labels[n++] = (mofb_label){"energy", &e->request.energy, 1, 0, 0};
    if (e->request.want & MOFB_FORCES) labels[n++] = (mofb_label){"forces", e->request.forces, 3, 1, 0};
    if (e->request.want & MOFB_STRESS) labels[n++] = (mofb_label){"stress", e->stress, 9, 0, 0};
    return mofb_structure_labelled(&e->labelled, e->input->structure, labels, n);
}

/* Evaluates what is ready, together, and each alone if that fails, so that only the bad one is lost. */
static void run_ready(evaluation *batch, size_t count, mofb_evaluator *evaluator) {
    mofb_request *requests[BATCH];
    evaluation *ready[BATCH];
    size_t n = 0;
    for (size_t k = 0; k < count; k++)
        if (!batch[k].failure.status) {
            ready[n] = &batch[k];
            requests[n++] = &batch[k].request;
        }
    if (!n || !mofb_evaluator_run(evaluator, requests, n)) return;
    for (size_t k = 0; k < n; k++) {
        mofb_status status = mofb_evaluator_run(evaluator, requests + k, 1);
        if (status) ready[k]->failure = cli_last_failure(status);
    }
}

/* Up to BATCH inputs, told in their order. */
static bool run_batch(evaluation *batch, size_t count, mofb_evaluator *evaluator, const mofb_model *model,
                      const eval_args *a) {
    bool good = true;
    run_ready(batch, count, evaluator);
    for (size_t k = 0; k < count; k++) {
        evaluation *e = &batch[k];
        mofb_status status = e->failure.status || !a->output ? MOFB_OK : label(e);
        if (status) e->failure = cli_last_failure(status);
        if (e->failure.status) {
            good = false;
            if (e->input->structure) /* else it was told when it was read */
                fprintf(stderr, "mofbench: %s: %s\n", cli_input_label(e->input), e->failure.message);
            if (a->json) cli_print_failure(NULL, e->input, &e->failure);
        } else if (a->json) print_json(e, model);
        else print_line(e);
        finish(e);
    }
    return good;
}

static bool evaluate(const cli_inputs *inputs, evaluation *all, const mofb_model *model,
                     mofb_evaluator *evaluator, const eval_args *a) {
    bool good = true;
    for (size_t first = 0; first < inputs->count; first += BATCH) {
        size_t count = inputs->count - first < BATCH ? inputs->count - first : BATCH;
        for (size_t k = first; k < first + count; k++)
            prepare(&all[k], &inputs->items[k], evaluator, mofb_model_outputs(model));
        good &= run_batch(all + first, count, evaluator, model, a);
    }
    return good;
}

static bool write_labels(const evaluation *all, size_t count, const char *path) {
    mofb_structure **list = calloc(count + 1, sizeof *list);
    size_t n = 0;
    for (size_t k = 0; list && k < count; k++)
        if (all[k].labelled) list[n++] = all[k].labelled;
    bool good = list && (!n || !mofb_structures_write(list, n, path, "extxyz"));
    if (!good) cli_failed("cannot write the labels");
    free(list);
    return good;
}

static int evaluate_all(const cli_inputs *inputs, const mofb_model *model, const eval_args *a) {
    mofb_evaluator_options options = {
        .struct_size = sizeof options, .device = a->device, .threads = a->threads};
    mofb_evaluator *evaluator;
    evaluation *all = calloc(inputs->count + 1, sizeof *all);
    if (!all) return EXIT_FAILED;
    if (mofb_evaluator_new(&evaluator, model, &options)) {
        free(all);
        return cli_failed(a->device ? a->device : "cpu");
    }
    bool good = evaluate(inputs, all, model, evaluator, a);
    if (a->output) good &= write_labels(all, inputs->count, a->output);
    for (size_t k = 0; k < inputs->count; k++) mofb_structure_free(all[k].labelled);
    mofb_evaluator_free(evaluator);
    free(all);
    return good ? EXIT_DONE : EXIT_FAILED;
}

static int read_option(eval_args *a, int option, char **argv) {
    switch (option) {
    case 'm': a->model = optarg; break;
    case 'o': a->output = optarg; break;
    case OPT_JSON: a->json = true; break;
    case OPT_THREADS:
        if (cli_read_threads(&a->threads, optarg)) break;
        return cli_bad_usage(&cli_eval, "--threads %s: not a whole number from 1 to 4096", optarg);
    case OPT_DEVICE: a->device = optarg; break;
    case OPT_MAJOR: a->reading.disorder = MOFB_DISORDER_MAJOR; break;
    case OPT_FIRST: a->first = true; break;
    case OPT_MODELS: a->models = optarg; break;
    default: return cli_bad_option(&cli_eval, argv, option);
    }
    return EXIT_DONE;
}

static int read_args(eval_args *a, int argc, char **argv) {
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, ":m:o:", long_options, NULL)) != -1)
        if (read_option(a, option, argv)) return EXIT_USAGE;
    if (!a->model) return cli_bad_usage(&cli_eval, "--model is missing (`mofbench models` lists them)");
    if (optind == argc) return cli_bad_usage(&cli_eval, "no structure file given");
    return cli_check_device(&cli_eval, a->device);
}

static int eval_verb(int argc, char **argv) {
    eval_args a = {0};
    mofb_model *model;
    cli_inputs inputs = {0};
    mofb_structure_options_init(&a.reading, sizeof a.reading);
    if (read_args(&a, argc, argv)) return EXIT_USAGE;
    if (cli_model_open(&model, a.model, a.models))
        return cli_bad_usage(&cli_eval, "--model %s: %s", a.model, mofb_error_message());
    cli_inputs_read(&inputs, argv + optind, argc - optind, !a.first, &a.reading);
    int status = evaluate_all(&inputs, model, &a);
    cli_inputs_free(&inputs);
    mofb_model_free(model);
    return status;
}

const cli_verb cli_eval = {
    "eval", "--model M [-o labels.extxyz] FILE...", "energy, forces and stress of structures as they are",
    "  FILE                CIF, extended XYZ or POSCAR, all blocks and frames; or a folder\n"
    "  -m, --model M       potential, e.g. uff4mof, or weights: an id or a file\n"
    "      --models DIR    folder with weights (`mofbench models --help`)\n"
    "  -o, --output FILE   write the structures with energy, forces and stress as extended XYZ\n"
    "      --first         only the first block or frame of each file\n"
    "      --major         of disordered sites keep the most occupied alternative\n"
    "      --threads N     CPU threads (all)\n"
    "      --device D      device from `mofbench devices` (cpu)\n"
    "      --json          one JSON object per structure: energy_eV, forces_eV_per_A, ...\n",
    eval_verb};
