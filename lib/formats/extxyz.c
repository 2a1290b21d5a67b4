/* SPDX-License-Identifier: MIT */
/* Extended and plain XYZ files, one structure for each frame. */
#include "formats/extxyz.h"

#include <stdio.h>
#include <string.h>

#include "formats/format.h"
#include "structure/elements.h"

enum { MAX_COLUMNS = 4096 }; /* words of an atom's line */

/* Where a frame is; nothing in it was looked at but its number of atoms. */
typedef struct frame {
    mofb__span comment, body;
    size_t n_atoms, line, index; /* line of the comment, from 1 */
} frame;

typedef struct place {
    mofb__span rest;
    size_t line; /* of the first line of rest */
    size_t index;
} place;

/* A run of words in every line. */
typedef struct column {
    mofb__span name;
    char type; /* S R I L */
    size_t width;
    int role;     /* one of these */
    size_t array; /* index in the draft, of an ARRAY */
} column;

enum { ARRAY, SPECIES, NUMBERS, POSITIONS, SKIPPED };

static mofb_status fail_end(size_t line, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "unexpected_end", "line %zu: the text ends before %s", line, what);
}

static bool take_line(mofb__span *line, place *p) {
    if (!mofb__text_line(line, &p->rest)) return false;
    p->line++;
    return true;
}

static bool is_empty(mofb__span line) {
    mofb__span word;
    return !mofb__text_word(&word, &line);
}

/* The next frame; *found false at the end. */
static mofb_status next_frame(frame *out, bool *found, place *p) {
    mofb__span line = {"", 0}, word;
    int64_t n;
    *found = false;
    do {
        if (!take_line(&line, p)) return MOFB_OK;
    } while (is_empty(line));
    mofb__span count = line;
    mofb__text_word(&word, &line);
    if (!mofb__text_integer(&n, word.text, word.length) || n < 0 || !is_empty(line))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %zu: '%s' is not a number of atoms",
                          p->line - 1, mofb__text_clip(count.text, count.length).text);
    *out = (frame){.n_atoms = (size_t)n, .line = p->line, .index = p->index++};
    if (n == 0)
        return mofb__fail(MOFB_ERR_FORMAT, "no_atoms", "line %zu: a frame without atoms", p->line - 1);
    if (!take_line(&out->comment, p)) return fail_end(p->line, "the comment line");
    out->body = p->rest;
    for (size_t k = 0; k < out->n_atoms; k++)
        if (!take_line(&line, p)) return fail_end(p->line, "all atoms have come");
    out->body.length -= p->rest.length;
    *found = true;
    return MOFB_OK;
}

static bool field(mofb__span *out, mofb__span *rest) {
    const char *colon = memchr(rest->text, ':', rest->length);
    size_t n = colon ? (size_t)(colon - rest->text) : rest->length;
    *out = (mofb__span){rest->text, n};
    *rest = (mofb__span){rest->text + n + (colon != NULL), rest->length - n - (colon != NULL)};
    return n > 0;
}

static mofb_status fail_properties(const frame *f, mofb__span text, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_properties", "line %zu: Properties: %s: '%s'", f->line, what,
                      mofb__text_clip(text.text, text.length).text);
}

typedef struct columns {
    column *items;
    size_t count, capacity, words;
    bool species, positions, numbers;
} columns;

