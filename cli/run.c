/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include <cjson/cJSON.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

enum { MAX_TASKS = 16, MAX_SETS = 64, MAX_NAMED = 8 };

typedef struct run_args {
    const char *model, *preset, *out, *device, *preset_folder, *block, *models;
    const char *sets[MAX_SETS];   /* key=value */
    const char *named[MAX_NAMED]; /* input=file */
    const char *kinds[MAX_TASKS];
    int n_sets, n_named, n_kinds, threads;
    bool json, quiet, fresh, major;
    char **files;
    int n_files;
} run_args;

enum {
    OPT_OUT = 256,
    OPT_JSON,
    OPT_FRESH,
    OPT_THREADS,
    OPT_DEVICE,
    OPT_PRESETS,
    OPT_MAJOR,
    OPT_INPUT,
    OPT_BLOCK,
    OPT_MODELS
};

static const struct option long_options[] = {{"model", required_argument, NULL, 'm'},
                                             {"preset", required_argument, NULL, 'p'},
                                             {"set", required_argument, NULL, 's'},
                                             {"out", required_argument, NULL, OPT_OUT},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"fresh", no_argument, NULL, OPT_FRESH},
                                             {"threads", required_argument, NULL, OPT_THREADS},
                                             {"device", required_argument, NULL, OPT_DEVICE},
                                             {"presets", required_argument, NULL, OPT_PRESETS},
                                             {"major", no_argument, NULL, OPT_MAJOR},
                                             {"input", required_argument, NULL, OPT_INPUT},
                                             {"block", required_argument, NULL, OPT_BLOCK},
                                             {"models", required_argument, NULL, OPT_MODELS},
                                             {NULL, 0, NULL, 0}};

/* Notes one more K=V. */
static int keep_pair(const char **list, int *count, int most, const char *option) {
    if (!strchr(optarg, '=') || *optarg == '=')
        return cli_bad_usage(&cli_run, "%s %s: it takes NAME=VALUE", option, optarg);
    if (*count == most) return cli_bad_usage(&cli_run, "%s: %d are the most", option, most);
    list[(*count)++] = optarg;
    return EXIT_DONE;
}

static int read_option(run_args *a, int option, char **argv) {
    switch (option) {
    case 'm': a->model = optarg; break;
    case 'p': a->preset = optarg; break;
    case 's': return keep_pair(a->sets, &a->n_sets, MAX_SETS, "--set");
    case 'q': a->quiet = true; break;
    case OPT_OUT: a->out = optarg; break;
    case OPT_JSON: a->json = true; break;
    case OPT_FRESH: a->fresh = true; break;
    case OPT_THREADS:
        if (cli_read_threads(&a->threads, optarg)) break;
        return cli_bad_usage(&cli_run, "--threads %s: not a whole number from 1 to 4096", optarg);
    case OPT_DEVICE: a->device = optarg; break;
    case OPT_PRESETS: a->preset_folder = optarg; break;
    case OPT_MAJOR: a->major = true; break;
    case OPT_BLOCK: a->block = optarg; break;
    case OPT_MODELS: a->models = optarg; break;
    case OPT_INPUT: return keep_pair(a->named, &a->n_named, MAX_NAMED, "--input");
    default: return cli_bad_option(&cli_run, argv, option);
    }
    return EXIT_DONE;
}

/* The kind that a word names (in any of the spellings the library takes), NULL if none. */
static const char *find_kind(const char *word) {
    const char *kind = NULL;
    mofb_task *task;
    if (mofb_task_new(&task, word, NULL, NULL)) return NULL;
    for (size_t k = 0; k < mofb_task_kind_count() && !kind; k++)
        if (!strcmp(mofb_task_kind_name(k), mofb_task_kind(task))) kind = mofb_task_kind_name(k);
    mofb_task_free(task);
    return kind;
}

static void add_kind(run_args *a, const char *kind) {
    for (int k = 0; k < a->n_kinds; k++)
        if (!strcmp(a->kinds[k], kind)) return;
    if (a->n_kinds < MAX_TASKS) a->kinds[a->n_kinds++] = kind;
}

