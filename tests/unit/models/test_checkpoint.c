/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "models/weights/archive.h"
#include "models/weights/import.h"
#include "models/weights/pickle.h"
#include "support/checkpoint.h"
#include "support/failing.h"
#include "support/tap.h"

static mofb_status read_bytes(mofb__pickle **p, const char *bytes, size_t size) {
    *p = NULL;
    return mofb__pickle_read(p, bytes, size, NULL);
}

#define READ(p, bytes) read_bytes(&(p), bytes, sizeof(bytes) - 1)

TEST(pickle__plain_values) {
    mofb__pickle *p;
    /* {'a': (1, -2, 300, 2**40, 1.5), 'b': [None, True, False]} */
    OK(READ(p, "\x80\x02}q\0(X\1\0\0\0aq\1(K\1J\xfe\xff\xff\xffM\x2c\1\x8a\6\0\0\0\0\0\1G\x3f\xf8\0\0\0\0\0\0tq\2"
               "X\1\0\0\0b](N\x88\x89" "eu."));
    const mofb__pickled *root = mofb__pickle_root(p);
    CHECK(root->kind == MOFB__PICKLED_DICT && root->count == 4);
    CHECK(root->items[0]->length == 1 && *root->items[0]->text == 'a');
    const mofb__pickled *tuple = root->items[1], *list = root->items[3];
    CHECK(tuple->kind == MOFB__PICKLED_TUPLE && tuple->count == 5);
    CHECK(tuple->items[0]->integer == 1 && tuple->items[1]->integer == -2 && tuple->items[2]->integer == 300);
    CHECK(tuple->items[3]->integer == (int64_t)1 << 40 && tuple->items[4]->number == 1.5);
    CHECK(list->kind == MOFB__PICKLED_LIST && list->count == 3 && list->items[1]->integer == 1);
    mofb__pickle_free(p);
}

TEST(pickle__everything_else_is_refused_by_name) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *message;
    } cases[] = {
#define CASE(bytes, message) {bytes, sizeof(bytes) - 1, message}
        CASE("\x80\x02" "cos\nsystem\n(X\1\0\0\0xtR.", "os.system at byte 2"),
        CASE("\x80\x02" "cbuiltins\neval\n.", "builtins.eval"),
        CASE("\x80\x04\x8c\x08" "builtins\x8c\x04" "exec\x93.", "builtins.exec"),
        CASE("\x80\x02" "ctorch._utils\n_rebuild_parameter\n.", "_rebuild_parameter"),
        CASE("\x80\x02(ios\nsystem\n.", "0x69"),   /* INST */
        CASE("\x80\x02(o.", "0x6f"),               /* OBJ */
        CASE("\x80\x02))\x81.", "0x81"),           /* NEWOBJ */
        CASE("\x80\x02))}\x92.", "0x92"),          /* NEWOBJ_EX */
        CASE("\x80\x02\x82\1.", "0x82"),           /* EXT1 */
        CASE("\x80\x02P1\n.", "0x50"),             /* PERSID */
        CASE("\x80\x02I1\n.", "0x49"),             /* INT */
        CASE("\x80\x01N.", "protocol"),
        CASE("\x80\x06N.", "protocol"),
        CASE("", "the end of the file"),
        CASE("N", "the end of the file"),
        CASE(".", "without its values"),
        CASE("NN.", "left over"),
        CASE("(N.", "without its values at byte 2|left over"),
        CASE("t.", "no mark"),
        CASE("(\x85.", "without its values"),
        CASE("}Na.", "items for something"),
        CASE("}(Nu.", "items for something"),
        CASE("]NNs.", "items for something"),
        CASE("Nb.", "without its values"),
        CASE("]}b.", "attributes"),
        CASE("h\0.", "never set"),
        CASE("Nr\xff\xff\xff\xff.", "too large"),
        CASE("Nq\5j\4\0\0\0.", "never set"),
        CASE("X\xff\xff\xff\xff" "a.", "the end of the file"),
        CASE("\x8a\x09\0\0\0\0\0\0\0\0\0.", "64 bits"),
        CASE("N)R.", "a call of something"),
        CASE("ccollections\nOrderedDict\n}R.", "a call of something"),
        CASE("ccollections\nOrderedDict\n]\x85R.", "not expected"),
        CASE("ctorch\nFloatStorage\n)R.", "not expected"),
        CASE("NQ.", "no storage"),
        CASE("ctorch._utils\n_rebuild_tensor_v2\n)R.", "not made from a storage"),
#undef CASE
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        mofb__pickle *p;
        mofb_status status = read_bytes(&p, cases[k].bytes, cases[k].size);
        char first[64];
        snprintf(first, sizeof first, "%.*s", (int)strcspn(cases[k].message, "|"), cases[k].message);
        const char *second = strchr(cases[k].message, '|');
        bool good = status == MOFB_ERR_FORMAT && !strcmp(mofb_error_reason(), "bad_pickle") &&
                    (strstr(mofb_error_message(), first) || (second && strstr(mofb_error_message(), second + 1)));
        CHECK(good);
        if (!good) printf("# case %zu: %d %s\n", k, status, mofb_error_message());
        mofb__pickle_free(p);
    }
}