static mofb_status add_column(columns *c, const frame *f, mofb__span name, mofb__span type, int64_t width,
                              const mofb_allocator *a) {
    if (type.length != 1 || !strchr("SRIL", *type.text))
        return fail_properties(f, type, "a type is S, R, I or L");
    if (width < 1 || c->words + (size_t)width > MAX_COLUMNS)
        return fail_properties(f, name, "a bad number of columns");
    column new = {.name = name, .type = *type.text, .width = (size_t)width};
    if (new.type == 'S') new.role = SKIPPED;
    if (mofb__text_is(name, "species") && !c->species) {
        if (width != 1) return fail_properties(f, name, "species needs one column");
        new.role = SPECIES;
        c->species = true;
    } else if (mofb__text_is(name, "pos") && !c->positions) {
        if (width != 3 || new.type != 'R')
            return fail_properties(f, name, "pos needs three columns of type R");
        new.role = POSITIONS;
        c->positions = true;
    } else if ((mofb__text_is(name, "Z") || mofb__text_is(name, "numbers")) && new.type == 'I' &&
               width == 1 && !c->numbers) {
        new.role = NUMBERS;
        c->numbers = true;
    }
    MOFB__TRY(mofb__grow(a, &c->items, &c->capacity, c->count + 1, sizeof new));
    c->items[c->count++] = new;
    c->words += (size_t)width;
    return MOFB_OK;
}

static mofb_status read_properties(columns *c, const frame *f, mofb__span text, const mofb_allocator *a) {
    mofb__span rest = text, name, type, number;
    int64_t width;
    while (rest.length) {
        if (!field(&name, &rest) || !field(&type, &rest) || !field(&number, &rest) ||
            !mofb__text_integer(&width, number.text, number.length))
            return fail_properties(f, text, "needs name:type:columns triples");
        MOFB__TRY(add_column(c, f, name, type, width, a));
    }
    if (!c->positions) return fail_properties(f, text, "no pos");
    if (!c->species && !c->numbers) return fail_properties(f, text, "no species");
    return MOFB_OK;
}

/* Room for the per-atom arrays among the columns. */
static mofb_status make_arrays(mofb__draft *d, columns *c) {
    d->arrays = mofb__calloc(d->a, c->count, sizeof *d->arrays);
    if (!d->arrays) return mofb__no_memory();
    for (size_t k = 0; k < c->count; k++) {
        column *col = &c->items[k];
        if (col->role == NUMBERS && c->species) col->role = SKIPPED; /* says what species says */
        if (col->role != ARRAY) continue;
        mofb__array *to = &d->arrays[d->n_arrays];
        col->array = d->n_arrays++;
        to->width = col->width;
        to->name = mofb__text_copy(d->a, col->name.text, col->name.length);
        to->values = mofb__alloc(d->a, d->n_atoms * to->width * sizeof *to->values);
        if (!to->name || !to->values) return mofb__no_memory();
    }
    return MOFB_OK;
}

/* "Zn", "ZN", "C12" (a label), or an atomic number */
static mofb_status read_species(int32_t *out, mofb__span word, size_t line) {
    size_t n = 0;
    int64_t z = 0;
    while (n < word.length && mofb__is_letter(word.text[n]))
        n++;
    if (n) z = n <= 2 ? mofb__element_number(word.text, n) : 0;
    else if (!mofb__text_integer(&z, word.text, word.length) || z > MOFB__MAX_Z) z = 0;
    if (z < 1)
        return mofb__fail(MOFB_ERR_INVALID, "unknown_element", "line %zu: '%s' is not an element", line,
                          mofb__text_clip(word.text, word.length).text);
    *out = (int32_t)z;
    return MOFB_OK;
}

static mofb_status read_number(double *out, const column *c, mofb__span word, size_t line) {
    bool truth;
    if (mofb__text_number(out, word.text, word.length)) return MOFB_OK;
    if (c->type != 'L' || !mofb__extxyz_bool(&truth, word))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %zu: '%s' is not a number (%s)", line,
                          mofb__text_clip(word.text, word.length).text,
                          mofb__text_clip(c->name.text, c->name.length).text);
    *out = truth;
    return MOFB_OK;
}

static mofb_status read_word(mofb__draft *d, const column *c, size_t atom, size_t nth, mofb__span word,
                             size_t line) {
    if (c->role == SPECIES || c->role == NUMBERS) return read_species(&d->numbers[atom], word, line);
    if (c->role == POSITIONS) return read_number(&d->positions[3 * atom + nth], c, word, line);
    if (c->role == SKIPPED) return MOFB_OK;
    return read_number(&d->arrays[c->array].values[c->width * atom + nth], c, word, line);
}

