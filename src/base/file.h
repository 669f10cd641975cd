// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole files into memory.
#ifndef YOLO_BASE_FILE_H_
#define YOLO_BASE_FILE_H_

#include <string>

#include "base/memory.h"
#include "base/status.h"

namespace yolo {

// Reads a regular file or a pipe to its end. `max_bytes` bounds what is read;
// a longer file is an error. Messages begin with the path, or the end of a long
// one. Errors: IO, LIMIT, OUT_OF_MEMORY.
Status ReadTextFile(const char* path, size_t max_bytes, std::string* out);

// As above, into memory of the detector. `size` receives the bytes read.
Status ReadFile(const char* path, size_t max_bytes, Allocator* allocator,
                Buffer* out, size_t* size);

}  // namespace yolo

#endif  // YOLO_BASE_FILE_H_
