// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// What libjpeg calls back.
#include "image/jpeg_session.h"

#include <jerror.h>

#include <algorithm>
#include <cstring>

#include "image/exif.h"

namespace yolo {
namespace {

JpegSession* Of(j_common_ptr cinfo) {
  return static_cast<JpegSession*>(cinfo->client_data);
}

[[noreturn]] void ErrorExit(j_common_ptr cinfo) {
  JpegSession* s = Of(cinfo);
  s->image.code = cinfo->err->msg_code;
  cinfo->err->format_message(cinfo, s->image.text);
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg is C; no object is left behind
  std::longjmp(s->jump, 1);
}

// Remembers that there were samples yet to come.
void NoteMissing(JpegSession* s) {
  if (s->image.missing) return;
  s->image.missing = true;
  s->image.missing_all =
      s->cinfo.input_scan_number <= 1 && s->cinfo.input_iMCU_row == 0;
}

// Level -1 is corrupt data, which libjpeg works around; from 0 on, a trace.
void EmitMessage(j_common_ptr cinfo, int level) {
  if (level >= 0) return;
  ++cinfo->err->num_warnings;
  JpegSession* s = Of(cinfo);
  if (cinfo->err->msg_code == JWRN_HIT_MARKER &&
      s->cinfo.unread_marker == JPEG_EOI) {
    NoteMissing(s);
  }
}

void OutputMessage(j_common_ptr) {}

void InitSource(j_decompress_ptr) {}

// Past the end of the file every byte pair is an end-of-image marker, except
// inside a marker segment, where such bytes would be taken for its contents:
// there libjpeg is told to wait (see EndInside).
boolean FillInput(j_decompress_ptr cinfo) {
  static const JOCTET kEndOfImage[2] = {0xFF, JPEG_EOI};
  JpegSession* s = Of(reinterpret_cast<j_common_ptr>(cinfo));
  s->image.ran_out = true;
  if (cinfo->unread_marker != 0 && !s->image.resyncing) return FALSE;
  // The arithmetic decoder takes zeros for missing data and never warns.
  if (cinfo->arith_code) NoteMissing(s);
  cinfo->src->next_input_byte = kEndOfImage;
  cinfo->src->bytes_in_buffer = sizeof(kEndOfImage);
  return TRUE;
}

// Looks for the next restart marker, among bytes that are no segment.
boolean Resync(j_decompress_ptr cinfo, int desired) {
  JpegSession* s = Of(reinterpret_cast<j_common_ptr>(cinfo));
  s->image.resyncing = true;
  const boolean found = jpeg_resync_to_restart(cinfo, desired);
  s->image.resyncing = false;
  return found;
}

void SkipInput(j_decompress_ptr cinfo, long count) {
  if (count <= 0) return;
  jpeg_source_mgr* source = cinfo->src;
  if (static_cast<size_t>(count) > source->bytes_in_buffer) {
    count = static_cast<long>(source->bytes_in_buffer);
  }
  source->next_input_byte += count;
  source->bytes_in_buffer -= static_cast<size_t>(count);
}

void EndSource(j_decompress_ptr) {}

// APP1: looked at where it lies, not copied.
boolean ReadApp1(j_decompress_ptr cinfo) {
  JpegSession* s = Of(reinterpret_cast<j_common_ptr>(cinfo));
  jpeg_source_mgr* source = cinfo->src;
  if (source->bytes_in_buffer < 2) return FillInput(cinfo);
  const JOCTET* bytes = source->next_input_byte;
  const long length = (long{bytes[0]} << 8 | bytes[1]) - 2;
  SkipInput(cinfo, 2);
  if (length <= 0) return TRUE;
  const size_t available = static_cast<size_t>(length) < source->bytes_in_buffer
                               ? static_cast<size_t>(length)
                               : source->bytes_in_buffer;
  const std::span<const uint8_t> payload(source->next_input_byte, available);
  if (!s->image.saw_exif && IsExif(payload)) {
    s->image.saw_exif = true;
    s->image.orientation = ExifOrientation(payload);
  }
  SkipInput(cinfo, length);
  return TRUE;
}

// Called for each row of blocks of each scan: a file of a few kilobytes can
// ask for thousands of passes over millions of blocks.
void CountScans(j_common_ptr cinfo) {
  JpegSession* s = Of(cinfo);
  if (s->cinfo.input_scan_number <= static_cast<int64_t>(s->MostScans())) {
    return;
  }
  s->image.too_many_scans = true;
  // NOLINTNEXTLINE(cert-err52-cpp): libjpeg is C; no object is left behind
  std::longjmp(s->jump, 1);
}

}  // namespace

void JpegSession::Create() {
  cinfo.err = jpeg_std_error(&errors);
  errors.error_exit = ErrorExit;
  errors.emit_message = EmitMessage;
  errors.output_message = OutputMessage;
  cinfo.client_data = this;
  jpeg_create_decompress(&cinfo);
  source = {nullptr, 0, InitSource, FillInput, SkipInput, Resync, EndSource};
  cinfo.src = &source;
  progress.progress_monitor = CountScans;
  cinfo.progress = &progress;
  jpeg_set_marker_processor(&cinfo, JPEG_APP0 + 1, ReadApp1);
  own_memory = cinfo.mem;
  cinfo.mem = memory;
}

void JpegSession::Open(std::span<const uint8_t> file,
                       const ImageOptions& options) {
  image = {};
  image.options = &options;
  image.size = file.size();
  image.orientation = 1;
  memory->ClearRefused();
  source.next_input_byte = file.data();
  source.bytes_in_buffer = file.size();
}

uint32_t JpegSession::MostScans() const {
  const double pixels =
      static_cast<double>(cinfo.image_width) * cinfo.image_height;
  return static_cast<uint32_t>(
      std::min(static_cast<double>(image.options->max_scans),
               64 * static_cast<double>(image.options->max_pixels) / pixels));
}

uint32_t JpegSession::CountScansAhead(uint32_t most) const {
  constexpr uint8_t kStartOfScan = 0xDA;
  std::span<const uint8_t> rest(source.next_input_byte, source.bytes_in_buffer);
  uint32_t scans = 1;
  while (scans <= most && !rest.empty()) {
    const void* const found = std::memchr(rest.data(), 0xFF, rest.size());
    if (!found) break;
    rest = rest.last(static_cast<size_t>(rest.data() + rest.size() -
                                         static_cast<const uint8_t*>(found)));
    const uint8_t marker = rest.size() < 4 ? JPEG_EOI : rest[1];
    if (marker == JPEG_EOI) break;
    if (marker == 0xFF) {
      rest = rest.subspan(1);
    } else if (marker <= 0x01 || (marker & 0xF8) == JPEG_RST0) {
      rest = rest.subspan(2);  // no segment
    } else {
      scans += marker == kStartOfScan;
      const size_t length = 2 + (size_t{rest[2]} << 8 | rest[3]);
      rest = rest.subspan(std::min(length, rest.size()));
    }
  }
  return scans;
}

void JpegSession::Close() {
  jpeg_abort_decompress(&cinfo);
  for (auto& table : cinfo.quant_tbl_ptrs) table = nullptr;
  for (auto& table : cinfo.dc_huff_tbl_ptrs) table = nullptr;
  for (auto& table : cinfo.ac_huff_tbl_ptrs) table = nullptr;
  memory->free_pool(reinterpret_cast<j_common_ptr>(&cinfo), JPOOL_PERMANENT);
}

}  // namespace yolo
