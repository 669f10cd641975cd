// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Boxes and labels on a picture.
#ifndef YOLO_SAMPLES_CLI_DRAW_H_
#define YOLO_SAMPLES_CLI_DRAW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "picture.h"

namespace cli {

struct Colour {
  uint8_t r, g, b;
};

// Neighbouring classes get hues far apart.
Colour ClassColour(int32_t class_id);

// A box to draw, in pixels of the picture.
struct Annotation {
  float x0, y0, x1, y1;
  int32_t class_id;
  std::string text;
};

// Draws all boxes, then all labels; the first annotation is the most important:
// nothing covers it. Line and text grow with the picture; labels stay inside.
void DrawAnnotations(const std::vector<Annotation>& annotations,
                     Picture* picture);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_DRAW_H_
