// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A JPEG file's bytes -> planes of samples, a band of rows at a time.
#ifndef YOLO_IMAGE_JPEG_H_
#define YOLO_IMAGE_JPEG_H_

#include <cstdint>
#include <span>

#include "base/memory.h"
#include "base/status.h"
#include "image/image.h"
#include "image/lines.h"
#include "image/picture.h"

namespace yolo {

// What the header says, as stored.
struct JpegHeader {
  int width = 0;
  int height = 0;
  int orientation = 1;  // EXIF
};

struct JpegSession;

// One libjpeg-turbo decompressor that lives across images: Open, Start, then
// ReadBand until there are no more. One thread at a time.
class JpegDecoder {
 public:
  explicit JpegDecoder(Allocator* allocator);
  ~JpegDecoder();
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  // Why the last image was refused.
  bool too_many_scans() const;

  // Of its creation: OUT_OF_MEMORY where libjpeg had no memory of its own.
  Status Created() const;

  // Reads the header. `file` is read in place and `options` are looked at until
  // the next Open or Close.
  // Errors: BAD_IMAGE, UNSUPPORTED_IMAGE, LIMIT, OUT_OF_MEMORY.
  Status Open(std::span<const uint8_t> file, const ImageOptions& options,
              JpegHeader* header);

  // Prepares to decode at 1 / denominator of the size: 1, 2, 4 or 8. The planes
  // of `picture` are windows on the last bands, of at least 8 rows.
  Status Start(unsigned denominator, Picture* picture);

  // Decodes the next band of blocks. `ready` says how many rows there are of
  // each component by now, `more` whether others follow.
  Status ReadBand(RowsReady* ready, bool* more);

  // After the last band: the data ended early, and what is missing is grey.
  bool truncated() const;

  // Done with this image, wherever it stands.
  void Close();

  // Held from the allocator.
  size_t bytes() const;
  // Gives that back. Not while an image is open.
  void Release();

 private:
  Status Failure() const;
  Status CheckHeader() const;
  Status MakeRings(Picture* picture);

  JpegSession* session_;
  bool open_ = false;
  Picture rings_;                       // planes and components
  int band_rows_[kMaxComponents] = {};  // of each component
  int bands_ = 0;                       // read
  int ring_bands_ = 0;                  // that are kept
  Buffer samples_;
};

}  // namespace yolo

#endif  // YOLO_IMAGE_JPEG_H_
