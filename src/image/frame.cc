// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/frame.h"

#include <algorithm>
#include <limits>

#include "base/memory.h"
#include "image/limits.h"

namespace yolo {
namespace {

// One plane of a format: `bytes` for every `pixels` pixels of every `rows`
// rows, of the components that its channels are.
struct PlaneFormat {
  unsigned bytes, pixels, rows;
  int channels;
  int components[kMaxComponents];
  int chroma_channel = -1;
};

struct FrameFormat {
  int32_t format;
  const char* name;
  ColorModel model;
  int num_components;
  int chroma_x, chroma_y;  // pixels that share a sample of chroma
  int num_planes;
  PlaneFormat planes[3];
};

constexpr PlaneFormat kLuma = {1, 1, 1, 1, {0}};
constexpr FrameFormat kFormats[] = {
    {YOLO_FORMAT_RGB,
     "RGB",
     ColorModel::kRgb,
     3,
     1,
     1,
     1,
     {{3, 1, 1, 3, {0, 1, 2}}}},
    {YOLO_FORMAT_BGR,
     "BGR",
     ColorModel::kRgb,
     3,
     1,
     1,
     1,
     {{3, 1, 1, 3, {2, 1, 0}}}},
    {YOLO_FORMAT_RGBA,
     "RGBA",
     ColorModel::kRgb,
     3,
     1,
     1,
     1,
     {{4, 1, 1, 4, {0, 1, 2, -1}}}},
    {YOLO_FORMAT_BGRA,
     "BGRA",
     ColorModel::kRgb,
     3,
     1,
     1,
     1,
     {{4, 1, 1, 4, {2, 1, 0, -1}}}},
    {YOLO_FORMAT_GRAY, "GRAY", ColorModel::kGray, 1, 1, 1, 1, {kLuma}},
    {YOLO_FORMAT_NV12,
     "NV12",
     ColorModel::kYuv,
     3,
     2,
     2,
     2,
     {kLuma, {2, 2, 2, 2, {1, 2}}}},
    {YOLO_FORMAT_NV21,
     "NV21",
     ColorModel::kYuv,
     3,
     2,
     2,
     2,
     {kLuma, {2, 2, 2, 2, {2, 1}}}},
    {YOLO_FORMAT_I420,
     "I420",
     ColorModel::kYuv,
     3,
     2,
     2,
     3,
     {kLuma, {1, 2, 2, 1, {1}}, {1, 2, 2, 1, {2}}}},
    {YOLO_FORMAT_YUYV,
     "YUYV",
     ColorModel::kYuv,
     3,
     2,
     1,
     1,
     {{4, 2, 1, 2, {0, 1, 2}, 1}}},
    {YOLO_FORMAT_UYVY,
     "UYVY",
     ColorModel::kYuv,
     3,
     2,
     1,
     1,
     {{4, 2, 1, 2, {0, 1, 2}, 0}}},
};

const FrameFormat* FindFormat(int32_t format) {
  for (const FrameFormat& f : kFormats) {
    if (f.format == format) return &f;
  }
  return nullptr;
}

constexpr uint64_t CeilDivide(uint64_t a, uint64_t b) {
  return (a + b - 1) / b;
}

// What a caller says of one plane.
struct PlaneMemory {
  const void* data;
  size_t size;
  size_t stride;  // 0: rows are adjacent
};

// Names of the fields that describe plane p.
constexpr const char* kStrideNames[] = {"stride", "chroma_stride[0]",
                                        "chroma_stride[1]"};
constexpr const char* kSizeNames[] = {"size", "chroma_size[0]",
                                      "chroma_size[1]"};

// Checks one plane; `used` receives the bytes from its first row to the end of
// its last stride.
Status CheckPlane(const FrameFormat& f, int p, const yolo_image& image,
                  const PlaneMemory& memory, Plane* out, size_t* used) {
  const PlaneFormat& plane = f.planes[p];
  // Both are below 2^31: neither product overflows 64 bits.
  const size_t row = CeilDivide(image.width, plane.pixels) * plane.bytes;
  const size_t rows = CeilDivide(image.height, plane.rows);
  const size_t stride = memory.stride ? memory.stride : row;
  if (stride < row) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, kStrideNames[p], " is ",
                         stride, " bytes; a ", f.name, " row of width ",
                         image.width, " needs ", row);
  }
  size_t before_last;
  const bool fits = Multiply(stride, rows - 1, &before_last) &&
                    before_last <= std::numeric_limits<size_t>::max() - stride;
  if (!fits || memory.size < before_last + row) {
    const Message all =
        fits ? Message(before_last + row) : Message("2^64 or more");
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, kSizeNames[p], " is ",
                         memory.size, " bytes; height ", image.height, " with ",
                         kStrideNames[p], " ", stride, " needs ", all.view());
  }
  out->data = static_cast<const uint8_t*>(memory.data);
  out->stride = stride;
  out->rows = static_cast<int>(rows);
  out->channels = plane.channels;
  out->chroma_channel = plane.chroma_channel;
  std::copy_n(plane.components, kMaxComponents, out->components);
  *used = before_last + stride;
  return Status::Ok();
}

