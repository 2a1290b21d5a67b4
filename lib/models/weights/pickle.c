/* SPDX-License-Identifier: MIT */
/* Python's pickle protocols 2 to 5 (PEP 307, PEP 3154; the stack machine is described in CPython's
   pickletools), the part that checkpoints of plain tensors use. */
#include "models/weights/pickle.h"

#include <string.h>

#include "base/alloc.h"

enum { CHUNK = 1 << 16, MEMORY_LIMIT = 64 << 20, SIZE_LIMIT = 4 << 20, MEMO_LIMIT = 1 << 20 };

typedef struct chunk {
    struct chunk *next;
    size_t used, size;
} chunk; /* its bytes follow */

struct mofb__pickle {
    const mofb_allocator *a;
    const unsigned char *bytes;
    size_t size, at, op; /* op: where the instruction under work begins */
    chunk *chunks;
    size_t memory;
    mofb__pickled **stack, **memo;
    size_t depth, stack_capacity, memo_count, memo_capacity;
    size_t *marks; /* depth at each open mark */
    size_t n_marks, marks_capacity;
    mofb__pickled *root;
};

/* What a pickle may name. */
enum { ORDERED_DICT = MOFB__N_DTYPES, REBUILD_TENSOR };
static const struct {
    const char *module, *name;
    int32_t what; /* dtype of a storage, or one of the above */
} globals[] = {
    {"collections", "OrderedDict", ORDERED_DICT}, {"torch._utils", "_rebuild_tensor_v2", REBUILD_TENSOR},
    {"torch", "DoubleStorage", MOFB__F64},        {"torch", "FloatStorage", MOFB__F32},
    {"torch", "HalfStorage", MOFB__F16},          {"torch", "BFloat16Storage", MOFB__BF16},
    {"torch", "LongStorage", MOFB__I64},          {"torch", "IntStorage", MOFB__I32},
    {"torch", "ShortStorage", MOFB__I16},         {"torch", "CharStorage", MOFB__I8},
    {"torch", "ByteStorage", MOFB__U8},           {"torch", "BoolStorage", MOFB__BOOL}};

static mofb_status bad(const mofb__pickle *p, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_pickle", "pickle: %s at byte %zu", what, p->op);
}

static mofb_status take_memory(void **out, mofb__pickle *p, size_t size) {
    chunk *c = p->chunks;
    size = (size + 15) / 16 * 16;
    if (!c || c->size - c->used < size) {
        size_t fresh = size > CHUNK ? size : CHUNK;
        if (fresh > MEMORY_LIMIT - p->memory) return bad(p, "more values than are accepted");
        c = mofb__alloc(p->a, sizeof *c + fresh);
        if (!c) return mofb__no_memory();
        *c = (chunk){.next = p->chunks, .size = fresh};
        p->chunks = c;
        p->memory += fresh;
    }
    *out = (char *)(c + 1) + c->used;
    c->used += size;
    return MOFB_OK;
}

/* `count` bytes of the instruction's argument. */
static mofb_status take(const unsigned char **out, mofb__pickle *p, size_t count) {
    if (count > p->size - p->at) return bad(p, "the end of the file comes too early");
    *out = p->bytes + p->at;
    p->at += count;
    return MOFB_OK;
}

static mofb_status take_unsigned(uint64_t *out, mofb__pickle *p, int width) {
    const unsigned char *b = NULL;
    MOFB__TRY(take(&b, p, (size_t)width));
    *out = 0;
    for (int k = width - 1; k >= 0; k--) *out = *out << 8 | b[k];
    return MOFB_OK;
}

static mofb_status push(mofb__pickle *p, mofb__pickled *value) {
    MOFB__TRY(mofb__grow(p->a, &p->stack, &p->stack_capacity, p->depth + 1, sizeof *p->stack));
    p->stack[p->depth++] = value;
    return MOFB_OK;
}

static mofb_status push_new(mofb__pickle *p, mofb__pickled value) {
    void *copy = NULL;
    MOFB__TRY(take_memory(&copy, p, sizeof value));
    *(mofb__pickled *)copy = value;
    return push(p, copy);
}

/* The topmost value, not from below the last mark. */
static mofb_status pop(mofb__pickled **out, mofb__pickle *p) {
    size_t floor = p->n_marks ? p->marks[p->n_marks - 1] : 0;
    if (p->depth == floor) return bad(p, "an instruction without its values");
    *out = p->stack[--p->depth];
    return MOFB_OK;
}

