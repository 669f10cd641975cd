// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Several threads that share the work on one image. Most often there is one.
#ifndef YOLO_BASE_TEAM_H_
#define YOLO_BASE_TEAM_H_

#include <cstddef>

namespace yolo {

// Used by one thread, the image's own; the other members only ever run bodies.
class Team {
 public:
  virtual ~Team() = default;

  // Members, the calling thread included.
  virtual size_t size() const { return 1; }

  // Calls body(i) once for every i in [0, count) and returns when all are
  // done. The bodies run at the same time and must not depend on each other or
  // on which member runs them.
  template <class Body>
  void ForEach(size_t count, const Body& body) {
    if (size() == 1 || count < 2) {
      for (size_t i = 0; i < count; ++i) body(i);
      return;
    }
    Share(
        count,
        [](const void* context, size_t i) {
          (*static_cast<const Body*>(context))(i);
        },
        &body);
  }

 protected:
  using Call = void (*)(const void* context, size_t i);

 private:
  virtual void Share(size_t count, Call call, const void* context) {
    for (size_t i = 0; i < count; ++i) call(context, i);
  }
};

}  // namespace yolo

#endif  // YOLO_BASE_TEAM_H_