// All planes in one block, each after the other.
Status DescribeBlock(const FrameFormat& f, const yolo_image& image,
                     Picture* picture) {
  size_t offset = 0;
  for (int p = 0; p < f.num_planes; ++p) {
    size_t stride = image.chroma_stride[std::max(p - 1, 0)];
    if (p == 0) stride = image.stride;
    if (p > 0 && stride == 0 && image.stride != 0) {
      stride = f.num_planes == 3 ? image.stride / 2 : image.stride;
    }
    const PlaneMemory memory = {
        static_cast<const uint8_t*>(image.data) + std::min(offset, image.size),
        image.size - std::min(offset, image.size), stride};
    size_t used = 0;
    const Status status =
        CheckPlane(f, p, image, memory, &picture->planes[p], &used);
    if (!status.ok() && p > 0) {
      return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "chroma is NULL and ",
                           "plane ", p, " begins at byte ", offset,
                           " of data, where ", status.message());
    }
    YOLO_TRY(status);
    offset += used;
  }
  return Status::Ok();
}

Status DescribePlanes(const FrameFormat& f, const yolo_image& image,
                      Picture* picture) {
  size_t used;
  YOLO_TRY(CheckPlane(f, 0, image, {image.data, image.size, image.stride},
                      &picture->planes[0], &used));
  for (int p = 1; p < f.num_planes; ++p) {
    const PlaneMemory memory = {image.chroma[p - 1], image.chroma_size[p - 1],
                                image.chroma_stride[p - 1]};
    if (!memory.data) {
      return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "chroma[", p - 1,
                           "] is NULL; ", f.name, " has ", f.num_planes,
                           " planes");
    }
    YOLO_TRY(CheckPlane(f, p, image, memory, &picture->planes[p], &used));
  }
  return Status::Ok();
}

Status CheckFrame(const FrameFormat& f, const yolo_image& image,
                  uint64_t max_pixels) {
  constexpr uint32_t kMax = std::numeric_limits<int32_t>::max();
  if (image.width == 0 || image.height == 0 || image.width > kMax ||
      image.height > kMax) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "width x height is ",
                         image.width, " x ", image.height,
                         "; both must be 1 to ", kMax);
  }
  YOLO_TRY(CheckPixels(image.width, image.height, max_pixels));
  if (image.orientation > 8) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "orientation is ",
                         image.orientation, "; it is 0, or 1 to 8 as in EXIF");
  }
  if (f.model == ColorModel::kYuv &&
      (image.yuv_standard < YOLO_YUV_BT601_LIMITED ||
       image.yuv_standard > YOLO_YUV_BT709_FULL)) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "yuv_standard is ",
                         image.yuv_standard, ", not a YOLO_YUV_");
  }
  return Status::Ok();
}

}  // namespace

Status DescribeFrame(const yolo_image& image, uint64_t max_pixels,
                     Picture* picture) {
  const FrameFormat* f = FindFormat(image.format);
  if (!f) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "format is ",
                         image.format, ", not a YOLO_FORMAT_");
  }
  YOLO_TRY(CheckFrame(*f, image, max_pixels));
  *picture = {};
  picture->model = f->model;
  picture->yuv = static_cast<YuvStandard>(image.yuv_standard);
  picture->width = static_cast<int>(image.width);
  picture->height = static_cast<int>(image.height);
  picture->orientation =
      static_cast<int>(std::max(image.orientation, uint32_t{1}));
  picture->num_components = f->num_components;
  picture->num_planes = f->num_planes;
  for (int c = 0; c < f->num_components; ++c) {
    const bool chroma = f->model == ColorModel::kYuv && c > 0;
    const int x = chroma ? f->chroma_x : 1, y = chroma ? f->chroma_y : 1;
    picture->components[c] = {
        static_cast<int>(CeilDivide(image.width, static_cast<uint64_t>(x))),
        static_cast<int>(CeilDivide(image.height, static_cast<uint64_t>(y))),
        static_cast<double>(x), static_cast<double>(y)};
  }
  const bool one_block =
      f->num_planes == 1 || (!image.chroma[0] && !image.chroma[1]);
  return one_block ? DescribeBlock(*f, image, picture)
                   : DescribePlanes(*f, image, picture);
}

}  // namespace yolo
