// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Remarks for the host's log callback; nowhere else.
#ifndef YOLO_BASE_LOG_H_
#define YOLO_BASE_LOG_H_

#include "base/status.h"

namespace yolo {

struct Log {
  yolo_log_fn fn = nullptr;
  void* user = nullptr;

  template <class... Parts>
  void Warning(const Parts&... parts) const {
    if (fn) fn(user, YOLO_LOG_WARNING, Message(parts...).c_str());
  }
  template <class... Parts>
  void Info(const Parts&... parts) const {
    if (fn) fn(user, YOLO_LOG_INFO, Message(parts...).c_str());
  }
};

}  // namespace yolo

#endif  // YOLO_BASE_LOG_H_
