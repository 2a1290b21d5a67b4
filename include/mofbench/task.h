/* SPDX-License-Identifier: MIT */
/* A task: a kind (single_point, optimisation, stability, bulk_modulus, heat_capacity,
   interaction_energy), named structure inputs and parameters validated against the kind's tables. A
   plain value; nothing runs until it is given to mofb_run. */
#ifndef MOFBENCH_TASK_H
#define MOFBENCH_TASK_H

#include "structure.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mofb_task mofb_task;

typedef struct mofb_task_options {
    size_t struct_size;
    const mofb_allocator *allocator; /* NULL: malloc */
    const char *preset_folder;       /* folder with user presets (*.json); NULL: only the built-in ones */
} mofb_task_options;

/* Makes a task. kind: its name (American spelling and hyphens are accepted). parameters: JSON object of
   parameters, "preset" among them, or NULL. options: nullable. Caller owns *out. Errors: not_found
   (unknown_task, unknown_preset), invalid (unknown_parameter naming the nearest, bad_value,
   out_of_range naming the range), format (bad_json), no_memory. Thread: any. Since 0.1. */
MOFB_API mofb_status mofb_task_new(mofb_task **out, const char *kind, const char *parameters,
                                   const mofb_task_options *options);

/* Sets one parameter from text, as `--set key=value` does. Errors as above. Thread: one. */
MOFB_API mofb_status mofb_task_set(mofb_task *task, const char *key, const char *value);

/* Sets a structure input; the task takes a reference. name: of the input, e.g. "structure".
   Errors: not_found (unknown_input). Thread: one. */
MOFB_API mofb_status mofb_task_set_structure(mofb_task *task, const char *name,
                                             const mofb_structure *structure);

/* Kind and effective parameters (JSON object, all of them). Borrowed until the task changes. */
MOFB_API const char *mofb_task_kind(const mofb_task *task);
MOFB_API const char *mofb_task_parameters(const mofb_task *task);

/* NULL is fine. Thread: one. */
MOFB_API void mofb_task_free(mofb_task *task);

/* Number of task kinds in this build, and the name of one. Borrowed, static. NULL past the end. */
MOFB_API size_t mofb_task_kind_count(void);
MOFB_API const char *mofb_task_kind_name(size_t index);

/* JSON object describing a kind: name, title, summary, inputs, outcomes, parameters (type, unit, default,
   range, meaning), results, common_results, plots, presets. Caller frees with mofb_text_free (model.h). Errors: not_found. */
MOFB_API mofb_status mofb_task_kind_describe(char **out, const char *kind);

#ifdef __cplusplus
}
#endif
#endif
