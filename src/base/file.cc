// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// POSIX open, poll and read; interrupted calls are taken up again.
#include "base/file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace yolo {
namespace {

Status TooLong(const char* path, std::optional<uint64_t> length,
               size_t max_bytes) {
  const Message found =
      length ? Message(*length) : Message("more than ", max_bytes);
  return Status::Error(YOLO_ERROR_LIMIT, ShortPath(path).view(), ": ",
                       found.view(), " bytes; the limit is ", max_bytes);
}

// Calls grow(needed) for room and appends until the end of the file.
template <class Grow>
Status ReadAll(const char* path, size_t max_bytes, const Grow& grow,
               size_t* size) {
  InputFile file;
  YOLO_TRY(file.Open(path));
  const uint64_t length = file.length().value_or(0);
  if (length > max_bytes) return TooLong(path, length, max_bytes);
  size_t room = std::max<size_t>(length, 65536);
  *size = 0;
  while (true) {
    uint8_t* data = nullptr;
    // One byte more than can be right tells a file that is too long.
    const size_t wanted = std::min(room, max_bytes) + 1;
    YOLO_TRY(grow(wanted, *size, &data));
    size_t got = 0;
    YOLO_TRY(file.Read(data + *size, wanted - *size, &got));
    *size += got;
    if (*size < wanted) return Status::Ok();
    if (*size > max_bytes) return TooLong(path, {}, max_bytes);
    room *= 2;
  }
}

}  // namespace

Message ShortPath(std::string_view path) {
  constexpr size_t kMost = 120;
  if (path.size() <= kMost) return Message(path);
  path.remove_prefix(path.size() - kMost);
  // Not the rest of a UTF-8 character that was cut.
  while (!path.empty() && (path.front() & 0xC0) == 0x80) path.remove_prefix(1);
  return Message("...", path);
}

InputFile::~InputFile() {
  if (fd_ >= 0) close(fd_);
}

Status InputFile::Failure(const char* what, int error) const {
  char text[128] = "";
  return Status::Error(YOLO_ERROR_IO, ShortPath(path_).view(), ": ", what, ": ",
                       strerror_r(error, text, sizeof(text)));
}

Status InputFile::Open(const char* path) {
  path_ = path;
  // Not blocking: the open of a pipe that nobody writes would wait for ever.
  do {
    fd_ = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (fd_ < 0 && errno == EINTR);
  if (fd_ < 0) return Failure("cannot open", errno);
  struct stat info;
  if (fstat(fd_, &info) != 0) return Failure("cannot read", errno);
  if (S_ISDIR(info.st_mode)) return Failure("cannot read", EISDIR);
  regular_ = S_ISREG(info.st_mode);
  // Files of /proc are regular, have no length, and yet something to read.
  if (regular_ && info.st_size > 0) {
    length_ = static_cast<uint64_t>(info.st_size);
  }
  return Status::Ok();
}

// Returns when there is something to read, or nothing any more.
Status InputFile::Await() const {
  using std::chrono::milliseconds;
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + milliseconds(patience_ms_);
  while (true) {
    const auto left = std::max(
        std::chrono::ceil<milliseconds>(deadline - Clock::now()).count(),
        milliseconds::rep{0});
    pollfd look = {fd_, POLLIN, 0};
    const int ready = poll(&look, 1, static_cast<int>(left));
    if (ready > 0) return Status::Ok();
    if (ready < 0 && errno != EINTR) return Failure("cannot wait", errno);
    if (left == 0) {
      return Status::Error(YOLO_ERROR_IO, ShortPath(path_).view(),
                           ": nothing came for ", patience_ms_,
                           " ms: does anybody write to this pipe?");
    }
  }
}

// 0 bytes: the end.
Status InputFile::ReadSome(void* to, size_t size, size_t* got) {
  // A pipe that nobody has opened yet reads like one that has been closed.
  if (!regular_) YOLO_TRY(Await());
  while (true) {
    const ssize_t n = read(fd_, to, size);
    if (n >= 0) {
      *got = static_cast<size_t>(n);
      return Status::Ok();
    }
    if (errno == EAGAIN) {
      YOLO_TRY(Await());
    } else if (errno != EINTR) {
      return Failure("cannot read", errno);
    }
  }
}

Status InputFile::Read(void* to, size_t size, size_t* got) {
  *got = 0;
  while (*got < size) {
    size_t n = 0;
    YOLO_TRY(ReadSome(static_cast<uint8_t*>(to) + *got, size - *got, &n));
    if (n == 0) break;
    *got += n;
  }
  return Status::Ok();
}

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
          return RefusedMemory(*allocator, wanted, ShortPath(path).view());
        }
        if (used != 0) std::memcpy(larger.as(), out->as(), used);
        *out = std::move(larger);
        *data = out->as();
        return Status::Ok();
      },
      size);
}

}  // namespace yolo
