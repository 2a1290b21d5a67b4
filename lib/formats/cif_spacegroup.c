/* SPDX-License-Identifier: MIT */
/* Operations of a space group that a file only names, from spglib's table of the 530 Hall symbols
   (International Tables for Crystallography A, and S. R. Hall, Acta Cryst. A37, 517 (1981)). */
#include "formats/cif.h"

#include <spglib.h>
#include <stdio.h>
#include <string.h>

enum { HALL_NUMBERS = 530 };

/* A symbol without blanks and underscores, lower case; a choice of origin or axes behind it apart. */
typedef struct symbol {
    char text[48];
    char choice[8];
} symbol;

typedef struct wanted {
    symbol hall, hm;
    char setting[8];
    int number;
} wanted;

static bool squeeze(char *out, size_t size, const char *text, size_t length) {
    size_t n = 0;
    for (size_t k = 0; k < length; k++) {
        if (mofb__is_blank(text[k]) || text[k] == '_') continue;
        if (n + 1 >= size) return false;
        out[n++] = mofb__lower(text[k]);
    }
    out[n] = 0;
    return true;
}

/* "R -3 m :H", "F d -3 m Z": the choice is what stands behind a colon, or a lone H, R, S or Z at the end
   (S, Z: origin 1 and 2 in files of the ICSD). */
static bool read_symbol(symbol *out, const mofb__cif_value *v) {
    mofb__span rest = {v->text, v->length}, word, last = {"", 0};
    const char *colon = memchr(v->text, ':', v->length);
    size_t words = 0, length = v->length;
    *out = (symbol){0};
    if (colon) {
        length = (size_t)(colon - v->text);
        if (!squeeze(out->choice, sizeof out->choice, colon + 1, v->length - length - 1)) return false;
    } else {
        for (; mofb__text_word(&word, &rest); words++)
            last = word;
        if (words > 2 && last.length == 1 && strchr("HRSZhrsz", *last.text)) {
            out->choice[0] = *last.text == 'S' || *last.text == 's'   ? '1'
                             : *last.text == 'Z' || *last.text == 'z' ? '2'
                                                                      : mofb__lower(*last.text);
            length = (size_t)(last.text - v->text);
        }
    }
    return squeeze(out->text, sizeof out->text, v->text, length);
}

/* Symbols of the cubic groups were written with 3 for -3 once (F m 3 m). */
static void drop_bar_three(char *text) {
    char *bar = strstr(text, "-3");
    if (bar) memmove(bar, bar + 1, strlen(bar));
}

/* Five groups have a glide e today that was written as one of its two directions (C m c a, now C m c e). */
static bool equal_glide_e(const char *ours, const char *theirs, int number) {
    if (number != 39 && number != 41 && number != 64 && number != 67 && number != 68) return false;
    for (; *theirs && *ours; theirs++, ours++)
        if (*theirs != *ours && !(*theirs == 'e' && *ours >= 'a' && *ours <= 'c')) return false;
    return *theirs == *ours;
}

static bool equal_hm(const char *ours, const char *theirs, int number) {
    char copy[48];
    if (!strcmp(ours, theirs) || equal_glide_e(ours, theirs, number)) return true;
    if (number < 195) return false;
    snprintf(copy, sizeof copy, "%s", theirs);
    drop_bar_three(copy);
    return !strcmp(ours, copy);
}

/* How well a symbol names a setting: 2 the full symbol or that of the setting itself, 1 the short symbol of
   the group, 0 not. spglib lists several spellings in one text: "C 2/c = C 1 2/c 1". */
static int matches_hm(const symbol *hm, const SpglibSpacegroupType *type) {
    char spelled[48];
    const char *all = type->international, *stop;
    squeeze(spelled, sizeof spelled, type->international_full, strlen(type->international_full));
    if (equal_hm(hm->text, spelled, type->number)) return 2;
    for (int nth = 0; all; all = stop ? stop + 1 : NULL, nth++) {
        stop = strchr(all, '=');
        squeeze(spelled, sizeof spelled, all, stop ? (size_t)(stop - all) : strlen(all));
        if (equal_hm(hm->text, spelled, type->number)) return nth || !stop ? 2 : 1;
    }
    squeeze(spelled, sizeof spelled, type->international_short, strlen(type->international_short));
    return equal_hm(hm->text, spelled, type->number) ? 1 : 0;
}

/* "P 21/n" means "P 1 21/n 1": without more, the unique axis of a monoclinic group is b. */
static bool matches_unique_b(const symbol *hm, const SpglibSpacegroupType *type) {
    char long_form[64], spelled[48];
    if (type->number < 3 || type->number > 15 || !hm->text[0]) return false;
    snprintf(long_form, sizeof long_form, "%c1%s1", hm->text[0], hm->text + 1);
    squeeze(spelled, sizeof spelled, type->international_full, strlen(type->international_full));
    return !strcmp(long_form, spelled);
}

