// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#ifndef YOLO_TESTS_IMAGE_STORED_PLACE_H_
#define YOLO_TESTS_IMAGE_STORED_PLACE_H_

namespace yolo::testing {

// Where pixel (x, y) of the upright picture is stored, by the meaning of the
// orientations: n says which side of the scene stored row 0 and column 0 show.
inline void StoredPlace(int n, int width, int height, int x, int y, int* sx,
                        int* sy) {
  const int mirrored_x = width - 1 - x, mirrored_y = height - 1 - y;
  const int places[8][2] = {
      {x, y}, {mirrored_x, y}, {mirrored_x, mirrored_y}, {x, mirrored_y},
      {y, x}, {y, mirrored_x}, {mirrored_y, mirrored_x}, {mirrored_y, x}};
  *sx = places[n - 1][0];
  *sy = places[n - 1][1];
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_IMAGE_STORED_PLACE_H_
