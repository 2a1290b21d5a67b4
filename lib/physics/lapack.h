/* SPDX-License-Identifier: MIT */
/* The LAPACK routines in use, with the Fortran calling convention (hidden lengths of the character arguments
   at the end). */
#ifndef MOFB_PHYSICS_LAPACK_H
#define MOFB_PHYSICS_LAPACK_H

#include <stddef.h>

/* Eigenvalues of a Hermitian matrix a [n][lda] of complex numbers (re, im), ascending; a is overwritten. */
void zheev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
            double *work, const int *lwork, double *rwork, int *info, size_t jobz_length, size_t uplo_length);

/* Eigenvalues of a real symmetric matrix a [n][lda], ascending; a is overwritten. */
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
            double *work, const int *lwork, int *info, size_t jobz_length, size_t uplo_length);

#endif
