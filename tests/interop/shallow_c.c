/* A shallow autoencoder in C, without any library, for `autoencoder validate`: case and results are
 * folders with a file KEY.npy for each key, written by hand.
 *
 *     cc shallow_c.c -o shallow -lm
 *     ./shallow FOLDER             writes FOLDER/case/ and FOLDER/theirs/
 *     ./shallow FOLDER mistake     the same with = where += belongs
 *     autoencoder validate FOLDER/case FOLDER/theirs
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { N = 9, V = 7, H = 4 };
static double x[N][V], W1[H][V], b1[H], W2[V][H], b2[V];
static double h[N][H], y[N][V], cost, gW1[H][V], gb1[H], gW2[V][H], gb2[V];
static char folder[4096];

/* An .npy file: ten bytes, a header in words up to a multiple of 64, the numbers row by row. */
static void save(const char *part, const char *key, const double *values, int rows, int cols) {
    char path[8192], header[119], shape[64];
    snprintf(path, sizeof path, "%s/%s/%s.npy", folder, part, key);
    snprintf(shape, sizeof shape, cols ? "(%d, %d)" : rows ? "(%d,)" : "()", rows, cols);
    snprintf(header, sizeof header, "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }",
             shape);
    FILE *file = fopen(path, "wb");
    fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, file);
    fprintf(file, "%-117s\n", header);
    fwrite(values, sizeof *values, (size_t)(rows ? rows : 1) * (size_t)(cols ? cols : 1), file);
    fclose(file);
}

static double sigmoid(double s) { return 1 / (1 + exp(-s)); }

int main(int count, char **words) {
    const int mistake = count > 2;
    snprintf(folder, sizeof folder - 8, "%s", words[1]);
    for (int k = 0; k < N * V; ++k) (&x[0][0])[k] = 0.5 + 0.4 * cos(1.0 + k);
    for (int k = 0; k < H * V; ++k) (&W1[0][0])[k] = 0.8 * sin(1.0 + k);
    for (int k = 0; k < V * H; ++k) (&W2[0][0])[k] = 0.8 * sin(2.0 + 3 * k);
    for (int j = 0; j < H; ++j) b1[j] = 0.3 * cos(5.0 * j);
    for (int i = 0; i < V; ++i) b2[i] = 0.3 * cos(7.0 * i);

    for (int q = 0; q < N; ++q) {
        double delta1[H], delta2[V];
        for (int j = 0; j < H; ++j) {
            double s = b1[j];
            for (int k = 0; k < V; ++k) s += W1[j][k] * x[q][k];
            h[q][j] = sigmoid(s);
        }
        for (int i = 0; i < V; ++i) {
            double s = b2[i];
            for (int j = 0; j < H; ++j) s += W2[i][j] * h[q][j];
            y[q][i] = sigmoid(s);
            cost += (x[q][i] - y[q][i]) * (x[q][i] - y[q][i]) / 2 / N;
            delta2[i] = (x[q][i] - y[q][i]) * y[q][i] * (1 - y[q][i]);
        }
        for (int j = 0; j < H; ++j) {
            double sum = 0;
            for (int i = 0; i < V; ++i) sum += W2[i][j] * delta2[i];
            delta1[j] = sum * h[q][j] * (1 - h[q][j]);
        }
        if (mistake) { /* what = for += leaves: the last pattern alone */
            memset(gW1, 0, sizeof gW1), memset(gb1, 0, sizeof gb1);
            memset(gW2, 0, sizeof gW2), memset(gb2, 0, sizeof gb2);
        }
        for (int j = 0; j < H; ++j) {
            for (int k = 0; k < V; ++k) gW1[j][k] -= delta1[j] * x[q][k] / N;
            gb1[j] -= delta1[j] / N;
        }
        for (int i = 0; i < V; ++i) {
            for (int j = 0; j < H; ++j) gW2[i][j] -= delta2[i] * h[q][j] / N;
            gb2[i] -= delta2[i] / N;
        }
    }

    char path[8192];
    snprintf(path, sizeof path, "%s/case", folder), mkdir(path, 0777);
    save("case", "x", &x[0][0], N, V);
    save("case", "W1", &W1[0][0], H, V), save("case", "b1", b1, H, 0);
    save("case", "W2", &W2[0][0], V, H), save("case", "b2", b2, V, 0);
    snprintf(path, sizeof path, "%s/theirs", folder), mkdir(path, 0777);
    save("theirs", "cost", &cost, 0, 0);
    save("theirs", "grad_W1", &gW1[0][0], H, V), save("theirs", "grad_b1", gb1, H, 0);
    save("theirs", "grad_W2", &gW2[0][0], V, H), save("theirs", "grad_b2", gb2, V, 0);
    return 0;
}