static bool choice_fits(const wanted *w, const char *choice) {
    char lower[8];
    squeeze(lower, sizeof lower, choice, strlen(choice));
    if (w->hm.choice[0] && strcmp(w->hm.choice, lower)) return false;
    return !w->setting[0] || !lower[0] || !strcmp(w->setting, lower);
}

static int score(const wanted *w, const SpglibSpacegroupType *type) {
    char hall[48];
    if (w->hall.text[0]) {
        squeeze(hall, sizeof hall, type->hall_symbol, strlen(type->hall_symbol));
        return strcmp(hall, w->hall.text) ? 0 : 3;
    }
    if (w->number && type->number != w->number) return 0;
    if (!choice_fits(w, type->choice)) return 0;
    if (!w->hm.text[0]) return 1;
    if (matches_unique_b(&w->hm, type)) return 3;
    return matches_hm(&w->hm, type);
}

static size_t operations(mofb__symop out[192], int hall_number) {
    int r[192][3][3];
    double t[192][3];
    int n = spg_get_symmetry_from_database(r, t, hall_number);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++)
                out[k].r[3 * i + j] = r[k][i][j];
            out[k].t[i] = t[k][i];
        }
    return n > 0 ? (size_t)n : 0;
}

static bool fits_cell(const mofb__symop *ops, size_t count, const double cell[9]) {
    for (size_t k = 0; k < count; k++)
        if (!mofb__symop_fits(&ops[k], cell)) return false;
    return count > 0;
}

/* The setting that fits best and whose operations fit the cell; *ties: others as good. */
static int best_setting(const wanted *w, const double cell[9], int *ties) {
    mofb__symop ops[192];
    int best = 0, best_score = 0;
    *ties = 0;
    for (int h = 1; h <= HALL_NUMBERS; h++) {
        SpglibSpacegroupType type = spg_get_spacegroup_type(h);
        int s = score(w, &type);
        if (!s || s < best_score || !fits_cell(ops, operations(ops, h), cell)) continue;
        *ties = s == best_score ? *ties + 1 : 0;
        if (s > best_score) best = h;
        best_score = s;
    }
    return best;
}

static mofb_status fail_named(const mofb__cif_value *v, const char *reason, const char *what) {
    return mofb__fail(MOFB_ERR_UNSUPPORTED, reason,
                      "line %u: space group '%s' %s, and the file lists no symmetry operations",
                      (unsigned)v->line, mofb__text_clip(v->text, v->length).text, what);
}

static mofb_status read_wanted(wanted *w, const mofb__cif_value **named, const mofb__cif_block *block) {
    const mofb__cif_value *hall = mofb__cif_value_at(block, MOFB__CIF_HALL, 0);
    const mofb__cif_value *hm = mofb__cif_value_at(block, MOFB__CIF_HM, 0);
    const mofb__cif_value *number = mofb__cif_value_at(block, MOFB__CIF_NUMBER, 0);
    const mofb__cif_value *setting = mofb__cif_value_at(block, MOFB__CIF_SETTING, 0);
    int64_t n = 0;
    *w = (wanted){0};
    *named = hall ? hall : hm ? hm : number;
    if (number && (!mofb__text_integer(&n, number->text, number->length) || n < 1 || n > 230))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %u: '%s' is not a space group number",
                          (unsigned)number->line, mofb__text_clip(number->text, number->length).text);
    w->number = (int)n;
    if (hall && !read_symbol(&w->hall, hall)) return fail_named(hall, "unknown_space_group", "is not known");
    if (hm && !read_symbol(&w->hm, hm)) return fail_named(hm, "unknown_space_group", "is not known");
    if (setting && !squeeze(w->setting, sizeof w->setting, setting->text, setting->length))
        return fail_named(setting, "unknown_space_group", "(setting) is not known");
    return MOFB_OK;
}

mofb_status mofb__cif_space_group(mofb__symops *out, const mofb__cif_block *block, const double cell[9]) {
    static const mofb__symop identity = {{1, 0, 0, 0, 1, 0, 0, 0, 1}, {0}};
    wanted w;
    const mofb__cif_value *named;
    int best = 0, ties = 0;
    MOFB__TRY(read_wanted(&w, &named, block));
    if (named) best = best_setting(&w, cell, &ties);
    if (named && !best && w.hall.text[0] && (w.hm.text[0] || w.number)) { /* not a Hall symbol of the table */
        w.hall.text[0] = 0;
        best = best_setting(&w, cell, &ties);
    }
    if (named && !best)
        return fail_named(named, "unknown_space_group", "is not known or does not fit the cell");
    if (ties) return fail_named(named, "ambiguous_space_group", "has several settings that fit the cell");
    out->items = mofb__calloc(block->a, 192, sizeof *out->items);
    if (!out->items) return mofb__no_memory();
    out->capacity = 192;
    out->count = best ? operations(out->items, best) : 1;
    if (!best) out->items[0] = identity;
    return MOFB_OK;
}