static mofb_status top_of(mofb__pickled **out, mofb__pickle *p) {
    MOFB__TRY(pop(out, p));
    p->depth++;
    return MOFB_OK;
}

static mofb_status open_mark(mofb__pickle *p) {
    MOFB__TRY(mofb__grow(p->a, &p->marks, &p->marks_capacity, p->n_marks + 1, sizeof *p->marks));
    p->marks[p->n_marks++] = p->depth;
    return MOFB_OK;
}

/* The values above the last mark, which goes; they stay readable until the next push. */
static mofb_status close_mark(mofb__pickled ***items, size_t *count, mofb__pickle *p) {
    if (!p->n_marks) return bad(p, "no mark");
    size_t floor = p->marks[--p->n_marks];
    *items = p->depth > floor ? p->stack + floor : NULL;
    *count = p->depth - floor;
    p->depth = floor;
    return MOFB_OK;
}

static mofb_status push_tuple(mofb__pickle *p, mofb__pickled **items, size_t count) {
    void *copy = NULL;
    MOFB__TRY(take_memory(&copy, p, count * sizeof *items));
    if (count) memcpy(copy, items, count * sizeof *items);
    return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_TUPLE, .items = copy, .count = count});
}

static mofb_status short_tuple(mofb__pickle *p, size_t count) {
    mofb__pickled *items[3] = {NULL};
    for (size_t k = count; k-- > 0;) MOFB__TRY(pop(&items[k], p));
    return push_tuple(p, items, count);
}

/* Appends to a list or dict. Outgrown arrays stay in the arena: at most as much again. */
static mofb_status extend(mofb__pickle *p, mofb__pickled *to, int32_t kind, mofb__pickled **items,
                          size_t count) {
    if (to->kind != kind || (kind == MOFB__PICKLED_DICT && count % 2))
        return bad(p, "items for something that takes none");
    if (to->capacity - to->count < count) {
        size_t capacity = 2 * (to->count + count) + 8;
        void *grown = NULL;
        MOFB__TRY(take_memory(&grown, p, capacity * sizeof *items));
        if (to->count) memcpy(grown, to->items, to->count * sizeof *items);
        to->items = grown;
        to->capacity = capacity;
    }
    if (count) memcpy(to->items + to->count, items, count * sizeof *items);
    to->count += count;
    return MOFB_OK;
}

static mofb_status add_marked(mofb__pickle *p, int32_t kind) {
    mofb__pickled **items = NULL, *to = NULL;
    size_t count = 0;
    MOFB__TRY(close_mark(&items, &count, p));
    MOFB__TRY(top_of(&to, p));
    return extend(p, to, kind, items, count);
}

static mofb_status add_topmost(mofb__pickle *p, int32_t kind, size_t count) {
    mofb__pickled *items[2] = {NULL}, *to = NULL;
    for (size_t k = count; k-- > 0;) MOFB__TRY(pop(&items[k], p));
    MOFB__TRY(top_of(&to, p));
    return extend(p, to, kind, items, count);
}

static mofb_status memo_put(mofb__pickle *p, uint64_t index) {
    mofb__pickled *value = NULL;
    MOFB__TRY(top_of(&value, p));
    if (index >= MEMO_LIMIT) return bad(p, "a memo number that is too large");
    MOFB__TRY(mofb__grow(p->a, &p->memo, &p->memo_capacity, (size_t)index + 1, sizeof *p->memo));
    for (; p->memo_count <= index; p->memo_count++) p->memo[p->memo_count] = NULL;
    p->memo[index] = value;
    return MOFB_OK;
}

static mofb_status memo_get(mofb__pickle *p, uint64_t index) {
    if (index >= p->memo_count || !p->memo[index]) return bad(p, "a memo number that was never set");
    return push(p, p->memo[index]);
}

static mofb_status push_integer(mofb__pickle *p, int64_t value) {
    return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_INTEGER, .integer = value});
}

/* Little-endian two's complement of 0 to 8 bytes. */
static mofb_status push_long(mofb__pickle *p, int width) {
    uint64_t value = 0;
    if (width > 8) return bad(p, "an integer of more than 64 bits");
    MOFB__TRY(take_unsigned(&value, p, width));
    if (width && width < 8 && value >> (8 * width - 1)) value |= ~(uint64_t)0 << (8 * width);
    int64_t integer;
    memcpy(&integer, &value, sizeof integer);
    return push_integer(p, integer);
}