static mofb_status fail_short(size_t line, const columns *c) {
    return mofb__fail(MOFB_ERR_FORMAT, "unexpected_end", "line %zu: an atom needs %zu values", line,
                      c->words);
}

/* Before memory is taken: lines too short for what Properties promises are found without it. */
static mofb_status check_length(const frame *f, const columns *c) {
    mofb__span rest = f->body, line, word;
    if (f->body.length / f->n_atoms + 1 >= 2 * c->words) return MOFB_OK;
    for (size_t at = f->line + 1; mofb__text_line(&line, &rest); at++)
        for (size_t k = 0; k < c->words; k++)
            if (!mofb__text_word(&word, &line)) return fail_short(at, c);
    return MOFB_OK;
}

static mofb_status read_atoms(mofb__draft *d, const frame *f, const columns *c) {
    mofb__span rest = f->body, line, word;
    for (size_t atom = 0; atom < d->n_atoms && mofb__text_line(&line, &rest); atom++) {
        size_t at = f->line + 1 + atom;
        for (size_t k = 0; k < c->count; k++)
            for (size_t nth = 0; nth < c->items[k].width; nth++) {
                if (!mofb__text_word(&word, &line)) return fail_short(at, c);
                MOFB__TRY(read_word(d, &c->items[k], atom, nth, word, at));
            }
    }
    return MOFB_OK;
}

static mofb_status read_cell(mofb__draft *d, const frame *f, const mofb__extxyz_comment *c) {
    mofb__span rest = c->lattice, word = {"", 0};
    size_t n = 0;
    bool zero = true;
    for (; mofb__text_word(&word, &rest) && n < 9; n++) {
        if (!mofb__text_number(&d->cell[n], word.text, word.length))
            return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %zu: '%s' is not a number (Lattice)",
                              f->line, mofb__text_clip(word.text, word.length).text);
        zero = zero && d->cell[n] == 0;
    }
    if (n != 9 || word.length)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_cell", "line %zu: Lattice needs nine numbers", f->line);
    d->has_cell = !zero;
    return MOFB_OK;
}

static mofb_status read_pbc(mofb__draft *d, const frame *f, const mofb__extxyz_comment *c) {
    mofb__span rest = c->pbc, word;
    bool truth;
    for (int k = 0; k < 3; k++) {
        d->periodic[k] = d->has_cell;
        if (!c->has_pbc) continue;
        if (!mofb__text_word(&word, &rest) || !mofb__extxyz_bool(&truth, word))
            return mofb__fail(MOFB_ERR_FORMAT, "bad_properties", "line %zu: pbc needs three of T and F",
                              f->line);
        if (truth && !d->has_cell)
            return mofb__fail(MOFB_ERR_FORMAT, "bad_cell", "line %zu: periodic without a Lattice", f->line);
        d->periodic[k] = truth;
    }
    return MOFB_OK;
}

static mofb_status set_name(mofb__draft *d, const frame *f, const char *name, bool several) {
    char number[32];
    mofb__str s;
    char *stem = mofb__text_stem(d->a, name);
    if (!stem) return mofb__no_memory();
    snprintf(number, sizeof number, "@%zu", f->index);
    mofb__str_init(&s, d->a);
    mofb__str_puts(&s, stem);
    if (several) mofb__str_puts(&s, number);
    mofb__free(stem);
    return mofb__str_take(&d->name, &s);
}

