/* SPDX-License-Identifier: MIT */
/* Potentials: the families of the build, and the files of weights in the user's model folder. */
#define _POSIX_C_SOURCE 200809L
#include <cjson/cJSON.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct models_args {
    mofb_import_options import;
    const char *folder; /* given with --models */
    bool json;
    char **words; /* behind the options */
    int n_words;
} models_args;

enum {
    OPT_JSON = 256,
    OPT_MODELS,
    OPT_CONVENTION,
    OPT_NAME,
    OPT_FUNCTIONAL,
    OPT_LICENCE,
    OPT_CITATION,
    OPT_ALIAS
};

static const struct option long_options[] = {{"json", no_argument, NULL, OPT_JSON},
                                             {"models", required_argument, NULL, OPT_MODELS},
                                             {"output", required_argument, NULL, 'o'},
                                             {"convention", required_argument, NULL, OPT_CONVENTION},
                                             {"name", required_argument, NULL, OPT_NAME},
                                             {"functional", required_argument, NULL, OPT_FUNCTIONAL},
                                             {"licence", required_argument, NULL, OPT_LICENCE},
                                             {"citation", required_argument, NULL, OPT_CITATION},
                                             {"alias", no_argument, NULL, OPT_ALIAS},
                                             {NULL, 0, NULL, 0}};

const char *cli_model_folder(const char *given) {
    static char folder[4096];
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (given) return given;
    if (data && *data == '/') snprintf(folder, sizeof folder, "%s/mofbench/models", data);
    else if (home && *home) snprintf(folder, sizeof folder, "%s/.local/share/mofbench/models", home);
    else return NULL;
    return folder;
}

mofb_status cli_model_open(mofb_model **out, const char *id, const char *folder) {
    mofb_model_options options = {.struct_size = sizeof options, .folder = cli_model_folder(folder)};
    return mofb_model_open(out, id, &options);
}

static const char *text_of(const cJSON *object, const char *key) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(v) ? v->valuestring : "";
}

static void print_raw(const cJSON *object) {
    char *text = cJSON_PrintUnformatted(object);
    if (text) puts(text);
    cJSON_free(text);
}

static void print_item(const cJSON *o) {
    const char *functional = text_of(o, "functional"), *alias = text_of(o, "alias_of"),
               *same = text_of(o, "same_as");
    printf("%-40s ", text_of(o, "id"));
    if (*text_of(o, "error")) printf("UNUSABLE: %s\n", text_of(o, "error"));
    else if (*alias) printf("alias of %s\n", alias);
    else
        printf("%s%s%s%s%s\n", text_of(o, "architecture"), *functional ? ", " : "", functional,
               *same ? ", THE SAME WEIGHTS AS " : "", same);
}

static int list_folder(const models_args *a) {
    const char *folder = cli_model_folder(a->folder);
    char *text;
    if (!folder) return EXIT_DONE;
    if (mofb_weights_list(&text, folder)) return cli_failed("models");
    cJSON *list = cJSON_Parse(text);
    const cJSON *o;
    if (!a->json && cJSON_GetArraySize(list)) printf("\nweights in %s\n", folder);
    cJSON_ArrayForEach(o, list) a->json ? print_raw(o) : print_item(o);
    cJSON_Delete(list);
    mofb_text_free(text);
    return EXIT_DONE;
}

static void print_info(const cJSON *o) {
    static const char *const keys[] = {"name",   "architecture",  "functional", "licence",  "citation",
                                       "sha256", "source_sha256", "path",       "alias_of", "same_as"};
    const cJSON *conventions = cJSON_GetObjectItemCaseSensitive(o, "conventions"), *v;
    const cJSON *config = cJSON_GetObjectItemCaseSensitive(o, "config");
    const cJSON *tensors = cJSON_GetObjectItemCaseSensitive(o, "tensors");
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (*text_of(o, keys[k])) printf("%-16s %s\n", keys[k], text_of(o, keys[k]));
    cJSON_ArrayForEach(v, conventions) printf("%-16s %s\n", v->string, v->valuestring);
    printf("%-16s %d\n%-16s %d\n", "elements",
           cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(config, "element_types")), "tensors",
           cJSON_GetArraySize(tensors));
}

static int print_info_text(char *text, bool json) {
    cJSON *o = cJSON_Parse(text);
    if (json) puts(text);
    else print_info(o);
    cJSON_Delete(o);
    mofb_text_free(text);
    return EXIT_DONE;
}

