// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of device portable that is worth vectorising: matrix products
// of packed blocks, and activations.
#ifndef YOLO_DEVICE_PORTABLE_MATH_H_
#define YOLO_DEVICE_PORTABLE_MATH_H_

#include <cstddef>

#include "model/graph.h"

namespace yolo::portable {

// out[f][p] += sum over k < depth of weights[f][k] * columns[k][p].
struct ProductSize {
  size_t pixels;   // p
  size_t filters;  // f
  size_t depth;    // k
};

// Brings columns [depth][pixels], rows `stride` floats apart, into the order
// in which MultiplyAdd reads them.
//
//   packed   depth * pixels floats, aligned to kAlignment
void PackColumns(const float* columns, size_t stride, const ProductSize& size,
                 float* packed);

// The same for weights [filters][depth], rows `stride` floats apart.
//
//   packed   filters * depth floats, aligned to kAlignment
void PackWeights(const float* weights, size_t stride, const ProductSize& size,
                 float* packed);

// Rows of `out` are `stride` floats apart. Allocates nothing.
void MultiplyAdd(const float* columns, const float* weights,
                 const ProductSize& size, float* out, size_t stride);

// values[i] = activation(values[i]). Allocates nothing.
void Activate(Activation activation, float* values, size_t count);

// The instruction set that the functions above were compiled for.
const char* InstructionSet();

// "Eigen 3.4.0"
const char* MathLibraryName();

}  // namespace yolo::portable

#endif  // YOLO_DEVICE_PORTABLE_MATH_H_