/* Takes the task names off the front of what is no option. A word that is neither a task nor a file nor looks
   like one is a misspelt task. */
static int read_kinds(run_args *a, int argc, char **argv) {
    static const char *const all[] = {"optimisation", "stability", "bulk_modulus", "heat_capacity"};
    for (; optind < argc; optind++) {
        const char *word = argv[optind], *kind = find_kind(word);
        if (kind) add_kind(a, kind);
        else if (!strcmp(word, "all"))
            for (int k = 0; k < 4; k++) add_kind(a, all[k]);
        else if (a->n_kinds && (strpbrk(word, "./") || !access(word, F_OK))) break;
        else return cli_bad_usage(&cli_run, "%s", mofb_error_message());
    }
    return a->n_kinds ? EXIT_DONE : cli_bad_usage(&cli_run, "which task? (`mofbench tasks` lists them)");
}

static bool takes_files(const char *kind) {
    const cJSON *input;
    bool found = false;
    char *text;
    if (mofb_task_kind_describe(&text, kind)) return false;
    cJSON *table = cJSON_Parse(text);
    cJSON_ArrayForEach(input, cJSON_GetObjectItemCaseSensitive(table, "inputs")) {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(input, "name");
        found |= cJSON_IsString(name) && !strcmp(name->valuestring, "structure");
    }
    cJSON_Delete(table);
    mofb_text_free(text);
    return found;
}

static int read_args(run_args *a, int argc, char **argv) {
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, ":m:p:s:q", long_options, NULL)) != -1)
        if (read_option(a, option, argv)) return EXIT_USAGE;
    if (read_kinds(a, argc, argv)) return EXIT_USAGE;
    a->files = argv + optind;
    a->n_files = argc - optind;
    if (!a->model) return cli_bad_usage(&cli_run, "--model is missing (`mofbench models` lists them)");
    if (!a->n_files && !a->n_named) return cli_bad_usage(&cli_run, "no structure file given");
    for (int k = 0; a->n_files && k < a->n_kinds; k++)
        if (!takes_files(a->kinds[k]))
            return cli_bad_usage(&cli_run,
                                 "%s takes its structures by name: --input NAME=FILE (`mofbench tasks %s`)",
                                 a->kinds[k], a->kinds[k]);
    return cli_check_device(&cli_run, a->device);
}

static mofb_status make_task(mofb_task **out, const run_args *a, const char *kind) {
    mofb_task_options options = {.struct_size = sizeof options, .preset_folder = a->preset_folder};
    cJSON *parameters = cJSON_CreateObject();
    if (a->preset) cJSON_AddStringToObject(parameters, "preset", a->preset);
    char *text = cJSON_PrintUnformatted(parameters);
    mofb_status status = mofb_task_new(out, kind, text, &options);
    cJSON_free(text);
    cJSON_Delete(parameters);
    return status;
}

/* One --set on every task that has the parameter; at least one must. A value that is bad for one is bad. */
static mofb_status apply_set(mofb_task *const *tasks, int n, const char *set) {
    char key[128];
    const char *equals = strchr(set, '=');
    mofb_status status = MOFB_OK;
    bool taken = false;
    snprintf(key, sizeof key, "%.*s", (int)(equals - set), set);
    for (int k = 0; k < n; k++) {
        mofb_status one = mofb_task_set(tasks[k], key, equals + 1);
        if (!one) taken = true;
        else if (strcmp(mofb_error_reason(), "unknown_parameter")) return one;
        else status = one;
    }
    return taken ? MOFB_OK : status;
}

/* FILE, or FILE@PART: the frame or data block PART of it. */
static mofb_status open_part(mofb_structure **out, const char *text, const mofb_structure_options *options) {
    mofb_structure_options part = *options;
    char path[4096];
    const char *at = strrchr(text, '@');
    if (!at || !access(text, F_OK)) return mofb_structure_open(out, text, options);
    snprintf(path, sizeof path, "%.*s", (int)(at - text), text);
    part.block = at + 1;
    return mofb_structure_open(out, path, &part);
}

