/* SPDX-License-Identifier: MIT */
/* Tokens and blocks. Only the items listed in cif.h are kept, so that memory follows what is used. */
#include "formats/cif.h"

#include <string.h>

static const struct {
    const char *name; /* lower case, dots written as underscores */
    int tag;
} names[] = {
    {"_cell_length_a", MOFB__CIF_LENGTH_A},
    {"_cell_length_b", MOFB__CIF_LENGTH_B},
    {"_cell_length_c", MOFB__CIF_LENGTH_C},
    {"_cell_angle_alpha", MOFB__CIF_ALPHA},
    {"_cell_angle_beta", MOFB__CIF_BETA},
    {"_cell_angle_gamma", MOFB__CIF_GAMMA},
    {"_atom_site_fract_x", MOFB__CIF_FRACT_X},
    {"_atom_site_fract_y", MOFB__CIF_FRACT_Y},
    {"_atom_site_fract_z", MOFB__CIF_FRACT_Z},
    {"_atom_site_cartn_x", MOFB__CIF_CARTN_X},
    {"_atom_site_cartn_y", MOFB__CIF_CARTN_Y},
    {"_atom_site_cartn_z", MOFB__CIF_CARTN_Z},
    {"_atom_sites_cartn_tran_matrix_11", MOFB__CIF_CARTN_MATRIX},
    {"_atom_site_label", MOFB__CIF_LABEL},
    {"_atom_site_label_atom_id", MOFB__CIF_LABEL},
    {"_atom_site_type_symbol", MOFB__CIF_TYPE},
    {"_atom_site_occupancy", MOFB__CIF_OCCUPANCY},
    {"_atom_site_charge", MOFB__CIF_CHARGE},
    {"_atom_site_calc_flag", MOFB__CIF_CALC_FLAG},
    {"_atom_site_disorder_group", MOFB__CIF_DISORDER_GROUP},
    {"_atom_site_disorder_assembly", MOFB__CIF_DISORDER_ASSEMBLY},
    {"_space_group_symop_operation_xyz", MOFB__CIF_OPERATION},
    {"_symmetry_equiv_pos_as_xyz", MOFB__CIF_OPERATION_OLD},
    {"_space_group_symop_magn_operation_xyz", MOFB__CIF_OPERATION_MAGNETIC},
    {"_space_group_name_hall", MOFB__CIF_HALL},
    {"_symmetry_space_group_name_hall", MOFB__CIF_HALL},
    {"_space_group_name_h-m_alt", MOFB__CIF_HM},
    {"_space_group_name_h-m", MOFB__CIF_HM},
    {"_symmetry_space_group_name_h-m", MOFB__CIF_HM},
    {"_space_group_it_number", MOFB__CIF_NUMBER},
    {"_symmetry_int_tables_number", MOFB__CIF_NUMBER},
    {"_space_group_it_coordinate_system_code", MOFB__CIF_SETTING},
    {"_chemical_formula_sum", MOFB__CIF_FORMULA},
};

typedef enum { END, TAG, VALUE, LOOP, DATA, IGNORED } kind;

typedef struct token {
    kind kind;
    mofb__cif_value value;
} token;

static mofb_status fail_end(uint32_t line, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "unexpected_end", "line %u: %s that begins here does not end",
                      (unsigned)line, what);
}

static bool at_line_start(const mofb__cif_text *t) {
    return t->at == t->start || t->at[-1] == '\n' || t->at[-1] == '\r';
}

/* A CR before LF is not a line of its own. */
static void step(mofb__cif_text *t) {
    char c = *t->at++;
    if (c == '\n' || (c == '\r' && (t->at == t->end || *t->at != '\n'))) t->line += t->line < UINT32_MAX;
}

static bool is_end_of_line(char c) {
    return c == '\n' || c == '\r';
}

static void skip_blanks(mofb__cif_text *t) {
    while (t->at < t->end) {
        if (*t->at == '#')
            while (t->at < t->end && !is_end_of_line(*t->at))
                t->at++;
        else if (mofb__is_blank(*t->at) || !*t->at) step(t);
        else return;
    }
}

static mofb_status text_field(token *out, mofb__cif_text *t) {
    uint32_t line = t->line;
    const char *start = ++t->at;
    while (t->at < t->end && !(*t->at == ';' && at_line_start(t)))
        step(t);
    if (t->at == t->end) return fail_end(line, "a text field");
    const char *end = t->at++; /* the line end before the semicolon belongs to it */
    if (end > start && end[-1] == '\n') end--;
    if (end > start && end[-1] == '\r') end--;
    *out = (token){VALUE, {start, (size_t)(end - start), line, true}};
    return MOFB_OK;
}

