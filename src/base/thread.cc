// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// pthreads, for the size of the stack.
#include "base/thread.h"

#include <signal.h>

#include <new>
#include <utility>

namespace yolo {
namespace {

constexpr size_t kStackBytes = size_t{16} << 20;

void* Main(void* body) {
  (*static_cast<std::function<void()>*>(body))();
  return nullptr;
}

}  // namespace

bool Thread::Start(std::function<void()> body) {
  // Destructors start threads, too: no exception.
  std::unique_ptr<std::function<void()>> owned(
      new (std::nothrow) std::function<void()>(std::move(body)));
  if (!owned) return false;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, kStackBytes);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&id_, &attributes, Main, owned.get());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0) return false;
  body_ = std::move(owned);
  return true;
}

}  // namespace yolo
