// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#ifndef YOLO_DEVICE_NEURON_STACK_H_
#define YOLO_DEVICE_NEURON_STACK_H_

#include <exception>

#include "base/thread.h"

namespace yolo {

// Runs `body` on a stack as libnrt needs it, wherever the caller is. What it
// throws comes out here.
template <class Body>
void OnDeepStack(const Body& body) {
  std::exception_ptr thrown;
  const auto guarded = [&] {
    try {
      body();
    } catch (...) {
      thrown = std::current_exception();
    }
  };
  {
    Thread thread;
    if (!thread.Start(guarded)) guarded();
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace yolo

#endif  // YOLO_DEVICE_NEURON_STACK_H_