/* A quote ends a value only before a blank: 'O5'' is the label O5'. */
static mofb_status quoted(token *out, mofb__cif_text *t) {
    char quote = *t->at;
    const char *start = ++t->at;
    for (; t->at < t->end && !is_end_of_line(*t->at); t->at++)
        if (*t->at == quote && (t->at + 1 == t->end || mofb__is_blank(t->at[1]))) {
            *out = (token){VALUE, {start, (size_t)(t->at - start), t->line, true}};
            t->at++;
            return MOFB_OK;
        }
    return fail_end(t->line, "a quoted value");
}

static bool starts(const mofb__cif_value *v, const char *word) {
    size_t n = strlen(word);
    return v->length >= n && mofb__text_is((mofb__span){v->text, n}, word);
}

static mofb_status next_token(token *out, mofb__cif_text *t) {
    skip_blanks(t);
    *out = (token){END, {t->at, 0, t->line, false}};
    if (t->at == t->end) return MOFB_OK;
    if (*t->at == ';' && at_line_start(t)) return text_field(out, t);
    if (*t->at == '\'' || *t->at == '"') return quoted(out, t);
    const char *start = t->at;
    while (t->at < t->end && !mofb__is_blank(*t->at))
        t->at++;
    out->value.length = (size_t)(t->at - start);
    if (*start == '_') out->kind = TAG;
    else if (starts(&out->value, "data_")) out->kind = DATA;
    else if (starts(&out->value, "loop_") && out->value.length == 5) out->kind = LOOP;
    else if (starts(&out->value, "save_") || starts(&out->value, "global_") || starts(&out->value, "stop_"))
        out->kind = IGNORED;
    else out->kind = VALUE;
    return MOFB_OK;
}

static int tag_of(const mofb__cif_value *v) {
    char name[64];
    if (v->length >= sizeof name) return -1;
    for (size_t k = 0; k < v->length; k++)
        name[k] = v->text[k] == '.' ? '_' : mofb__lower(v->text[k]);
    name[v->length] = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strcmp(names[k].name, name)) return names[k].tag;
    return -1;
}

static mofb_status push(mofb__cif_block *b, int tag, const mofb__cif_value *value) {
    mofb__cif_column *c = &b->columns[tag];
    MOFB__TRY(mofb__grow(b->a, &c->values, &c->capacity, c->count + 1, sizeof *c->values));
    c->values[c->count++] = *value;
    return MOFB_OK;
}

static bool same(const mofb__cif_value *a, const mofb__cif_value *b) {
    return a->length == b->length && !memcmp(a->text, b->text, a->length);
}

/* _tag value. A tag without a value is taken as unknown; two names for one item (old and new) may both be
   there if they agree, or in the case of free text, where the first counts. */
static mofb_status read_item(mofb__cif_block *b, const token *tag, const token *value) {
    int t = tag_of(&tag->value);
    if (t < 0) return MOFB_OK;
    mofb__cif_column *c = &b->columns[t];
    if (c->line && t < MOFB__CIF_OPERATION && (c->count != 1 || !same(&c->values[0], &value->value)))
        return mofb__fail(MOFB_ERR_FORMAT, "duplicate_item", "line %u: %s was given in line %u already",
                          (unsigned)tag->value.line, mofb__text_clip(tag->value.text, tag->value.length).text,
                          (unsigned)c->line);
    if (c->line && (c->loop || mofb__cif_value_at(b, t, 0))) return MOFB_OK;
    c->count = 0;
    c->line = tag->value.line;
    return push(b, t, &value->value);
}

typedef struct loop {
    int *tags;
    size_t count, capacity;
    uint32_t number;
    bool wanted;
} loop;

static mofb_status loop_head(loop *l, mofb__cif_block *b, token *now, mofb__cif_text *text) {
    for (; now->kind == TAG; l->count++) {
        int t = tag_of(&now->value);
        MOFB__TRY(mofb__grow(b->a, &l->tags, &l->capacity, l->count + 1, sizeof *l->tags));
        if (t >= 0 && b->columns[t].line) {
            if (t < MOFB__CIF_OPERATION)
                return mofb__fail(MOFB_ERR_FORMAT, "duplicate_item",
                                  "line %u: %s was given in line %u already", (unsigned)now->value.line,
                                  mofb__text_clip(now->value.text, now->value.length).text,
                                  (unsigned)b->columns[t].line);
            t = -1;
        }
        if (t >= 0) {
            b->columns[t].line = now->value.line;
            b->columns[t].loop = l->number;
            l->wanted = true;
        }
        l->tags[l->count] = t;
        MOFB__TRY(next_token(now, text));
    }
    return MOFB_OK;
}

