/* SPDX-License-Identifier: MIT */
/* What several tasks put into results and artefacts. */
#ifndef MOFB_TASKS_REPORT_H
#define MOFB_TASKS_REPORT_H

#include "tasks/context.h"

/* Largest norm of a row of f [n][3]. */
double mofb__largest_norm(const double *f, size_t n);

/* True if the structure has a cell and repeats along all three axes, so that stress and volume exist. */
bool mofb__is_bulk(const mofb_structure *s);

/* Rows "stress_eV_per_A3" and "stress_voigt_eV_per_A3". */
void mofb__report_stress(mofb_result *r, const double stress[9]);

/* Rows "volume_A3", "cell_A", "cell_lengths_A", "cell_angles_deg". */
void mofb__report_cell(mofb_result *r, const double cell[9]);

/* A structure of `from`'s atoms at other coordinates as a row, and as the file `artefact` (NULL: none). */
mofb_status mofb__report_structure(mofb_result *r, const char *key, mofb__context *ctx, const char *artefact,
                                   const mofb_structure *from, const double *positions, const double *cell);

/* A frame of a trajectory. */
typedef struct mofb__frame {
    const mofb_structure *structure; /* names the atoms */
    const double *positions, *cell;  /* Å; cell NULL: none */
    const double *forces;            /* eV/Å, NULL: none */
    const double *velocities;        /* Å/fs, NULL: none */
    const char *info;                /* key=value text of the comment line */
} mofb__frame;

/* Adds a frame to an extended XYZ text, or to a growing artefact. */
mofb_status mofb__frame_print(mofb__str *out, const mofb__frame *frame);
mofb_status mofb__frame_append(mofb__context *ctx, const char *artefact, const mofb__frame *frame);

/* Text to a growing or whole artefact; the text's failures come out here. */
mofb_status mofb__text_append(mofb__context *ctx, const char *artefact, mofb__str *text);
mofb_status mofb__text_write(mofb__context *ctx, const char *artefact, mofb__str *text);

/* A line of a CSV file: the step, then the values. */
void mofb__csv_line(mofb__str *out, uint64_t step, const double *values, size_t count);

/* The error of a task that needs a cell with three periods. */
mofb_status mofb__need_bulk(const mofb_structure *s, const char *task);

#endif
