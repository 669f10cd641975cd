// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What each format needs to become upright RGB.
#include "image/image.h"

#include <limits>

#include "image/jpeg.h"
#include "image/limits.h"
#include "image/upright.h"

namespace yolo {
namespace {

// A raw format: bytes a pixel, and where red, green and blue are in it.
struct RawFormat {
  int32_t format;
  const char* name;
  unsigned channels;
  unsigned r, g, b;
};

constexpr RawFormat kRawFormats[] = {
    {YOLO_FORMAT_RGB, "RGB", 3, 0, 1, 2},
    {YOLO_FORMAT_BGR, "BGR", 3, 2, 1, 0},
    {YOLO_FORMAT_RGBA, "RGBA", 4, 0, 1, 2},
    {YOLO_FORMAT_BGRA, "BGRA", 4, 2, 1, 0},
    {YOLO_FORMAT_GRAY, "GRAY", 1, 0, 0, 0},
};

const RawFormat* FindRawFormat(int32_t format) {
  for (const RawFormat& f : kRawFormats) {
    if (f.format == format) return &f;
  }
  return nullptr;
}

// Checks the sizes of a raw image; `stride` receives the one in effect.
Status CheckRaw(const yolo_image& image, const RawFormat& format,
                uint64_t max_pixels, size_t* stride) {
  constexpr uint32_t kMax = std::numeric_limits<int32_t>::max();
  if (image.width == 0 || image.height == 0 || image.width > kMax ||
      image.height > kMax) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "width x height is ",
                         image.width, " x ", image.height,
                         "; both must be 1 to ", kMax);
  }
  YOLO_TRY(CheckPixels(image.width, image.height, max_pixels));
  size_t row, needed;
  if (!Multiply(image.width, format.channels, &row)) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "width ", image.width,
                         " does not fit in memory");
  }
  *stride = image.stride ? image.stride : row;
  if (*stride < row) {
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "stride is ", *stride,
                         " bytes; a ", format.name, " row of width ",
                         image.width, " needs ", row);
  }
  const bool fits = Multiply(*stride, image.height - 1, &needed) &&
                    needed <= std::numeric_limits<size_t>::max() - row;
  if (!fits || image.size < needed + row) {
    const Message all = fits ? Message(needed + row) : Message("2^64 or more");
    return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "size is ", image.size,
                         " bytes; height ", image.height, " with stride ",
                         *stride, " needs ", all.view());
  }
  return Status::Ok();
}

void ConvertRow(const uint8_t* in, const RawFormat& format, size_t width,
                uint8_t* rgb) {
  for (size_t x = 0; x < width; ++x, in += format.channels, rgb += 3) {
    rgb[0] = in[format.r];
    rgb[1] = in[format.g];
    rgb[2] = in[format.b];
  }
}

}  // namespace

struct ImageDecoder::State {
  State(const ImageOptions& o, Allocator* a)
      : options(o), allocator(a), jpeg(a) {}

  Status Decode(const yolo_image& image, DecodedImage* out);
  Status DecodeJpeg(const yolo_image& image, DecodedImage* out);
  Status DecodeRaw(const yolo_image& image, const RawFormat& format,
                   DecodedImage* out);

  // Held from the allocator.
  size_t bytes() const { return jpeg.bytes() + pixels.size() + upright.size(); }
  void Release() {
    jpeg.Release();
    pixels.Reset();
    upright.Reset();
  }

  ImageOptions options;
  Allocator* allocator;
  JpegDecoder jpeg;
  Buffer pixels;   // as stored
  Buffer upright;  // turned by EXIF
};

Status ImageDecoder::State::Decode(const yolo_image& image, DecodedImage* out) {
  if (image.format == YOLO_FORMAT_JPEG) return DecodeJpeg(image, out);
  const RawFormat* raw = FindRawFormat(image.format);
  if (raw) return DecodeRaw(image, *raw, out);
  return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "format is ", image.format,
                       ", not a YOLO_FORMAT_");
}

Status ImageDecoder::State::DecodeJpeg(const yolo_image& image,
                                       DecodedImage* out) {
  JpegImage stored;
  YOLO_TRY(jpeg.Decode({static_cast<const uint8_t*>(image.data), image.size},
                       options, &pixels, &stored));
  *out = {stored.pixels, stored.width, stored.height, stored.orientation,
          stored.truncated};
  if (options.exif != YOLO_EXIF_APPLY || stored.orientation == 1) {
    return Status::Ok();
  }
  if (stored.orientation >= 5) std::swap(out->width, out->height);
  return MakeUpright(stored.pixels, stored.orientation, allocator, &upright,
                     &out->pixels);
}

Status ImageDecoder::State::DecodeRaw(const yolo_image& image,
                                      const RawFormat& format,
                                      DecodedImage* out) {
  size_t stride = 0;
  YOLO_TRY(CheckRaw(image, format, options.max_pixels, &stride));
  const auto* data = static_cast<const uint8_t*>(image.data);
  const auto width = static_cast<int>(image.width);
  const auto height = static_cast<int>(image.height);
  *out = {{data, width, height, stride}, width, height, 1, false};
  if (format.format == YOLO_FORMAT_RGB) return Status::Ok();

  const size_t rgb_stride = AlignUp(size_t{image.width} * 3);
  size_t bytes;
  if (!Multiply(rgb_stride, image.height, &bytes) ||
      !pixels.Reserve(allocator, bytes)) {
    return RefusedMemory(*allocator, uint64_t{rgb_stride} * image.height,
                         "image");
  }
  for (size_t y = 0; y < image.height; ++y) {
    ConvertRow(data + y * stride, format, image.width,
               pixels.as() + y * rgb_stride);
  }
  out->pixels = {pixels.as(), width, height, rgb_stride};
  return Status::Ok();
}

ImageDecoder::ImageDecoder(const ImageOptions& options, Allocator* allocator)
    : state_(new State(options, allocator)) {}

ImageDecoder::~ImageDecoder() { delete state_; }

Status ImageDecoder::Decode(const yolo_image& image, DecodedImage* out) {
  Trim();
  State& s = *state_;
  const bool held = s.bytes() != 0;
  const Status status = s.Decode(image, out);
  const bool refused = status.code() == YOLO_ERROR_LIMIT ||
                       status.code() == YOLO_ERROR_OUT_OF_MEMORY;
  if (!refused || !held) return status;
  // What earlier images left may have been in the way of this one.
  s.Release();
  return s.Decode(image, out);
}

void ImageDecoder::Trim() {
  if (state_->bytes() > kKeepBytes) state_->Release();
}

}  // namespace yolo
