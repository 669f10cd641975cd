// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// libjpeg as we use it: bytes in place, errors by longjmp, memory of our own.
#ifndef YOLO_IMAGE_JPEG_SESSION_H_
#define YOLO_IMAGE_JPEG_SESSION_H_

#include <csetjmp>
#include <span>

#include "image/image.h"
#include "image/jpeg_memory.h"

namespace yolo {

// One libjpeg decompressor, and everything that a longjmp may leave behind.
//
// libjpeg calls error_exit when it cannot go on, and error_exit must not
// return. The rule that keeps the jump sound: what runs between the setjmp in
// Run() and the jump is libjpeg's C, or functions whose variables have no
// destructors. What they find out they leave here; Status and Buffer are met
// outside of Run() only.
struct JpegSession {
  jpeg_decompress_struct cinfo;
  jpeg_error_mgr errors;
  jpeg_source_mgr source;
  jpeg_progress_mgr progress;
  std::jmp_buf jump;
  jpeg_memory_mgr* own_memory;  // libjpeg's, with what creation put in it
  JpegMemory* memory;           // ours, for everything after
  Allocator* allocator;
  bool created;

  struct Image {
    const ImageOptions* options;
    size_t size;  // of the file, bytes
    int orientation;
    bool saw_exif;
    bool resyncing;       // looking for a restart marker
    bool ran_out;         // libjpeg asked for bytes past the end
    bool missing;         // samples are missing because the data ended
    bool missing_all;     // ... before one row of blocks was complete
    bool too_many_scans;  // this is why it was stopped
    int code;             // of libjpeg's error
    char text[JMSG_LENGTH_MAX];
  } image;

  // Runs `step(this)`; false when libjpeg gave up. The only setjmp.
  template <class Step>
  bool Run(Step step) {
    // NOLINTNEXTLINE(cert-err52-cpp): the one way out of libjpeg
    if (setjmp(jump)) return false;
    step(this);
    return true;
  }

  // Makes the decompressor; inside Run().
  void Create();
  // Begins with another file.
  void Open(std::span<const uint8_t> file, const ImageOptions& options);
  // Scans that this picture may have: as many as the options say, and, for
  // every scan passes over the whole picture, so few that together they decode
  // at most 64 pictures of max_pixels. A camera's have about ten.
  uint32_t MostScans() const;
  // Scans from the one that begins here on, as the file's markers have it; any
  // number above `most` when there are more. Reads no more than it must.
  uint32_t CountScansAhead(uint32_t most) const;
  // Forgets it. The source is not read to its end: what follows the picture is
  // not ours. Tables are forgotten too, or a file without its own would be
  // decoded with those of whatever image came before.
  void Close();

  // libjpeg waits for the rest of a segment that will not come: an end-of-image
  // marker takes the segment's place, so that the scans before it count.
  void EndInside() { cinfo.unread_marker = JPEG_EOI; }
};

}  // namespace yolo

#endif  // YOLO_IMAGE_JPEG_SESSION_H_
