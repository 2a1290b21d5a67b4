/* SPDX-License-Identifier: MIT */
/* Line plots as SVG. What to plot is in the task kind's description: a list of
   {"file", "title", "x", "y", "x_label", "y_label", "points", "log_y"}:
   x a key and y keys of series in the result. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum {
    WIDTH = 760,
    HEIGHT = 460,
    LEFT = 92,
    RIGHT = 24,
    TOP = 44,
    BOTTOM = 62,
    MAX_CURVES = 6,
    MAX_POINTS = 4000
};

typedef struct curve {
    const char *name;
    const double *x, *y;
    size_t count;
    bool log_y;
} curve;

/* What is drawn at a point: the value or its decimal logarithm, nan where there is none. */
static double height(const curve *c, size_t k) {
    return !c->log_y ? c->y[k] : c->y[k] > 0 ? log10(c->y[k]) : NAN;
}

typedef struct frame {
    double x0, x1, y0, y1; /* data range of the axes */
} frame;

static const char *const colours[MAX_CURVES] = {"#1f6fb2", "#d1495b", "#2a9d63",
                                                "#8e5ea2", "#c98b1b", "#4a4a4a"};

static double px(const frame *f, double x) {
    return LEFT + (x - f->x0) / (f->x1 - f->x0) * (WIDTH - LEFT - RIGHT);
}

static double py(const frame *f, double y) {
    return HEIGHT - BOTTOM - (y - f->y0) / (f->y1 - f->y0) * (HEIGHT - TOP - BOTTOM);
}

/* 1, 2 or 5 times a power of ten that cuts a range into about `pieces`. */
static double tick_step(double range, int pieces) {
    double raw = range / pieces, power = pow(10, floor(log10(raw))), part = raw / power;
    return power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
}

/* What differs by rounding alone is constant: ticks must be steps that change a number. */
static void widen(double *low, double *high, double margin) {
    double span = *high - *low, size = fmax(fabs(*low), fabs(*high));
    if (span <= 1e-10 * size || span == 0) {
        span = size > 0 ? 0.1 * size : 1;
        margin = 0.5;
    }
    *low -= margin * span;
    *high += margin * span;
}

static bool find_frame(frame *f, const curve *curves, int n) {
    *f = (frame){INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (int c = 0; c < n; c++)
        for (size_t k = 0; k < curves[c].count; k++) {
            double x = curves[c].x[k], y = height(&curves[c], k);
            if (!isfinite(x) || !isfinite(y)) continue;
            f->x0 = fmin(f->x0, x), f->x1 = fmax(f->x1, x);
            f->y0 = fmin(f->y0, y), f->y1 = fmax(f->y1, y);
        }
    if (!(f->x0 <= f->x1)) return false;
    widen(&f->x0, &f->x1, 0.01);
    widen(&f->y0, &f->y1, 0.06);
    return true;
}

static void escape(FILE *out, const char *text) {
    for (; *text; text++)
        if (*text == '<') fputs("&lt;", out);
        else if (*text == '&') fputs("&amp;", out);
        else fputc(*text, out);
}

static void draw_text(FILE *out, double x, double y, const char *attributes, const char *text) {
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, attributes);
    escape(out, text);
    fputs("</text>\n", out);
}

static void draw_axes(FILE *out, const frame *f, bool log_y) {
    char number[32];
    double dx = tick_step(f->x1 - f->x0, 7), dy = tick_step(f->y1 - f->y0, 6);
    if (log_y && dy < 1) dy = 1;
    for (double t = ceil(f->x0 / dx) * dx; t <= f->x1; t += dx) {
        fprintf(out, "<path d=\"M%.1f %d V%d\" stroke=\"#e4e4e4\"/>\n", px(f, t), TOP, HEIGHT - BOTTOM);
        snprintf(number, sizeof number, "%.8g", fabs(t) < 1e-9 * dx ? 0 : t);
        draw_text(out, px(f, t), HEIGHT - BOTTOM + 18, "text-anchor=\"middle\"", number);
    }
    for (double t = ceil(f->y0 / dy) * dy; t <= f->y1; t += dy) {
        fprintf(out, "<path d=\"M%d %.1f H%d\" stroke=\"#e4e4e4\"/>\n", LEFT, py(f, t), WIDTH - RIGHT);
        snprintf(number, sizeof number, "%.8g", log_y ? pow(10, t) : fabs(t) < 1e-9 * dy ? 0 : t);
        draw_text(out, LEFT - 6, py(f, t) + 4, "text-anchor=\"end\"", number);
    }
    fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#444\"/>\n", LEFT,
            TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
}

