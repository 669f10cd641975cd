// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "device/nrt_dtype.h"

#include <doctest/doctest.h>

#include <string>

namespace yolo {
namespace {

struct Row {
  const char* name;
  nrt::nrt_dtype_t old_code, new_code;  // 99: there is none
  size_t bytes;
  std::optional<DataType> type;
};

constexpr Row kRows[] = {
    {"float32", 1, 10, 4, DataType::kF32},
    {"float16", 2, 7, 2, DataType::kF16},
    {"bfloat16", 3, 6, 2, DataType::kBf16},
    {"int8", 4, 2, 1, {}},
    {"uint8", 5, 3, 1, DataType::kU8},
    {"int16", 99, 4, 2, {}},   // old 6 is read as bf16
    {"uint16", 99, 5, 2, {}},  // old 7 is read as f16
    {"int32", 8, 8, 4, {}},
    {"uint32", 9, 9, 4, {}},
    {"int64", 10, 12, 8, {}},
    {"uint64", 11, 1, 8, {}},
    {"fp32r", 99, 11, 4, {}},
    {"fp8 e3", 99, 13, 1, {}},
    {"fp8 e4", 99, 14, 1, {}},
    {"fp8 e5", 99, 15, 1, {}},
};

TEST_CASE("each type in either numbering, whatever the version promised") {
  for (const Row& row : kRows) {
    for (const NrtNumbering promised :
         {NrtNumbering::kOld, NrtNumbering::kNew}) {
      for (const nrt::nrt_dtype_t code : {row.old_code, row.new_code}) {
        if (code == 99) continue;
        CAPTURE(row.name);
        CAPTURE(code);
        const NrtDtype got = ResolveNrtDtype(code, promised, row.bytes);
        CHECK(std::string(got.name) == row.name);
        CHECK(got.type == row.type);
      }
    }
  }
}

TEST_CASE("16 bits numbered 6 and 7 are floats") {
  for (const NrtNumbering numbering :
       {NrtNumbering::kOld, NrtNumbering::kNew}) {
    CHECK(ResolveNrtDtype(6, numbering, 2).type == DataType::kBf16);
    CHECK(ResolveNrtDtype(7, numbering, 2).type == DataType::kF16);
  }
}

TEST_CASE("what libnrt does not tell, and what contradicts itself") {
  const NrtNumbering numbering = NrtNumbering::kNew;
  CHECK(ResolveNrtDtype(0, numbering, 4).type == DataType::kF32);
  CHECK(ResolveNrtDtype(0, numbering, 1).type == DataType::kU8);
  CHECK_FALSE(ResolveNrtDtype(0, numbering, 2).type);
  CHECK_FALSE(ResolveNrtDtype(0, numbering, 0).type);
  CHECK_FALSE(ResolveNrtDtype(10, numbering, 3).type);
  CHECK_FALSE(ResolveNrtDtype(16, numbering, 4).type);
  CHECK_FALSE(ResolveNrtDtype(~0u, numbering, 4).type);
  CHECK(std::string(ResolveNrtDtype(16, numbering, 4).name) == "unknown");
}

TEST_CASE("the numbering changed with 2.30") {
  CHECK(NrtNumberingOf(2, 20) == NrtNumbering::kOld);
  CHECK(NrtNumberingOf(2, 29) == NrtNumbering::kOld);
  CHECK(NrtNumberingOf(2, 30) == NrtNumbering::kNew);
  CHECK(NrtNumberingOf(3, 0) == NrtNumbering::kNew);
}

}  // namespace
}  // namespace yolo
