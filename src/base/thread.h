// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Threads that belong to a detector.
#ifndef YOLO_BASE_THREAD_H_
#define YOLO_BASE_THREAD_H_

#include <pthread.h>

#include <functional>
#include <memory>

namespace yolo {

// A thread with a 16 MiB stack (device runtimes need deep ones) that takes no
// signal of the host's. Joined on destruction.
class Thread {
 public:
  Thread() = default;
  Thread(Thread&& other) noexcept {
    std::swap(body_, other.body_);
    std::swap(id_, other.id_);
    std::swap(detached_, other.detached_);
  }
  ~Thread() { Join(); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // False when the system has no more threads, or no memory for one.
  [[nodiscard]] bool Start(std::function<void()> body);

  // Waits for its end; nothing when it was not started.
  void Join() {
    if (body_ && !detached_) pthread_join(id_, nullptr);
    body_.reset();
  }

  // Lets it run as long as it likes; until then this object must stay.
  void Detach() {
    if (body_ && !detached_) pthread_detach(id_);
    detached_ = true;
  }

 private:
  std::unique_ptr<std::function<void()>> body_;
  pthread_t id_{};
  bool detached_ = false;
};

}  // namespace yolo

#endif  // YOLO_BASE_THREAD_H_