/* --input name=file on every task that has the input. */
static mofb_status apply_input(mofb_task *const *tasks, int n, const char *named,
                               const mofb_structure_options *options) {
    char name[64];
    const char *equals = strchr(named, '=');
    mofb_structure *s;
    bool taken = false;
    mofb_status status = open_part(&s, equals + 1, options);
    if (status) return status;
    snprintf(name, sizeof name, "%.*s", (int)(equals - named), named);
    for (int k = 0; k < n; k++) {
        mofb_status one = mofb_task_set_structure(tasks[k], name, s);
        if (!one) taken = true;
        else status = one;
    }
    mofb_structure_free(s);
    return taken ? MOFB_OK : status;
}

static int make_tasks(mofb_task **tasks, const run_args *a, const mofb_structure_options *reading) {
    for (int k = 0; k < a->n_kinds; k++)
        if (make_task(&tasks[k], a, a->kinds[k])) return cli_bad_usage(&cli_run, "%s", mofb_error_message());
    for (int k = 0; k < a->n_sets; k++)
        if (apply_set(tasks, a->n_kinds, a->sets[k]))
            return cli_bad_usage(&cli_run, "--set %s: %s", a->sets[k], mofb_error_message());
    for (int k = 0; k < a->n_named; k++)
        if (apply_input(tasks, a->n_kinds, a->named[k], reading))
            return cli_bad_usage(&cli_run, "--input %s: %s", a->named[k], mofb_error_message());
    return EXIT_DONE;
}

/* Folder of one structure's task: OUT/label/kind. The label makes a plain folder name; the second of two inputs
   with one label gets "-2" behind it, and so on. */
static void attempt_folder(char *out, size_t size, const run_args *a, const cli_inputs *inputs, size_t index,
                           const char *kind) {
    const char *label = index < inputs->count ? cli_input_label(&inputs->items[index]) : "";
    char name[256], number[32] = "";
    size_t same = 1;
    for (size_t k = 0; k < index && k < inputs->count; k++)
        same += !strcmp(label, cli_input_label(&inputs->items[k]));
    if (same > 1) snprintf(number, sizeof number, "-%zu", same);
    snprintf(name, sizeof name, "%.200s", label);
    for (char *c = name; *c; c++)
        if (*c == '/' || (*c == '.' && c == name)) *c = '_';
    snprintf(out, size, "%s/%s%s%s%s", a->out, name, number, *name ? "/" : "", kind);
}

static int run_one(const run_args *a, const mofb_model *model, const mofb_task *task, const cli_input *input,
                   const char *folder) {
    cli_progress progress;
    mofb_run_options options;
    mofb_result *result;
    char label[128];
    snprintf(label, sizeof label, "%.60s %s", cli_input_label(input), mofb_task_kind(task));
    cli_progress_begin(&progress, a->quiet, label);
    mofb_run_options_init(&options, sizeof options);
    options.device = a->device;
    options.threads = a->threads;
    options.fresh = a->fresh;
    options.directory = folder;
    options.on_progress = cli_progress_show;
    options.on_log = cli_progress_log;
    options.user = &progress;
    mofb_status status = mofb_run(&result, task, model, &options);
    cli_progress_end(&progress);
    if (status) {
        cli_failure failure = cli_last_failure(status);
        cli_failed(label);
        if (a->json) cli_print_failure(mofb_task_kind(task), input, &failure);
        return EXIT_FAILED;
    }
    if (a->json) puts(mofb_result_json(result));
    else cli_report(cli_input_label(input), mofb_task_kind(task), result);
    fflush(stdout);
    if (folder) cli_plot_result(mofb_task_kind(task), result, folder);
    mofb_result_free(result);
    return EXIT_DONE;
}