static mofb_status loop_body(loop *l, mofb__cif_block *b, token *now, mofb__cif_text *text) {
    uint32_t last = now->value.line;
    size_t column = 0;
    for (; now->kind == VALUE; column = column + 1 < l->count ? column + 1 : 0) {
        if (l->count && l->tags[column] >= 0) MOFB__TRY(push(b, l->tags[column], &now->value));
        last = now->value.line;
        MOFB__TRY(next_token(now, text));
    }
    if (!column || !l->wanted) return MOFB_OK;
    return mofb__fail(MOFB_ERR_FORMAT, now->kind == END ? "unexpected_end" : "bad_loop",
                      "line %u: a row of a loop ends after %zu of %zu values", (unsigned)last, column,
                      l->count);
}

/* loop_ was read; *now is the first token behind the loop afterwards. */
static mofb_status read_loop(mofb__cif_block *b, token *now, mofb__cif_text *text) {
    loop l = {.number = now->value.line};
    mofb_status status = next_token(now, text);
    if (!status) status = loop_head(&l, b, now, text);
    if (!status) status = loop_body(&l, b, now, text);
    mofb__free(l.tags);
    return status;
}

static void block_clear(mofb__cif_block *b) {
    for (int t = 0; t < MOFB__CIF_TAGS; t++) {
        mofb__cif_column *c = &b->columns[t];
        c->count = 0;
        c->line = c->loop = 0;
    }
}

void mofb__cif_block_free(mofb__cif_block *block) {
    for (int t = 0; t < MOFB__CIF_TAGS; t++)
        mofb__free(block->columns[t].values);
    memset(block->columns, 0, sizeof block->columns);
}

mofb_status mofb__cif_next_block(mofb__cif_block *block, bool *found, mofb__cif_text *text) {
    token now, tag;
    block_clear(block);
    MOFB__TRY(next_token(&now, text));
    *found = now.kind != END;
    block->name = (mofb__span){"", 0};
    block->line = now.value.line;
    if (now.kind == DATA) {
        block->name = (mofb__span){now.value.text + 5, now.value.length - 5};
        MOFB__TRY(next_token(&now, text));
    }
    while (now.kind != END && now.kind != DATA) {
        if (now.kind == LOOP) {
            MOFB__TRY(read_loop(block, &now, text));
            continue;
        }
        tag = now;
        MOFB__TRY(next_token(&now, text));
        if (tag.kind != TAG || now.kind != VALUE) continue; /* stray values are nobody's */
        MOFB__TRY(read_item(block, &tag, &now));
        MOFB__TRY(next_token(&now, text));
    }
    if (now.kind == DATA) text->at = now.value.text;
    return MOFB_OK;
}

const mofb__cif_value *mofb__cif_value_at(const mofb__cif_block *block, int tag, size_t row) {
    const mofb__cif_column *c = &block->columns[tag];
    if (row >= c->count) return NULL;
    const mofb__cif_value *v = &c->values[row];
    if (!v->length || (!v->quoted && v->length == 1 && (*v->text == '?' || *v->text == '.'))) return NULL;
    return v;
}

/* What stands behind the digits: nothing, or (digits). An unclosed bracket is common and harmless. */
static bool is_uncertainty(const char *text, size_t length) {
    if (!length) return true;
    if (*text != '(') return false;
    size_t k = 1;
    while (k < length && (mofb__is_digit(text[k]) || text[k] == '.'))
        k++;
    return k == length || (k + 1 == length && text[k] == ')');
}

mofb_status mofb__cif_number(double *out, const mofb__cif_value *value, const char *what) {
    const char *bracket = memchr(value->text, '(', value->length);
    size_t n = bracket ? (size_t)(bracket - value->text) : value->length;
    if (mofb__text_number(out, value->text, n) && is_uncertainty(value->text + n, value->length - n))
        return MOFB_OK;
    return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %u: '%s' is not a number (%s)",
                      (unsigned)value->line, mofb__text_clip(value->text, value->length).text, what);
}
