// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Which type of number libnrt means: its numbering of types changed between
// libraries 2.29 and 2.30, and no header tells which is in force.
#ifndef YOLO_DEVICE_NRT_DTYPE_H_
#define YOLO_DEVICE_NRT_DTYPE_H_

#include <cstddef>
#include <optional>

#include "device/nrt_abi.h"
#include "kernels/tensor.h"

namespace yolo {

enum class NrtNumbering { kOld, kNew };

// The numbering of library major.minor: new from 2.30 on.
NrtNumbering NrtNumberingOf(uint64_t major, uint64_t minor);

struct NrtDtype {
  const char* name = "unknown";  // "float16", "int32", ...
  std::optional<DataType> type;  // none: not a type that networks here use
};

// Reads `code` in `numbering`, or in the other when only that one agrees with
// the bytes of an element, which settles every number but 6 and 7: those are
// read as bf16 and f16, as integers of 16 bits are nothing for a detector.
// A type that libnrt does not tell is taken to be f32 at 4 bytes and u8 at one,
// and stays open at 2.
NrtDtype ResolveNrtDtype(nrt::nrt_dtype_t code, NrtNumbering numbering,
                         size_t element_bytes);

}  // namespace yolo

#endif  // YOLO_DEVICE_NRT_DTYPE_H_
