/* SPDX-License-Identifier: MIT */
#include "mofbench/device.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

/* "model name : Intel ..." of /proc/cpuinfo, where there is one. */
static void cpu_name(char *out, size_t size) {
    char line[256];
    FILE *f = fopen("/proc/cpuinfo", "r");
    snprintf(out, size, "CPU");
    while (f && fgets(line, sizeof line, f)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) || !colon) continue;
        colon += 1 + strspn(colon + 1, " ");
        colon[strcspn(colon, "\n")] = 0;
        snprintf(out, size, "%.*s", (int)size - 1, colon);
        break;
    }
    if (f) fclose(f);
}

size_t mofb_device_count(void) {
    return 1;
}

mofb_status mofb_device_read(mofb_device_info *info, size_t index) {
    MOFB__REQUIRE(info);
    if (info->struct_size < sizeof *info)
        return mofb__fail(MOFB_ERR_ABI, "struct_size", "device info: struct_size is not set");
    if (index) return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_device", "there is no device number %zu", index);
    long units = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    snprintf(info->id, sizeof info->id, "cpu");
    cpu_name(info->name, sizeof info->name);
    info->kind = MOFB_DEVICE_CPU;
    info->units = units > 0 ? (int32_t)units : 1;
    info->memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
    return MOFB_OK;
}
