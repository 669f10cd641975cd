// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Files: a piece at a time, or whole into memory.
#ifndef YOLO_BASE_FILE_H_
#define YOLO_BASE_FILE_H_

#include <sys/types.h>

#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "base/memory.h"
#include "base/status.h"

namespace yolo {

// Bytes one after the other, from a file or from memory.
class ByteReader {
 public:
  virtual ~ByteReader() = default;

  // Of the whole; none where only reading tells, as of a pipe.
  virtual std::optional<uint64_t> length() const = 0;

  // Fills `to`; fewer bytes than `size` mean that there are no more.
  virtual Status Read(void* to, size_t size, size_t* got) = 0;
};

class MemoryReader : public ByteReader {
 public:
  explicit MemoryReader(std::span<const uint8_t> bytes)
      : length_(bytes.size()), rest_(bytes) {}

  std::optional<uint64_t> length() const override { return length_; }
  Status Read(void* to, size_t size, size_t* got) override {
    *got = size < rest_.size() ? size : rest_.size();
    if (*got != 0) std::memcpy(to, rest_.data(), *got);
    rest_ = rest_.subspan(*got);
    return Status::Ok();
  }

 private:
  const size_t length_;
  std::span<const uint8_t> rest_;
};

// A regular file, a pipe or a device, opened for reading. One that is renamed,
// unlinked or replaced afterwards is still read as it was.
class InputFile : public ByteReader {
 public:
  // A pipe that gives nothing for so long is an error; so is one that nobody
  // opens for writing. Regular files are waited for as the system does.
  static constexpr int kPatienceMs = 30000;

  explicit InputFile(int patience_ms = kPatienceMs)
      : patience_ms_(patience_ms) {}
  ~InputFile() override;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // `path` must outlive the object. Messages begin with it, or with the end of
  // a long one. Errors, here and below: IO.
  Status Open(const char* path);

  std::optional<uint64_t> length() const override { return length_; }
  Status Read(void* to, size_t size, size_t* got) override;

 private:
  Status Failure(const char* what, int error) const;
  Status Await() const;
  Status ReadSome(void* to, size_t size, size_t* got);

  const int patience_ms_;
  const char* path_ = "";
  int fd_ = -1;
  bool regular_ = false;
  std::optional<uint64_t> length_;
};

// `path`, or its end where all of it would leave no room for what follows.
Message ShortPath(std::string_view path);

// Reads a file to its end. `max_bytes` bounds what is read; a longer file is an
// error. Messages begin with the path. Errors: IO, LIMIT, OUT_OF_MEMORY.
Status ReadTextFile(const char* path, size_t max_bytes, std::string* out);

// As above, into memory of the detector. `size` receives the bytes read.
Status ReadFile(const char* path, size_t max_bytes, Allocator* allocator,
                Buffer* out, size_t* size);

}  // namespace yolo

#endif  // YOLO_BASE_FILE_H_
