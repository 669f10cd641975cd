// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Remarks for the host's log callback; nowhere else. A callback that throws, as
// a host's C++ may, has had its say: what logs goes on.
#ifndef YOLO_BASE_LOG_H_
#define YOLO_BASE_LOG_H_

#include "base/status.h"

namespace yolo {

struct Log {
  yolo_log_fn fn = nullptr;
  void* user = nullptr;

  template <class... Parts>
  void Warning(const Parts&... parts) const {
    if (fn) Send(YOLO_LOG_WARNING, Message(parts...));
  }
  template <class... Parts>
  void Info(const Parts&... parts) const {
    if (fn) Send(YOLO_LOG_INFO, Message(parts...));
  }

 private:
  void Send(int32_t level, const Message& message) const {
    try {
      fn(user, level, message.c_str());
    } catch (...) {
    }
  }
};

}  // namespace yolo

#endif  // YOLO_BASE_LOG_H_
