// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// POSIX open and read, interrupted calls taken up again.
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace yolo {
namespace {

// An open file that closes itself.
class File {
 public:
  explicit File(const char* path) {
    do {
      fd_ = open(path, O_RDONLY | O_CLOEXEC);
    } while (fd_ < 0 && errno == EINTR);
  }
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool ok() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  // Bytes read, 0 at the end, negative on error.
  ssize_t Read(void* to, size_t size) const {
    ssize_t n;
    do {
      n = read(fd_, to, size);
    } while (n < 0 && errno == EINTR);
    return n;
  }

 private:
  int fd_ = -1;
};

// `path`, or its end where all of it would leave no room for the reason.
Message Shortened(std::string_view path) {
  constexpr size_t kMost = 120;
  if (path.size() <= kMost) return Message(path);
  path.remove_prefix(path.size() - kMost);
  // Not the rest of a UTF-8 character that was cut.
  while (!path.empty() && (path.front() & 0xC0) == 0x80) path.remove_prefix(1);
  return Message("...", path);
}

Status IoError(const char* path, const char* what, int error) {
  char text[128] = "";
  return Status::Error(YOLO_ERROR_IO, Shortened(path).view(), ": ", what, ": ",
                       strerror_r(error, text, sizeof(text)));
}

Status TooLong(const char* path, size_t max_bytes) {
  return Status::Error(YOLO_ERROR_LIMIT, Shortened(path).view(),
                       ": longer than ", max_bytes, " bytes");
}

// Calls grow(needed) for room and appends until the end of the file.
template <class Grow>
Status ReadAll(const char* path, size_t max_bytes, const Grow& grow,
               size_t* size) {
  const File file(path);
  if (!file.ok()) return IoError(path, "cannot open", errno);
  struct stat info;
  if (fstat(file.fd(), &info) != 0) return IoError(path, "cannot read", errno);
  if (S_ISDIR(info.st_mode)) return IoError(path, "cannot read", EISDIR);
  size_t room = info.st_size > 0 ? static_cast<size_t>(info.st_size) : 0;
  if (room > max_bytes) return TooLong(path, max_bytes);
  room = std::max<size_t>(room, 64 * 1024);
  *size = 0;
  while (true) {
    uint8_t* data = nullptr;
    // One byte more than can be right tells a file that is too long.
    const size_t wanted = std::min(room, max_bytes) + 1;
    YOLO_TRY(grow(wanted, *size, &data));
    while (*size < wanted) {
      const ssize_t n = file.Read(data + *size, wanted - *size);
      if (n < 0) return IoError(path, "cannot read", errno);
      if (n == 0) return Status::Ok();
      *size += static_cast<size_t>(n);
    }
    if (*size > max_bytes) return TooLong(path, max_bytes);
    room *= 2;
  }
}

}  // namespace

Status ReadTextFile(const char* path, size_t max_bytes, std::string* out) {
  size_t size = 0;
  YOLO_TRY(ReadAll(
      path, max_bytes,
      [&](size_t wanted, size_t, uint8_t** data) {
        out->resize(wanted);
        *data = reinterpret_cast<uint8_t*>(out->data());
        return Status::Ok();
      },
      &size));
  out->resize(size);
  return Status::Ok();
}

Status ReadFile(const char* path, size_t max_bytes, Allocator* allocator,
                Buffer* out, size_t* size) {
  return ReadAll(
      path, max_bytes,
      [&](size_t wanted, size_t used, uint8_t** data) {
        Buffer larger;
        if (!larger.Allocate(allocator, wanted)) {
          return RefusedMemory(*allocator, wanted, Shortened(path).view());
        }
        if (used != 0) std::memcpy(larger.as(), out->as(), used);
        *out = std::move(larger);
        *data = out->as();
        return Status::Ok();
      },
      size);
}

}  // namespace yolo