static mofb_status fill(mofb__draft *d, columns *c, const frame *f, const mofb__extxyz_comment *comment) {
    static const char plain[] = "species:S:1:pos:R:3";
    bool extended = comment->has_lattice || comment->has_properties;
    mofb__span properties =
        comment->has_properties ? comment->properties : (mofb__span){plain, sizeof plain - 1};
    MOFB__TRY(read_properties(c, f, properties, d->a));
    if (comment->has_lattice) MOFB__TRY(read_cell(d, f, comment));
    if (extended) MOFB__TRY(read_pbc(d, f, comment));
    MOFB__TRY(check_length(f, c));
    d->n_atoms = f->n_atoms;
    d->numbers = mofb__alloc(d->a, d->n_atoms * sizeof *d->numbers);
    d->positions = mofb__alloc(d->a, 3 * d->n_atoms * sizeof *d->positions);
    if (!d->numbers || !d->positions) return mofb__no_memory();
    MOFB__TRY(make_arrays(d, c));
    if (extended && comment->info) MOFB__TRY(mofb__json_text(&d->info, comment->info, d->a));
    return read_atoms(d, f, c);
}

static mofb_status read_frame(mofb__structure_list *out, const frame *f, const char *name, bool several,
                              const mofb_structure_options *options) {
    mofb__draft d = {.a = options->allocator};
    mofb__extxyz_comment comment;
    columns c = {0};
    mofb_structure *s;
    MOFB__TRY(mofb__extxyz_comment_read(&comment, f->comment, d.a));
    mofb_status status = set_name(&d, f, name, several);
    if (!status) status = fill(&d, &c, f, &comment);
    mofb__free(c.items);
    mofb__json_free(comment.info);
    if (status) {
        mofb__draft_free(&d);
        return status;
    }
    MOFB__TRY(mofb__fail_prefix(mofb__structure_build(&s, &d, options->min_distance), "frame %zu", f->index));
    return mofb__structure_list_add(out, s, options->allocator);
}

/* The frame asked for; negative numbers count from the end. */
static mofb_status wanted_frame(size_t *wanted, mofb__span all, const char *block) {
    int64_t n;
    place p = {all, 1, 0};
    frame f;
    bool found = true;
    if (!mofb__text_integer(&n, block, strlen(block)))
        return mofb__fail(MOFB_ERR_INVALID, "bad_value", "'%.40s' is not the number of a frame", block);
    while (n < 0 && found)
        MOFB__TRY(next_frame(&f, &found, &p));
    if (n < 0) n += (int64_t)p.index;
    if (n < 0)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "no_block", "frame %.40s: there are %zu", block, p.index);
    *wanted = (size_t)n;
    return MOFB_OK;
}

static mofb_status read(mofb__structure_list *out, const char *text, size_t length, const char *name,
                        const mofb_structure_options *options) {
    mofb__span all = mofb__text_begin(text, length);
    place p = {all, 1, 0};
    frame f;
    bool found;
    size_t wanted = 0;
    if (options->block) MOFB__TRY(wanted_frame(&wanted, all, options->block));
    while (!out->limit || out->count < out->limit) {
        MOFB__TRY(next_frame(&f, &found, &p));
        if (!found) break;
        if (options->block && f.index != wanted) continue;
        MOFB__TRY(read_frame(out, &f, name, f.index || !is_empty(p.rest), options));
        if (options->block) break;
    }
    if (out->count) return MOFB_OK;
    if (options->block)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "no_block", "frame %.40s: there are %zu", options->block,
                          p.index);
    return mofb__fail(MOFB_ERR_FORMAT, "no_atoms", "no frame has atoms");
}

/* A number alone, a comment, then a line of at least four words. */
static bool sniff(const char *text, size_t length) {
    mofb__span rest = mofb__text_begin(text, length), line, word;
    int64_t n;
    if (!mofb__text_line(&line, &rest) || !mofb__text_word(&word, &line) || !is_empty(line)) return false;
    if (!mofb__text_integer(&n, word.text, word.length) || n < 1) return false;
    if (!mofb__text_line(&line, &rest) || !mofb__text_line(&line, &rest)) return false;
    for (int k = 0; k < 4; k++)
        if (!mofb__text_word(&word, &line)) return false;
    return true;
}

static const char *const suffixes[] = {".extxyz", ".xyz", ".exyz", NULL};

const mofb__format mofb__format_extxyz = {"extxyz", suffixes, sniff, read, mofb__extxyz_write};
