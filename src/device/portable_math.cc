// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Eigen, and the only file that includes it: it takes long to compile.
//
// Eigen's public matrix product packs both factors anew in each call, in memory
// that it allocates or takes from the stack. The three parts it is made of do
// neither: weights are packed once when the model is loaded, and a lane brings
// the memory for its columns.
#include "device/portable_math.h"

#include <algorithm>

#define EIGEN_MPL2_ONLY
#define EIGEN_DONT_PARALLELIZE
#define EIGEN_NO_MALLOC  // any allocation fails an assertion
#include <Eigen/Core>

namespace yolo::portable {
namespace {

static_assert(EIGEN_VERSION_AT_LEAST(3, 4, 0),
              "gemm_pack_lhs takes the packet's type since 3.4");

using Index = Eigen::Index;
using Traits = Eigen::internal::gebp_traits<float, float>;
using ConstMapper =
    Eigen::internal::const_blas_data_mapper<float, Index, Eigen::ColMajor>;
using OutMapper =
    Eigen::internal::blas_data_mapper<float, Index, Eigen::ColMajor,
                                      Eigen::Unaligned, 1>;

Index Signed(size_t n) { return static_cast<Index>(n); }

// With e = exp(x), tanh(ln(1 + e)) is n / (n + 2) where n = e (e + 2). From 20
// on that is 1 in f32, and from 44 on e * e would overflow.
void Mish(float* values, size_t count) {
  constexpr Index kBlock = 64;
  Eigen::Array<float, Eigen::Dynamic, 1, Eigen::ColMajor, kBlock, 1> n;
  for (Index i = 0; i < Signed(count); i += kBlock) {
    Eigen::Map<Eigen::ArrayXf> x(values + i,
                                 std::min(kBlock, Signed(count) - i));
    n = x.min(20.0f).exp();
    n *= n + 2.0f;
    x *= n / (n + 2.0f);
  }
}

}  // namespace

// Eigen multiplies lhs [rows][depth] by rhs [depth][cols] into [rows][cols],
// all column-major here. Its rows, which it vectorises, are our pixels.

void PackColumns(const float* columns, size_t stride, const ProductSize& size,
                 float* packed) {
  Eigen::internal::gemm_pack_lhs<float, Index, ConstMapper, Traits::mr,
                                 Traits::LhsProgress, Traits::LhsPacket4Packing,
                                 Eigen::ColMajor>
      pack;
  pack(packed, ConstMapper(columns, Signed(stride)), Signed(size.depth),
       Signed(size.pixels));
}

void PackWeights(const float* weights, size_t stride, const ProductSize& size,
                 float* packed) {
  Eigen::internal::gemm_pack_rhs<float, Index, ConstMapper, Traits::nr,
                                 Eigen::ColMajor>
      pack;
  pack(packed, ConstMapper(weights, Signed(stride)), Signed(size.depth),
       Signed(size.filters));
}

void MultiplyAdd(const float* columns, const float* weights,
                 const ProductSize& size, float* out, size_t stride) {
  Eigen::internal::gebp_kernel<float, float, Index, OutMapper, Traits::mr,
                               Traits::nr, false, false>
      multiply;
  multiply(OutMapper(out, Signed(stride)), columns, weights,
           Signed(size.pixels), Signed(size.depth), Signed(size.filters),
           /*alpha=*/1.0f);
}

void Activate(Activation activation, float* values, size_t count) {
  Eigen::Map<Eigen::ArrayXf> x(values, Signed(count));
  switch (activation) {
    case Activation::kLinear:
      return;
    case Activation::kRelu:
      x = x.max(0.0f);
      return;
    case Activation::kLeaky:
      x = x.max(0.1f * x);
      return;
    case Activation::kRelu6:
      x = x.max(0.0f).min(6.0f);
      return;
    case Activation::kLogistic:
      x = 1.0f / (1.0f + (-x).exp());
      return;
    case Activation::kMish:
      Mish(values, count);
      return;
    case Activation::kSwish:
      x /= 1.0f + (-x).exp();
      return;
    case Activation::kTanh:
      x = x.tanh();
      return;
  }
}

const char* InstructionSet() { return Eigen::SimdInstructionSetsInUse(); }

#define YOLO_TEXT_OF(number) #number
#define YOLO_VERSION_TEXT(world, major, minor) \
  YOLO_TEXT_OF(world) "." YOLO_TEXT_OF(major) "." YOLO_TEXT_OF(minor)
const char* MathLibraryName() {
  return "Eigen " YOLO_VERSION_TEXT(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION,
                                    EIGEN_MINOR_VERSION);
}

}  // namespace yolo::portable