static mofb_status push_float(mofb__pickle *p) {
    const unsigned char *b = NULL;
    uint64_t bits = 0;
    double number;
    MOFB__TRY(take(&b, p, 8));
    for (int k = 0; k < 8; k++) bits = bits << 8 | b[k]; /* big-endian, alone among all */
    memcpy(&number, &bits, sizeof number);
    return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_NUMBER, .number = number});
}

static mofb_status push_text(mofb__pickle *p, int width) {
    uint64_t length = 0;
    const unsigned char *b = NULL;
    MOFB__TRY(take_unsigned(&length, p, width));
    MOFB__TRY(take(&b, p, (size_t)length));
    return push_new(
        p, (mofb__pickled){.kind = MOFB__PICKLED_TEXT, .text = (const char *)b, .length = (size_t)length});
}

static bool is_text(const mofb__pickled *v, const char *text) {
    return v->kind == MOFB__PICKLED_TEXT && v->length == strlen(text) && !memcmp(v->text, text, v->length);
}

static mofb_status push_global(mofb__pickle *p, const mofb__pickled *module, const mofb__pickled *name) {
    for (size_t k = 0; k < sizeof globals / sizeof *globals; k++)
        if (is_text(module, globals[k].module) && is_text(name, globals[k].name))
            return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_GLOBAL, .integer = globals[k].what});
    return mofb__fail(MOFB_ERR_FORMAT, "bad_pickle",
                      "pickle: names %.*s.%.*s at byte %zu, which is neither tensor nor plain value: refused",
                      module->length < 80 ? (int)module->length : 80, module->text,
                      name->length < 80 ? (int)name->length : 80, name->text, p->op);
}

static mofb_status take_line(mofb__pickled *out, mofb__pickle *p) {
    const unsigned char *from = p->bytes + p->at, *end = memchr(from, '\n', p->size - p->at);
    if (!end) return bad(p, "the end of the file comes too early");
    *out = (mofb__pickled){
        .kind = MOFB__PICKLED_TEXT, .text = (const char *)from, .length = (size_t)(end - from)};
    p->at += out->length + 1;
    return MOFB_OK;
}

static mofb_status global_lines(mofb__pickle *p) {
    mofb__pickled module, name;
    MOFB__TRY(take_line(&module, p));
    MOFB__TRY(take_line(&name, p));
    return push_global(p, &module, &name);
}

static mofb_status global_stacked(mofb__pickle *p) {
    mofb__pickled *module = NULL, *name = NULL;
    MOFB__TRY(pop(&name, p));
    MOFB__TRY(pop(&module, p));
    if (module->kind != MOFB__PICKLED_TEXT || name->kind != MOFB__PICKLED_TEXT)
        return bad(p, "a type without a name");
    return push_global(p, module, name);
}

/* ('storage', type, key, location, count) */
static mofb_status persistent(mofb__pickle *p) {
    mofb__pickled *id = NULL;
    MOFB__TRY(pop(&id, p));
    if (id->kind != MOFB__PICKLED_TUPLE || id->count != 5 || !is_text(id->items[0], "storage") ||
        id->items[1]->kind != MOFB__PICKLED_GLOBAL || id->items[1]->integer >= MOFB__N_DTYPES ||
        id->items[2]->kind != MOFB__PICKLED_TEXT || id->items[4]->kind != MOFB__PICKLED_INTEGER ||
        id->items[4]->integer < 0)
        return bad(p, "a reference to something outside that is no storage");
    return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_STORAGE,
                                       .dtype = (int32_t)id->items[1]->integer,
                                       .text = id->items[2]->text,
                                       .length = id->items[2]->length,
                                       .integer = id->items[4]->integer});
}

static bool read_counts(int64_t *out, const mofb__pickled *tuple, size_t rank) {
    if (tuple->kind != MOFB__PICKLED_TUPLE || tuple->count != rank) return false;
    for (size_t k = 0; k < rank; k++) {
        if (tuple->items[k]->kind != MOFB__PICKLED_INTEGER || tuple->items[k]->integer < 0) return false;
        out[k] = tuple->items[k]->integer;
    }
    return true;
}