static int run_list(models_args *a) {
    if (a->n_words) return cli_bad_usage(&cli_models, "list takes no names");
    return list_folder(a);
}

static int run_show(models_args *a) {
    char *text;
    if (a->n_words != 1) return cli_bad_usage(&cli_models, "show takes one id");
    if (mofb_weights_info(&text, a->words[0], cli_model_folder(a->folder))) return cli_failed("show");
    return print_info_text(text, a->json);
}

static int run_import(models_args *a) {
    char *text;
    if (a->n_words != 1) return cli_bad_usage(&cli_models, "import takes one source");
    a->import.struct_size = sizeof a->import;
    a->import.folder = a->import.output ? NULL : cli_model_folder(a->folder);
    if (!a->import.output && !a->import.folder)
        return cli_bad_usage(&cli_models, "no model folder: give --models or -o, or set HOME");
    if (mofb_weights_import(&text, a->words[0], &a->import)) {
        cli_failed("import");
        if (!strcmp(mofb_error_reason(), "unknown_convention"))
            fputs("for example --convention embed_at=dst,message_from=dst,message_to=src\n", stderr);
        return EXIT_FAILED;
    }
    return print_info_text(text, a->json);
}

static int run_remove(models_args *a) {
    const char *folder = cli_model_folder(a->folder);
    if (a->n_words != 1 || !folder)
        return cli_bad_usage(&cli_models, "remove takes one id of the model folder");
    return mofb_weights_remove(a->words[0], folder) ? cli_failed("remove") : EXIT_DONE;
}

static int run_verify(models_args *a) {
    if (a->n_words != 1) return cli_bad_usage(&cli_models, "verify takes one id");
    return cli_verify(a->words[0], a->folder, a->json);
}

static bool read_option(models_args *a, int option) {
    switch (option) {
    case 'o': a->import.output = optarg; return true;
    case OPT_JSON: a->json = true; return true;
    case OPT_MODELS: a->folder = optarg; return true;
    case OPT_CONVENTION: a->import.convention = optarg; return true;
    case OPT_NAME: a->import.name = optarg; return true;
    case OPT_FUNCTIONAL: a->import.functional = optarg; return true;
    case OPT_LICENCE: a->import.licence = optarg; return true;
    case OPT_CITATION: a->import.citation = optarg; return true;
    case OPT_ALIAS: a->import.alias = 1; return true;
    default: return false;
    }
}

static int run_models(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(models_args *a);
    } actions[] = {{"import", run_import},
                   {"list", run_list},
                   {"show", run_show},
                   {"verify", run_verify},
                   {"remove", run_remove}};
    models_args a = {0};
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, ":o:", long_options, NULL)) != -1)
        if (!read_option(&a, option)) return cli_bad_option(&cli_models, argv, option);
    a.words = argv + optind;
    a.n_words = argc - optind;
    for (size_t k = 0; a.n_words && k < sizeof actions / sizeof *actions; k++) {
        if (strcmp(a.words[0], actions[k].name)) continue;
        a.words++;
        a.n_words--;
        return actions[k].run(&a);
    }
    if (a.n_words > 1) return cli_bad_usage(&cli_models, "one model name at most");
    if (a.n_words) return cli_describe_family(a.words[0], a.json);
    int status = cli_list_families(a.json);
    return status ? status : list_folder(&a);
}

const cli_verb cli_models = {
    "models", "[NAME | list | show ID | verify ID | remove ID | import SRC] [options]",
    "list the potentials, describe one, and keep the weights of network potentials",
    "  NAME                 options of a potential; without it all, and the weights in the model folder\n"
    "  list                 the weights in the model folder; each id can be given as --model\n"
    "  show ID              what a file of weights says: architecture, licence, functional, conventions\n"
    "  verify ID            forces and stress of the model against differences of energies, on every device\n"
    "  remove ID            remove weights from the model folder\n"
    "  import SRC           take in a published checkpoint (a folder with model.json and state.pt), or a "
    "file\n"
    "  -o, --output FILE    where the imported weights go; otherwise into the model folder\n"
    "      --convention C   of a checkpoint that is not known: embed_at=dst,message_from=dst,message_to=src\n"
    "      --name N, --functional F, --licence L, --citation C   what to note about it\n"
    "      --alias          weights that are there under another id become another name of it\n"
    "      --models DIR     the model folder ($XDG_DATA_HOME/mofbench/models or "
    "~/.local/share/mofbench/models)\n"
    "      --json           one JSON object per line\n",
    run_models};
