/* SPDX-License-Identifier: MIT */
/* Devices: what evaluations can run on. */
#ifndef MOFBENCH_DEVICE_H
#define MOFBENCH_DEVICE_H

#include <stddef.h>
#include "error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { MOFB_DEVICE_CPU = 0, MOFB_DEVICE_CUDA = 1 };

typedef struct mofb_device_info {
    size_t struct_size;
    char id[16];         /* "cpu", "cuda:0", ... : what options take */
    char name[104];      /* as the hardware names itself */
    int32_t kind;        /* MOFB_DEVICE_* */
    int32_t units;       /* threads an evaluation may use on a CPU, multiprocessors on a GPU */
    uint64_t memory;     /* bytes in all */
} mofb_device_info;

/* Number of devices found, at least 1 (the CPU is index 0). Thread: any. Since 0.1. */
MOFB_API size_t mofb_device_count(void);

/* Describes device `index`. info->struct_size is set by the caller; of a longer struct the known part is filled.
   Errors: not_found, abi. */
MOFB_API mofb_status mofb_device_read(mofb_device_info *info, size_t index);

#ifdef __cplusplus
}
#endif
#endif
