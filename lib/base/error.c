/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "mofbench/ext/model.h"

enum { MAX_OPTIONS = 4096 }; /* bytes; a larger struct_size was never set */

static _Thread_local struct {
    char reason[64];
    char message[960];
} last;

/* One line of valid UTF-8, whatever a file's name held and wherever the message was cut. */
static void flatten(char *text) {
    for (size_t n; *text; text += n ? n : 1) {
        n = mofb__utf8_length(text, strlen(text));
        if (!n) *text = '?';
        else if ((unsigned char)*text < ' ' || *text == 127) *text = ' ';
    }
}

/* The arguments may point into the last error. */
static mofb_status record(mofb_status status, const char *reason, const char *format, va_list args) {
    char id[sizeof last.reason], message[sizeof last.message];
    snprintf(id, sizeof id, "%s", reason);
    vsnprintf(message, sizeof message, format, args);
    flatten(message);
    memcpy(last.reason, id, sizeof id);
    memcpy(last.message, message, sizeof message);
    return status;
}

mofb_status mofb__fail(mofb_status status, const char *reason, const char *format, ...) {
    va_list args;
    va_start(args, format);
    record(status, reason, format, args);
    va_end(args);
    return status;
}

mofb_status mofb_ext_fail(mofb_status status, const char *reason, const char *format, ...) {
    va_list args;
    va_start(args, format);
    record(status, reason, format, args);
    va_end(args);
    return status;
}

mofb_status mofb__fail_prefix(mofb_status status, const char *format, ...) {
    char old[sizeof last.message], prefix[256];
    va_list args;
    if (status == MOFB_OK || status == MOFB_ERR_NO_MEMORY) return status;
    memcpy(old, last.message, sizeof old);
    va_start(args, format);
    vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    snprintf(last.message, sizeof last.message, "%s: %.700s", prefix, old);
    flatten(last.message);
    return status;
}

mofb_status mofb__no_memory(void) {
    return mofb__fail(MOFB_ERR_NO_MEMORY, "no_memory", "out of memory");
}

mofb_status mofb__options_read(void *to, size_t size, const void *options) {
    size_t given;
    if (!options) return MOFB_OK;
    memcpy(&given, options, sizeof given);
    if (given < sizeof given || given > MAX_OPTIONS)
        return mofb__fail(MOFB_ERR_ABI, "struct_size", "options: struct_size is not set");
    for (size_t k = size; k < given; k++)
        if (((const char *)options)[k])
            return mofb__fail(MOFB_ERR_ABI, "struct_newer", "options: uses members that this library lacks");
    memcpy(to, options, given < size ? given : size);
    return MOFB_OK;
}

const char *mofb_error_message(void) {
    return last.message;
}

const char *mofb_error_reason(void) {
    return last.reason;
}

const char *mofb_status_name(mofb_status status) {
    static const char *const names[] = {"ok",     "invalid",   "no_memory", "not_found", "exists",
                                        "unsupported", "format", "io",      "busy",      "cancelled",
                                        "timeout", "device",   "callback",  "abi",       "internal"};
    return status <= 0 && status > -(mofb_status)(sizeof names / sizeof *names) ? names[-status] : "unknown";
}
