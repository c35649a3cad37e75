// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.
//
// Threads for a zygote under test. They need no interpreter, which a zygote that waits does not give up, and take the
// locks that its forks will need: those of malloc, stdio, time zones, the dynamic linker and a BLAS library.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef void (*multiply)(int, int, int, long, long, long, double, const double *, long, const double *, long, double,
                         double *, long);

static multiply product;

static void *churn(void *unused) {
    static __thread void *kept[64];
    for (unsigned round = 0;; round++) {
        for (unsigned index = 0; index < 64; index++) {
            free(kept[index]);
            kept[index] = malloc(1 + (round * 977 + index * 4099) % (1 << 17));
        }
        usleep(200);
    }
    return unused;
}

static void *say(void *unused) {
    FILE *null = fopen("/dev/null", "w");
    for (unsigned round = 0; null != NULL; round++) {
        time_t now = time(NULL);
        struct tm parts;
        fprintf(null, "%u %p %d\n", round, dlsym(RTLD_DEFAULT, "malloc"), localtime_r(&now, &parts)->tm_sec);
        fflush(NULL);
        if (round % 16 == 0) usleep(500);
    }
    return unused;
}

static void *multiply_always(void *unused) {
    enum { SIZE = 128 };
    double *numbers = calloc(3 * SIZE * SIZE, sizeof *numbers);
    while (numbers != NULL) {
        // Row after row, neither transposed.
        product(101, 111, 111, SIZE, SIZE, SIZE, 1, numbers, SIZE, numbers + SIZE * SIZE, SIZE, 0,
                numbers + 2 * SIZE * SIZE, SIZE);
        usleep(1000);
    }
    return unused;
}

static int start(void *(*body)(void *), const char *name) {
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, body, NULL);
    if (failure == 0) pthread_setname_np(thread, name);
    return failure;
}

/// `dgemm`: a cblas_dgemm with 64-bit sizes, or NULL.
int start_busy_threads(multiply dgemm) {
    product = dgemm;
    int failures = start(churn, "churn-1") + start(churn, "churn-2") + start(say, "say");
    return failures + (dgemm == NULL ? 0 : start(multiply_always, "multiply"));
}