/* Number of elements, and whether the last one is inside the storage; all products checked. */
static bool check_view(mofb__view *v) {
    int64_t last = v->offset;
    v->count = 1;
    for (size_t k = 0; k < v->rank; k++) {
        int64_t n = v->shape[k];
        if (n && v->count > (size_t)(INT64_MAX / 16) / (size_t)n) return false;
        v->count *= (size_t)n;
    }
    if (!v->count) return true;
    for (size_t k = 0; k < v->rank; k++) {
        int64_t steps = v->shape[k] - 1;
        if (!steps) v->stride[k] = 0; /* whatever was written: it is never stepped along */
        if (steps && v->stride[k] > (INT64_MAX - last) / steps) return false;
        last += steps * v->stride[k];
    }
    return last < v->storage_count;
}

/* _rebuild_tensor_v2(storage, offset, shape, stride, requires_grad, hooks[, metadata]) */
static mofb_status rebuild_tensor(mofb__pickle *p, const mofb__pickled *args) {
    void *memory = NULL;
    if (args->count < 6 || args->count > 7 || args->items[0]->kind != MOFB__PICKLED_STORAGE ||
        args->items[1]->kind != MOFB__PICKLED_INTEGER || args->items[1]->integer < 0)
        return bad(p, "a tensor that is not made from a storage");
    const mofb__pickled *storage = args->items[0], *shape = args->items[2];
    MOFB__TRY(take_memory(&memory, p, sizeof(mofb__view)));
    mofb__view *v = memory;
    *v = (mofb__view){
        .offset = args->items[1]->integer, .storage_count = storage->integer, .rank = shape->count};
    if (v->rank > MOFB__TENSOR_MAX_RANK || !read_counts(v->shape, shape, v->rank) ||
        !read_counts(v->stride, args->items[3], v->rank))
        return bad(p, "a tensor with an impossible shape");
    if (!check_view(v)) return bad(p, "a tensor that reaches beyond its storage");
    return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_TENSOR,
                                       .dtype = storage->dtype,
                                       .text = storage->text,
                                       .length = storage->length,
                                       .view = v});
}

static mofb_status reduce(mofb__pickle *p) {
    mofb__pickled *args = NULL, *what = NULL;
    MOFB__TRY(pop(&args, p));
    MOFB__TRY(pop(&what, p));
    if (what->kind != MOFB__PICKLED_GLOBAL || args->kind != MOFB__PICKLED_TUPLE)
        return bad(p, "a call of something");
    if (what->integer == REBUILD_TENSOR) return rebuild_tensor(p, args);
    if (what->integer == ORDERED_DICT && !args->count)
        return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_DICT});
    return bad(p, "a call with arguments that are not expected");
}

/* Attributes of a dict (torch notes versions there) are read and dropped. */
static mofb_status build(mofb__pickle *p) {
    mofb__pickled *attributes = NULL, *object = NULL;
    MOFB__TRY(pop(&attributes, p));
    MOFB__TRY(top_of(&object, p));
    if (object->kind == MOFB__PICKLED_DICT && attributes->kind == MOFB__PICKLED_DICT) return MOFB_OK;
    return bad(p, "attributes for something that takes none");
}

static mofb_status with_argument(mofb__pickle *p, int width,
                                 mofb_status (*act)(mofb__pickle *p, uint64_t argument)) {
    uint64_t argument = 0;
    MOFB__TRY(take_unsigned(&argument, p, width));
    return act(p, argument);
}

static mofb_status push_unsigned(mofb__pickle *p, uint64_t value) {
    return push_integer(p, (int64_t)value);
}

static mofb_status push_sized_long(mofb__pickle *p, uint64_t width) {
    return push_long(p, (int)width);
}

static mofb_status check_protocol(mofb__pickle *p, uint64_t version) {
    return version >= 2 && version <= 5 ? MOFB_OK : bad(p, "an unknown protocol");
}

static mofb_status skip_frame(mofb__pickle *p, uint64_t length) {
    return length <= p->size - p->at ? MOFB_OK : bad(p, "the end of the file comes too early");
}

static mofb_status refuse(mofb__pickle *p, unsigned char op) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_pickle", "pickle: instruction 0x%02x at byte %zu is refused", op,
                      p->op);
}

