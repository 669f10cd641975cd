// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Decoder and packer take turns, a band of rows at a time.
#include "image/image.h"

#include <algorithm>
#include <utility>

#include "base/stage_clock.h"
#include "image/frame.h"
#include "image/geometry.h"
#include "image/jpeg.h"
#include "image/limits.h"
#include "image/pack.h"

namespace yolo {

struct ImageReader::State {
  State(const ImageOptions& o, Allocator* a)
      : options(o), jpeg(a), packer(o.profile, o.decode, a) {}

  Status Open(ImageInfo* out);
  Status OpenJpeg();
  Status Pack(const Placement& placement, const InputTensor& tensor,
              ImageOutcome* outcome);
  Status PackJpeg(const Placement& placement, const InputTensor& tensor,
                  ImageOutcome* outcome);
  Status PackFrame(const Placement& placement, const InputTensor& tensor,
                   ImageOutcome* outcome);

  // Held from the allocator.
  size_t bytes() const { return jpeg.bytes() + packer.bytes(); }
  void Release() {
    jpeg.Close();
    jpeg.Release();
    packer.Release();
  }
  void Trim() {
    if (bytes() > kKeepBytes) Release();
  }

  const ImageOptions options;
  JpegDecoder jpeg;
  Packer packer;
  yolo_image image = {};
  Picture picture;  // of a JPEG: its header only, until it is packed
};

Status ImageReader::State::OpenJpeg() {
  JpegHeader header;
  YOLO_TRY(jpeg.Open({static_cast<const uint8_t*>(image.data), image.size},
                     options, &header));
  picture = {};
  picture.width = header.width;
  picture.height = header.height;
  picture.orientation = header.orientation;
  return Status::Ok();
}

Status ImageReader::State::Open(ImageInfo* info) {
  const bool is_jpeg = image.format == YOLO_FORMAT_JPEG;
  YOLO_TRY(is_jpeg ? OpenJpeg()
                   : DescribeFrame(image, options.max_pixels, &picture));
  *info = {picture.width, picture.height, picture.orientation};
  if (is_jpeg && options.exif != YOLO_EXIF_APPLY) picture.orientation = 1;
  if (picture.orientation >= 5) std::swap(info->width, info->height);
  return Status::Ok();
}

Status ImageReader::State::PackJpeg(const Placement& placement,
                                    const InputTensor& tensor,
                                    ImageOutcome* outcome) {
  StageClock clock;
  const int orientation = picture.orientation;
  const bool turned = orientation >= 5;
  // The same in both directions: what libjpeg can do.
  const int denominator =
      options.decode == YOLO_DECODE_FAST
          ? std::min(
                ShrinkFactor(picture.width, turned ? placement.h : placement.w),
                ShrinkFactor(picture.height,
                             turned ? placement.w : placement.h))
          : 1;
  YOLO_TRY(jpeg.Start(static_cast<unsigned>(denominator), &picture));
  picture.orientation = orientation;
  clock.AddTo(&outcome->ns_decode);
  YOLO_TRY(packer.Begin(picture, placement, tensor, /*may_shrink=*/false));
  clock.AddTo(&outcome->ns_pack);
  for (bool more = true; more;) {
    RowsReady ready;
    YOLO_TRY(jpeg.ReadBand(&ready, &more));
    clock.AddTo(&outcome->ns_decode);
    packer.Advance(ready);
    clock.AddTo(&outcome->ns_pack);
  }
  packer.Finish();
  outcome->truncated = jpeg.truncated();
  clock.AddTo(&outcome->ns_pack);
  return Status::Ok();
}

Status ImageReader::State::PackFrame(const Placement& placement,
                                     const InputTensor& tensor,
                                     ImageOutcome* outcome) {
  StageClock clock;
  YOLO_TRY(packer.Begin(picture, placement, tensor, /*may_shrink=*/true));
  packer.Finish();
  clock.AddTo(&outcome->ns_pack);
  return Status::Ok();
}

Status ImageReader::State::Pack(const Placement& placement,
                                const InputTensor& tensor,
                                ImageOutcome* outcome) {
  *outcome = {};
  if (image.format != YOLO_FORMAT_JPEG) {
    return PackFrame(placement, tensor, outcome);
  }
  const Status status = PackJpeg(placement, tensor, outcome);
  jpeg.Close();
  return status;
}

ImageReader::ImageReader(const ImageOptions& options, Allocator* allocator)
    : state_(new State(options, allocator)) {}

ImageReader::~ImageReader() { delete state_; }

Status ImageReader::Created() const { return state_->jpeg.Created(); }

namespace {

bool IsRefusal(const Status& status) {
  return status.code() == YOLO_ERROR_LIMIT ||
         status.code() == YOLO_ERROR_OUT_OF_MEMORY;
}

}  // namespace

Status ImageReader::Open(const yolo_image& image, ImageInfo* info) {
  State& s = *state_;
  s.image = image;
  const bool held = s.bytes() != 0;
  const Status status = s.Open(info);
  if (!IsRefusal(status) || !held) return status;
  // What earlier images left may have been in the way of this one.
  s.Release();
  return s.Open(info);
}

Status ImageReader::Pack(const Placement& placement, const InputTensor& tensor,
                         ImageOutcome* outcome) {
  State& s = *state_;
  Status status = s.Pack(placement, tensor, outcome);
  if (IsRefusal(status) && !s.jpeg.too_many_scans()) {
    s.Release();
    ImageInfo info;
    YOLO_TRY(s.Open(&info));
    status = s.Pack(placement, tensor, outcome);
  }
  s.Trim();
  return status;
}

}  // namespace yolo
