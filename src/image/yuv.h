// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Coefficients of each YUV standard.
#ifndef YOLO_IMAGE_YUV_H_
#define YOLO_IMAGE_YUV_H_

#include "image/picture.h"
#include "kernels/color.h"
#include "kernels/unit.h"

namespace yolo {

// For YuvToUnit: from the luma weights of ITU-R BT.601 and BT.709.
const UnitMatrix& UnitMatrixOf(YuvStandard standard);

// For YuvToRgb: BT.601 in limited range is OpenCV 4.6's, with its coefficients
// of three decimals; the others are the standard's, rounded once.
const YuvMatrix& YuvMatrixOf(YuvStandard standard);

}  // namespace yolo

#endif  // YOLO_IMAGE_YUV_H_