static void draw_curve(FILE *out, const frame *f, const curve *c, const char *colour, bool points) {
    size_t stride = c->count / MAX_POINTS + 1;
    bool pen = false;
    fprintf(out, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" d=\"", colour);
    for (size_t k = 0; k < c->count; k += stride) {
        if (!isfinite(c->x[k]) || !isfinite(height(c, k))) {
            pen = false;
            continue;
        }
        fprintf(out, "%c%.2f %.2f", pen ? 'L' : 'M', px(f, c->x[k]), py(f, height(c, k)));
        pen = true;
    }
    fputs("\"/>\n", out);
    for (size_t k = 0; points && k < c->count; k += stride)
        if (isfinite(c->x[k]) && isfinite(height(c, k)))
            fprintf(out, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"3.2\" fill=\"%s\"/>\n", px(f, c->x[k]),
                    py(f, height(c, k)), colour);
}

static void draw(FILE *out, const cJSON *plot, const char *subtitle, const frame *f, const curve *curves,
                 int n) {
    const cJSON *title = cJSON_GetObjectItemCaseSensitive(plot, "title"),
                *xl = cJSON_GetObjectItemCaseSensitive(plot, "x_label"),
                *yl = cJSON_GetObjectItemCaseSensitive(plot, "y_label");
    bool points = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(plot, "points"));
    char rotated[64];
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
            "font-size=\"13\" fill=\"#222\">\n"
            "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT);
    draw_text(out, LEFT, 26, "font-size=\"16\" font-weight=\"bold\"",
              cJSON_IsString(title) ? title->valuestring : "");
    draw_text(out, WIDTH - RIGHT, 26, "text-anchor=\"end\" fill=\"#777\"", subtitle);
    draw_axes(out, f, cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(plot, "log_y")));
    draw_text(out, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 16, "text-anchor=\"middle\"",
              cJSON_IsString(xl) ? xl->valuestring : "");
    snprintf(rotated, sizeof rotated, "text-anchor=\"middle\" transform=\"rotate(-90 18 %d)\"",
             (TOP + HEIGHT - BOTTOM) / 2);
    draw_text(out, 18, (TOP + HEIGHT - BOTTOM) / 2.0, rotated, cJSON_IsString(yl) ? yl->valuestring : "");
    for (int c = 0; c < n; c++) {
        draw_curve(out, f, &curves[c], colours[c], points);
        if (n == 1) continue;
        fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"3\" fill=\"%s\"/>\n", LEFT + 12,
                TOP + 15 + 18 * c, colours[c]);
        draw_text(out, LEFT + 32, TOP + 20 + 18 * c, "", curves[c].name);
    }
    fputs("</svg>\n", out);
}

static void plot_one(const cJSON *plot, const mofb_result *result, const char *subtitle, const char *folder) {
    const cJSON *x = cJSON_GetObjectItemCaseSensitive(plot, "x"),
                *file = cJSON_GetObjectItemCaseSensitive(plot, "file"), *key;
    bool log_y = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(plot, "log_y"));
    const double *xs, *ys;
    size_t nx, ny;
    curve curves[MAX_CURVES];
    char path[4096];
    frame f;
    int n = 0;
    if (!cJSON_IsString(x) || !cJSON_IsString(file) || mofb_result_series(&xs, &nx, result, x->valuestring))
        return;
    cJSON_ArrayForEach(key, cJSON_GetObjectItemCaseSensitive(plot, "y")) {
        if (n == MAX_CURVES || !cJSON_IsString(key) || mofb_result_series(&ys, &ny, result, key->valuestring))
            continue;
        curves[n++] = (curve){key->valuestring, xs, ys, nx < ny ? nx : ny, log_y};
    }
    if (!find_frame(&f, curves, n)) return;
    snprintf(path, sizeof path, "%s/%s", folder, file->valuestring);
    FILE *out = fopen(path, "w");
    bool good = out != NULL;
    if (out) {
        draw(out, plot, subtitle, &f, curves, n);
        good = !ferror(out);
        good &= !fclose(out);
    }
    if (!good) fprintf(stderr, "mofbench: %s: cannot write the plot\n", path);
}

void cli_plot_result(const char *kind, const mofb_result *result, const char *folder) {
    char *text;
    const char *name = "";
    const cJSON *plot;
    if (mofb_task_kind_describe(&text, kind)) return;
    cJSON *table = cJSON_Parse(text);
    mofb_text_free(text);
    mofb_result_text(&name, result, "structure");
    cJSON_ArrayForEach(plot, cJSON_GetObjectItemCaseSensitive(table, "plots"))
        plot_one(plot, result, name, folder);
    cJSON_Delete(table);
}