static int run_all(const run_args *a, const mofb_model *model, mofb_task *const *tasks,
                   const cli_inputs *inputs) {
    char folder[4096];
    int worst = EXIT_DONE;
    size_t rounds = inputs->count ? inputs->count : 1;
    for (size_t i = 0; i < rounds; i++) {
        /* without files the named inputs alone make up the task */
        cli_input none = {.path = ""};
        const cli_input *input = inputs->count ? &inputs->items[i] : &none;
        for (int k = 0; k < a->n_kinds && !cli_interrupted(); k++) {
            if (inputs->count && !input->structure) {
                if (a->json) cli_print_failure(mofb_task_kind(tasks[k]), input, &input->failure);
                worst = EXIT_FAILED;
                continue;
            }
            if (input->structure && mofb_task_set_structure(tasks[k], "structure", input->structure)) {
                cli_failed(mofb_task_kind(tasks[k]));
                worst = EXIT_FAILED;
                continue;
            }
            if (a->out) attempt_folder(folder, sizeof folder, a, inputs, i, mofb_task_kind(tasks[k]));
            if (run_one(a, model, tasks[k], input, a->out ? folder : NULL)) worst = EXIT_FAILED;
        }
    }
    if (cli_interrupted())
        fprintf(stderr, a->out ? "mofbench: stopped; the same command continues where it was\n"
                               : "mofbench: stopped (with --out DIR a run could be continued)\n");
    return worst;
}

static int run_verb(int argc, char **argv) {
    run_args a = {0};
    mofb_structure_options reading;
    mofb_task *tasks[MAX_TASKS] = {NULL};
    mofb_model *model = NULL;
    cli_inputs inputs = {0};
    int status = read_args(&a, argc, argv);
    if (status) return status;
    mofb_structure_options_init(&reading, sizeof reading);
    reading.disorder = a.major ? MOFB_DISORDER_MAJOR : MOFB_DISORDER_REFUSE;
    reading.block = a.block;
    status = make_tasks(tasks, &a, &reading);
    if (!status && cli_model_open(&model, a.model, a.models))
        status = cli_bad_usage(&cli_run, "--model %s: %s", a.model, mofb_error_message());
    if (!status) {
        cli_catch_interrupts();
        cli_inputs_read(&inputs, a.files, a.n_files, false, &reading);
        status = run_all(&a, model, tasks, &inputs);
    }
    cli_inputs_free(&inputs);
    for (int k = 0; k < a.n_kinds; k++) mofb_task_free(tasks[k]);
    mofb_model_free(model);
    return status;
}

const cli_verb cli_run = {
    "run", "TASK... --model M [options] FILE...",
    "run tasks on structures; `all` stands for the four benchmark tasks",
    "  TASK               names from `mofbench tasks`, or all for the four benchmark tasks:\n"
    "                     optimisation stability bulk_modulus heat_capacity\n"
    "  FILE               CIF, extended XYZ or POSCAR; a folder stands for the structure files in it\n"
    "  -m, --model M      potential, e.g. uff4mof or uff4mof:rules=lammps_interface, or weights: an id or a "
    "file\n"
    "      --models DIR   folder with weights (`mofbench models --help`)\n"
    "  -p, --preset P     mofsimbench-2025 (the published settings) or quick, or one of your own\n"
    "  -s, --set K=V      a parameter (`mofbench tasks NAME` lists them); may be repeated\n"
    "      --out DIR      keep structures, trajectories, data and plots in DIR/STRUCTURE/TASK; a run that\n"
    "                     was cut off continues when the same command is given again, a finished one is\n"
    "                     not repeated\n"
    "      --fresh        start over what is in DIR\n"
    "      --input N=FILE a structure for input N of the task (reference, host, guest, ...);\n"
    "                     FILE@K is frame or data block K of a file\n"
    "      --presets DIR  folder with presets of your own (*.json)\n"
    "      --block NAME   data block of a CIF or number of a frame\n"
    "      --major        of disordered sites keep the most occupied alternative (else they are refused)\n"
    "      --threads N    CPU threads (all)\n"
    "      --device D     device from `mofbench devices` (cpu)\n"
    "      --json         one JSON object per structure and task, one line each, on standard output\n"
    "  -q, --quiet        no progress\n\n"
    "example: mofbench run optimisation -m uff4mof -p quick -s fmax_eV_per_A=0.02 --out results mofs/\n",
    run_verb};
