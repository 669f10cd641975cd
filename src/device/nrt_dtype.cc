// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Both numberings as tables.
#include "device/nrt_dtype.h"

#include <span>
#include <utility>

namespace yolo {
namespace {

struct Row {
  const char* name;
  size_t bytes;
  std::optional<DataType> type;
};

constexpr Row kFloat32 = {"float32", 4, DataType::kF32};
constexpr Row kFloat16 = {"float16", 2, DataType::kF16};
constexpr Row kBfloat16 = {"bfloat16", 2, DataType::kBf16};
constexpr Row kInt8 = {"int8", 1, {}};
constexpr Row kUint8 = {"uint8", 1, DataType::kU8};
constexpr Row kInt16 = {"int16", 2, {}};
constexpr Row kUint16 = {"uint16", 2, {}};
constexpr Row kInt32 = {"int32", 4, {}};
constexpr Row kUint32 = {"uint32", 4, {}};
constexpr Row kInt64 = {"int64", 8, {}};
constexpr Row kUint64 = {"uint64", 8, {}};
constexpr Row kFp32r = {"fp32r", 4, {}};
constexpr Row kFp8E3 = {"fp8 e3", 1, {}};
constexpr Row kFp8E4 = {"fp8 e4", 1, {}};
constexpr Row kFp8E5 = {"fp8 e5", 1, {}};
constexpr Row kUnknown = {"unknown", 0, {}};

constexpr Row kOld[] = {kUnknown, kFloat32, kFloat16, kBfloat16,
                        kInt8,    kUint8,   kInt16,   kUint16,
                        kInt32,   kUint32,  kInt64,   kUint64};
constexpr Row kNew[] = {kUnknown,  kUint64,  kInt8,  kUint8,  kInt16,   kUint16,
                        kBfloat16, kFloat16, kInt32, kUint32, kFloat32, kFp32r,
                        kInt64,    kFp8E3,   kFp8E4, kFp8E5};

// nullptr: no such number.
const Row* Find(std::span<const Row> rows, nrt::nrt_dtype_t code) {
  return code < rows.size() ? &rows[code] : nullptr;
}

NrtDtype Untold(size_t element_bytes) {
  if (element_bytes == 4) return {"unknown", DataType::kF32};
  if (element_bytes == 1) return {"unknown", DataType::kU8};
  return {};
}

}  // namespace

NrtNumbering NrtNumberingOf(uint64_t major, uint64_t minor) {
  return major > 2 || (major == 2 && minor >= 30) ? NrtNumbering::kNew
                                                  : NrtNumbering::kOld;
}

NrtDtype ResolveNrtDtype(nrt::nrt_dtype_t code, NrtNumbering numbering,
                         size_t element_bytes) {
  if (code == nrt::new_dtype::kUnknown) return Untold(element_bytes);
  const Row* first = Find(kOld, code);
  const Row* second = Find(kNew, code);
  // 6 and 7 are 16 bits in both numberings, and floats in the new one.
  if (numbering == NrtNumbering::kNew || code == nrt::new_dtype::kBfloat16 ||
      code == nrt::new_dtype::kFloat16) {
    std::swap(first, second);
  }
  for (const Row* row : {first, second}) {
    if (row && row->bytes == element_bytes) return {row->name, row->type};
  }
  return {};
}

}  // namespace yolo
