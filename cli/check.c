/* SPDX-License-Identifier: MIT */
/* The verb that looks at structure files without running anything. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "cli.h"

enum { OPT_JSON = 256, OPT_MAJOR, OPT_MODELS };

static const struct option long_options[] = {{"model", required_argument, NULL, 'm'},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"major", no_argument, NULL, OPT_MAJOR},
                                             {"models", required_argument, NULL, OPT_MODELS},
                                             {NULL, 0, NULL, 0}};

static void print_json(const cli_input *input, const char *text, int32_t group, const char *symbol,
                       const char *problem) {
    const mofb_structure *s = input->structure;
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "structure", cli_input_label(input));
    cJSON_AddStringToObject(o, "file", input->path);
    cJSON_AddStringToObject(o, "formula", text);
    cJSON_AddNumberToObject(o, "n_atoms", (double)mofb_structure_count(s));
    cJSON_AddNumberToObject(o, "volume_A3", mofb_structure_volume(s));
    cJSON_AddStringToObject(o, "structure_sha256", mofb_structure_sha256(s));
    if (group) {
        cJSON_AddNumberToObject(o, "spacegroup_number", group);
        cJSON_AddStringToObject(o, "spacegroup", symbol);
    }
    if (problem) cJSON_AddStringToObject(o, "problem", problem);
    char *line = cJSON_PrintUnformatted(o);
    if (line) puts(line);
    cJSON_free(line);
    cJSON_Delete(o);
}

/* Returns whether the structure can be used with the model (if one is given). */
static bool check_one(const cli_input *input, const mofb_model *model, bool json) {
    char text[512], symbol[16] = "";
    int32_t group = 0;
    const mofb_structure *s = input->structure;
    bool good = !model || !mofb_model_supports(model, s);
    const char *problem = good ? NULL : mofb_error_message();
    char copy[512];
    if (problem) snprintf(copy, sizeof copy, "%s", problem);
    mofb_structure_formula(text, sizeof text, s);
    if (mofb_structure_cell(s) && mofb_structure_spacegroup(&group, symbol, sizeof symbol, s, 1e-3))
        group = 0;
    if (json) print_json(input, text, group, symbol, problem ? copy : NULL);
    else {
        printf("%-28s %5zu atoms  %11.2f Å3  ", cli_input_label(input), mofb_structure_count(s),
               mofb_structure_volume(s));
        if (group) printf("%-8s(%d)  ", symbol, group);
        printf("%s%s%s\n", text, problem ? "  PROBLEM: " : "", problem ? copy : "");
    }
    return good;
}

static int check_verb(int argc, char **argv) {
    const char *id = NULL, *models = NULL;
    bool json = false, good = true;
    mofb_model *model = NULL;
    mofb_structure_options reading;
    cli_inputs inputs = {0};
    int option;
    mofb_structure_options_init(&reading, sizeof reading);
    optind = 1;
    while ((option = getopt_long(argc, argv, ":m:", long_options, NULL)) != -1) switch (option) {
        case 'm': id = optarg; break;
        case OPT_JSON: json = true; break;
        case OPT_MODELS: models = optarg; break;
        case OPT_MAJOR: reading.disorder = MOFB_DISORDER_MAJOR; break;
        default: return cli_bad_option(&cli_check, argv, option);
        }
    if (optind == argc) return cli_bad_usage(&cli_check, "no structure file given");
    if (id && cli_model_open(&model, id, models))
        return cli_bad_usage(&cli_check, "--model %s: %s", id, mofb_error_message());
    cli_inputs_read(&inputs, argv + optind, argc - optind, true, &reading);
    for (size_t k = 0; k < inputs.count; k++) {
        const cli_input *input = &inputs.items[k];
        if (input->structure) good &= check_one(input, model, json);
        else {
            good = false;
            if (json) cli_print_failure(NULL, input, &input->failure);
        }
    }
    cli_inputs_free(&inputs);
    mofb_model_free(model);
    return good ? EXIT_DONE : EXIT_FAILED;
}

const cli_verb cli_check = {
    "check", "[--model M] FILE...",
    "read structures and tell what is in them, and whether a model takes them",
    "  FILE             CIF, extended XYZ or POSCAR, all blocks and frames; or a folder\n"
    "  -m, --model M    also check that the model knows every element\n"
    "      --models DIR  folder with weights (`mofbench models --help`)\n"
    "      --major      of disordered sites keep the most occupied alternative\n"
    "      --json       one JSON object per structure\n",
    check_verb};
