/* SPDX-License-Identifier: MIT */
/* A reader fed with anything. What was read is written and read again, which must not crash either. */
#ifndef MOFB_TESTS_FUZZ_H
#define MOFB_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "formats/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* exact: what was written must come back as the same structure. */
static inline void fuzz_again(const mofb__format *format, const mofb_structure *s, int exact) {
    mofb_structure_options o = {.struct_size = sizeof o};
    mofb__structure_list list = {0};
    mofb__str text;
    mofb__str_init(&text, NULL);
    mofb_status status = format->write(&text, s);
    if (!status) status = format->read(&list, text.data, text.len, "again", &o);
    if (exact && (status || list.count != 1 || strcmp(list.items[0]->sha256, s->sha256))) abort();
    mofb__structure_list_free(&list);
    mofb__str_free(&text);
}

static inline void fuzz_reader(const char *name, const uint8_t *data, size_t size, int32_t disorder,
                               int exact) {
    const mofb__format *format = mofb__format_by_name(name);
    mofb_structure_options o = {.struct_size = sizeof o, .disorder = disorder};
    mofb__structure_list list = {0};
    mofb_status status = format->read(&list, (const char *)data, size, "input", &o);
    if (status && strchr(mofb_error_message(), '\n')) abort();
    for (size_t k = 0; !status && k < list.count; k++)
        fuzz_again(format, list.items[k], exact);
    mofb__structure_list_free(&list);
    format->sniff((const char *)data, size);
}

#endif