static mofb_status read_tensor(mofb__pickle **p, mofb__str *s, int64_t storage_count, int64_t offset, int rank,
                               const int64_t *shape, const int64_t *stride) {
    mofb__str_clear(s);
    mofb__str_append(s, "\x80\x02", 2);
    pickle_tensor(s, "IntStorage", "0", storage_count, offset, rank, shape, stride);
    mofb__str_puts(s, ".");
    return read_bytes(p, s->data, s->len);
}

TEST(pickle__views_are_gathered) {
    static const int32_t storage[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    static const struct {
        int rank;
        int64_t offset, shape[3], stride[3];
        int32_t wanted[12];
    } cases[] = {
        {0, 5, {0}, {0}, {5}},
        {2, 0, {3, 4}, {4, 1}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
        {2, 0, {4, 3}, {1, 4}, {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}},     /* transposed */
        {2, 5, {2, 2}, {4, 1}, {5, 6, 9, 10}},                              /* a block */
        {3, 1, {2, 1, 3}, {6, INT64_MAX, 2}, {1, 3, 5, 7, 9, 11}},          /* stride of a single row is free */
        {2, 3, {2, 3}, {0, 0}, {3, 3, 3, 3, 3, 3}},                         /* expanded */
        {2, 12, {0, 5}, {5, 1}, {0}},                                       /* empty */
    };
    mofb__str s;
    mofb__str_init(&s, NULL);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        mofb__pickle *p;
        int32_t got[12] = {0};
        OK(read_tensor(&p, &s, 12, cases[k].offset, cases[k].rank, cases[k].shape, cases[k].stride));
        const mofb__pickled *t = mofb__pickle_root(p);
        CHECK(t->kind == MOFB__PICKLED_TENSOR && t->dtype == MOFB__I32 && t->view->count <= 12);
        OK(mofb__pickled_gather(got, t, storage, sizeof storage));
        CHECK(!memcmp(got, cases[k].wanted, sizeof got));
        FAILS(mofb__pickled_gather(got, t, storage, sizeof storage - 4), MOFB_ERR_FORMAT, "bad_pickle");
        FAILS(mofb__pickled_gather(got, t, storage, sizeof storage - 1), MOFB_ERR_FORMAT, "bad_pickle");
        mofb__pickle_free(p);
    }
    mofb__str_free(&s);
}

TEST(pickle__views_beyond_their_storage_are_refused) {
    static const struct {
        int rank;
        int64_t count, offset, shape[3], stride[3];
    } cases[] = {
        {0, 12, 12, {0}, {0}},
        {0, 12, -1, {0}, {0}},
        {0, -1, 0, {0}, {0}},
        {1, 12, 0, {13}, {1}},
        {1, 12, 6, {7}, {1}},
        {1, 12, 0, {2}, {12}},
        {1, 12, 11, {2}, {-1}},
        {1, 12, 0, {-1}, {1}},
        {2, 12, 0, {4, 4}, {3, 1}},
        {1, 12, 1, {2}, {INT64_MAX}},
        {3, 12, 0, {1 << 30, 1 << 30, 1 << 30}, {0, 0, 0}},
    };
    mofb__str s;
    mofb__str_init(&s, NULL);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        mofb__pickle *p;
        FAILS(read_tensor(&p, &s, cases[k].count, cases[k].offset, cases[k].rank, cases[k].shape, cases[k].stride),
              MOFB_ERR_FORMAT, "bad_pickle");
    }
    mofb__str_free(&s);
}