/* Containers, types and what is made from them. */
static mofb_status step_container(mofb__pickle *p, unsigned char op) {
    mofb__pickled **items = NULL;
    size_t count = 0;
    switch (op) {
    case '(': return open_mark(p);
    case ')': return push_tuple(p, NULL, 0);
    case 0x85: return short_tuple(p, 1);
    case 0x86: return short_tuple(p, 2);
    case 0x87: return short_tuple(p, 3);
    case 't': MOFB__TRY(close_mark(&items, &count, p)); return push_tuple(p, items, count);
    case ']': return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_LIST});
    case 'a': return add_topmost(p, MOFB__PICKLED_LIST, 1);
    case 'e': return add_marked(p, MOFB__PICKLED_LIST);
    case '}': return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_DICT});
    case 's': return add_topmost(p, MOFB__PICKLED_DICT, 2);
    case 'u': return add_marked(p, MOFB__PICKLED_DICT);
    case 'c': return global_lines(p);
    case 0x93: return global_stacked(p);
    case 'Q': return persistent(p);
    case 'R': return reduce(p);
    case 'b': return build(p);
    default: return refuse(p, op);
    }
}

static mofb_status step(mofb__pickle *p, unsigned char op) {
    switch (op) {
    case 0x80: return with_argument(p, 1, check_protocol);
    case 0x95: return with_argument(p, 8, skip_frame);
    case 'N': return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_NONE});
    case 0x88: return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_BOOL, .integer = 1});
    case 0x89: return push_new(p, (mofb__pickled){.kind = MOFB__PICKLED_BOOL});
    case 'K': return with_argument(p, 1, push_unsigned);
    case 'M': return with_argument(p, 2, push_unsigned);
    case 'J': return push_long(p, 4);
    case 0x8a: return with_argument(p, 1, push_sized_long);
    case 'G': return push_float(p);
    case 'X': return push_text(p, 4);
    case 0x8c: return push_text(p, 1);
    case 'q': return with_argument(p, 1, memo_put);
    case 'r': return with_argument(p, 4, memo_put);
    case 0x94: return memo_put(p, p->memo_count);
    case 'h': return with_argument(p, 1, memo_get);
    case 'j': return with_argument(p, 4, memo_get);
    default: return step_container(p, op);
    }
}

static mofb_status run(mofb__pickle *p) {
    const unsigned char *op = NULL;
    for (;;) {
        p->op = p->at;
        MOFB__TRY(take(&op, p, 1));
        if (*op == '.') break;
        MOFB__TRY(step(p, *op));
    }
    MOFB__TRY(pop(&p->root, p));
    return p->depth || p->n_marks ? bad(p, "values left over") : MOFB_OK;
}

mofb_status mofb__pickle_read(mofb__pickle **out, const void *bytes, size_t size, const mofb_allocator *a) {
    if (size > SIZE_LIMIT)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_pickle", "pickle: %zu bytes; more than %d are refused", size,
                          SIZE_LIMIT);
    mofb__pickle *p = mofb__calloc(a, 1, sizeof *p);
    if (!p) return mofb__no_memory();
    p->a = a;
    p->bytes = bytes;
    p->size = size;
    mofb_status status = run(p);
    if (status) mofb__pickle_free(p);
    else *out = p;
    return status;
}

void mofb__pickle_free(mofb__pickle *p) {
    if (!p) return;
    for (chunk *c = p->chunks, *next; c; c = next) {
        next = c->next;
        mofb__free(c);
    }
    mofb__free(p->stack);
    mofb__free(p->memo);
    mofb__free(p->marks);
    mofb__free(p);
}

const mofb__pickled *mofb__pickle_root(const mofb__pickle *p) {
    return p->root;
}

mofb_status mofb__pickled_gather(void *to, const mofb__pickled *tensor, const void *storage, size_t size) {
    const mofb__view *v = tensor->view;
    const char *from = storage;
    const size_t width = mofb__dtype_size(tensor->dtype);
    int64_t index[MOFB__TENSOR_MAX_RANK] = {0}, at = v->offset;
    if (size % width || size / width != (uint64_t)v->storage_count)
        return mofb__fail(
            MOFB_ERR_FORMAT, "bad_pickle", "storage '%.*s' has %zu bytes, %lld elements were announced",
            tensor->length < 40 ? (int)tensor->length : 40, tensor->text, size, (long long)v->storage_count);
    for (size_t k = 0; k < v->count; k++) {
        memcpy((char *)to + k * width, from + (size_t)at * width, width);
        for (size_t d = v->rank; d-- > 0;) {
            at += v->stride[d];
            if (++index[d] < v->shape[d]) break;
            at -= v->stride[d] * v->shape[d];
            index[d] = 0;
        }
    }
    return MOFB_OK;
}