/* So many copies of a text, and an end. */
static void many(mofb__str *s, const char *text, size_t size, size_t count) {
    mofb__str_clear(s);
    for (size_t k = 0; k < count; k++) mofb__str_append(s, text, size);
}

TEST(pickle__floods_and_cycles_are_bounded) {
    mofb__pickle *p;
    mofb__str s;
    mofb__str_init(&s, NULL);
    many(&s, "(", 1, 1000000);
    FAILS(read_bytes(&p, s.data, s.len), MOFB_ERR_FORMAT, "bad_pickle");
    many(&s, "K\1", 2, 2000000);
    FAILS(read_bytes(&p, s.data, s.len), MOFB_ERR_FORMAT, "bad_pickle");
    CHECK(strstr(mofb_error_message(), "more values"));
    many(&s, "K\1", 2, 4000000);
    FAILS(read_bytes(&p, s.data, s.len), MOFB_ERR_FORMAT, "bad_pickle");
    mofb__str_clear(&s); /* ((((())))), a hundred thousand deep */
    mofb__str_puts(&s, ")");
    for (int k = 0; k < 100000; k++) mofb__str_puts(&s, "\x85");
    mofb__str_puts(&s, ".");
    OK(read_bytes(&p, s.data, s.len));
    mofb__pickle_free(p);
    OK(READ(p, "]q\0h\0a.")); /* a list in itself */
    CHECK(mofb__pickle_root(p)->items[0] == mofb__pickle_root(p));
    mofb__pickle_free(p);
    mofb__str_free(&s);
}

/* state.pt with w: 2×3 transposed view of six numbers, and s: a scalar in the same storage. */
static void make_state(zip *z, mofb__str *pickle) {
    static const float numbers[6] = {1, 2, 3, 4, 5, 6};
    mofb__str_init(pickle, NULL);
    mofb__str_append(pickle, "\x80\x02" "ccollections\nOrderedDict\n)Rq\0(", 32);
    pickle_text(pickle, "w");
    pickle_tensor(pickle, "FloatStorage", "0", 6, 0, 2, (const int64_t[]){2, 3}, (const int64_t[]){1, 2});
    pickle_text(pickle, "s");
    pickle_tensor(pickle, "FloatStorage", "0", 6, 4, 0, NULL, NULL);
    mofb__str_puts(pickle, "u}");
    pickle_text(pickle, "_metadata");
    mofb__str_puts(pickle, "}sb.");
    zip_add(z, "state/data.pkl", pickle->data, pickle->len);
    zip_add(z, "state/byteorder", "little", 6);
    zip_add(z, "state/data/0", numbers, sizeof numbers);
    zip_end(z);
    mofb__str_free(pickle);
}

TEST(state__tensors_come_out_of_the_archive) {
    zip z;
    mofb__str pickle;
    mofb__tensors t;
    zip_begin(&z);
    z.flags = 0x808; /* as torch writes them */
    make_state(&z, &pickle);
    OK(mofb__import_state(&t, z.bytes.data, z.bytes.len, NULL));
    CHECK(t.count == 2 && !strcmp(t.items[0].name, "w") && t.items[0].rank == 2 && t.items[0].shape[1] == 3);
    CHECK(!memcmp(t.items[0].data, (const float[]){1, 3, 5, 2, 4, 6}, 24));
    CHECK(!strcmp(t.items[1].name, "s") && t.items[1].rank == 0 && *(const float *)t.items[1].data == 5);
    mofb__tensors_free(&t);
    mofb__str_free(&z.bytes);
}

TEST(state__cut_off_and_damaged_archives_do_no_harm) {
    zip z;
    mofb__str pickle;
    mofb__tensors t;
    size_t accepted = 0;
    zip_begin(&z);
    make_state(&z, &pickle);
    for (size_t n = 0; n < z.bytes.len; n++) {
        char *cut = mofb__memdup(NULL, z.bytes.data, n);
        CHECK(mofb__import_state(&t, cut, n, NULL) == MOFB_ERR_FORMAT);
        mofb__free(cut);
    }
    for (size_t k = 0; k < z.bytes.len; k++)
        for (int bit = 0; bit < 8; bit++) {
            z.bytes.data[k] ^= (char)(1 << bit);
            if (!mofb__import_state(&t, z.bytes.data, z.bytes.len, NULL)) {
                CHECK(t.count == 2 && !memcmp(t.items[0].data, (const float[]){1, 3, 5, 2, 4, 6}, 24));
                mofb__tensors_free(&t);
                accepted++;
            }
            z.bytes.data[k] ^= (char)(1 << bit);
        }
    CHECK(accepted < z.bytes.len * 8 / 2); /* in times, versions and padding alone */
    mofb__str_free(&z.bytes);
}

static mofb_status read_zip(int method, int flags, const char *root, const char *second) {
    zip z;
    char name[64];
    mofb__tensors t = {0};
    zip_begin(&z);
    z.method = method;
    z.flags = flags;
    snprintf(name, sizeof name, "%s/data.pkl", root);
    zip_add(&z, name, "}.", 2);
    if (second) zip_add(&z, second, "}.", 2);
    zip_end(&z);
    mofb_status status = mofb__import_state(&t, z.bytes.data, z.bytes.len, NULL);
    mofb__tensors_free(&t);
    mofb__str_free(&z.bytes);
    return status;
}

TEST(archive__only_stored_entries_are_read) {
    OK(read_zip(0, 0, "state", NULL));
    FAILS(read_zip(8, 0, "state", NULL), MOFB_ERR_FORMAT, "bad_archive");
    CHECK(strstr(mofb_error_message(), "state/data.pkl") && strstr(mofb_error_message(), "compressed"));
    FAILS(read_zip(0, 1, "state", NULL), MOFB_ERR_FORMAT, "bad_archive");
    FAILS(read_zip(0, 0, "state", "other/data.pkl"), MOFB_ERR_FORMAT, "bad_archive");
    FAILS(read_zip(0, 0, "state", "state/data.pkl"), MOFB_ERR_FORMAT, "bad_archive");
    FAILS(read_zip(0, 0, "", NULL), MOFB_ERR_FORMAT, "bad_archive");
    OK(read_zip(0, 0, "state", "state/byteorders"));
    FAILS(read_zip(0, 0, "state", "state/byteorder"), MOFB_ERR_FORMAT, "bad_archive");
}

TEST(state__out_of_memory_is_reported) {
    zip z;
    mofb__str pickle;
    bool done = false;
    zip_begin(&z);
    make_state(&z, &pickle);
    for (long k = 0; !done && k < 100; k++) {
        failing f;
        mofb__tensors t = {0};
        failing_init(&f, k);
        mofb_status status = mofb__import_state(&t, z.bytes.data, z.bytes.len, &f.allocator);
        CHECK(!status || status == MOFB_ERR_NO_MEMORY);
        done = !status;
        mofb__tensors_free(&t);
        CHECK(f.live == 0);
    }
    CHECK(done);
    mofb__str_free(&z.bytes);
}

int main(void) {
    RUN(pickle__plain_values);
    RUN(pickle__everything_else_is_refused_by_name);
    RUN(pickle__views_are_gathered);
    RUN(pickle__views_beyond_their_storage_are_refused);
    RUN(pickle__floods_and_cycles_are_bounded);
    RUN(state__tensors_come_out_of_the_archive);
    RUN(state__cut_off_and_damaged_archives_do_no_harm);
    RUN(archive__only_stored_entries_are_read);
    RUN(state__out_of_memory_is_reported);
    return tap_end();
}
