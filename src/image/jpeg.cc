// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Decoding with libjpeg-turbo, whose errors leave by longjmp.
#include "image/jpeg.h"

#include <jerror.h>

#include <csetjmp>
#include <memory>

#include "image/exif.h"
#include "image/jpeg_memory.h"
#include "image/limits.h"

#define YOLO_QUOTE_(x) #x
#define YOLO_QUOTE(x) YOLO_QUOTE_(x)

namespace yolo {

// Everything that a longjmp may leave behind.
//
// libjpeg calls error_exit when it cannot go on, and error_exit must not
// return. The rule that keeps the jump sound: what runs between the setjmp in
// Run() and the jump is libjpeg's C, or functions of this file and of
// jpeg_memory.cc whose variables have no destructors. What they find out they
// leave here; Status and Buffer are met outside of Run() only.
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
    uint8_t* pixels;
    size_t stride;  // bytes
    int orientation;
    bool saw_exif;
    bool resyncing;       // inside Resync()
    bool ran_out;         // libjpeg asked for bytes past the end
    bool missing;         // samples are missing because the data ended
    bool missing_all;     // ... before one row of blocks was complete
    bool too_many_scans;  // this is why it was stopped
    int code;             // of libjpeg's error
    char text[JMSG_LENGTH_MAX];
  } image;
};

namespace {

JpegSession* Of(j_common_ptr cinfo) {
  return static_cast<JpegSession*>(cinfo->client_data);
}

[[noreturn]] void ErrorExit(j_common_ptr cinfo) {
  JpegSession* s = Of(cinfo);
  s->image.code = cinfo->err->msg_code;
  cinfo->err->format_message(cinfo, s->image.text);
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

// libjpeg waits for the rest of a segment that will not come: an end-of-image
// marker takes the segment's place, so that the scans before it count.
void EndInside(JpegSession* s) { s->cinfo.unread_marker = JPEG_EOI; }

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
  const uint32_t max_scans = s->image.options->max_scans;
  if (max_scans == 0 ||
      s->cinfo.input_scan_number <= static_cast<int64_t>(max_scans)) {
    return;
  }
  s->image.too_many_scans = true;
  std::longjmp(s->jump, 1);
}

// Runs `step`; false when libjpeg gave up. The only setjmp.
bool Run(JpegSession* s, void (*step)(JpegSession*)) {
  if (setjmp(s->jump)) return false;
  step(s);
  return true;
}

void Create(JpegSession* s) {
  s->cinfo.err = jpeg_std_error(&s->errors);
  s->errors.error_exit = ErrorExit;
  s->errors.emit_message = EmitMessage;
  s->errors.output_message = OutputMessage;
  s->cinfo.client_data = s;
  jpeg_create_decompress(&s->cinfo);
  s->source = {nullptr, 0, InitSource, FillInput, SkipInput, Resync, EndSource};
  s->cinfo.src = &s->source;
  s->progress.progress_monitor = CountScans;
  s->cinfo.progress = &s->progress;
  jpeg_set_marker_processor(&s->cinfo, JPEG_APP0 + 1, ReadApp1);
  s->own_memory = s->cinfo.mem;
  s->cinfo.mem = s->memory;
}

void ReadHeader(JpegSession* s) {
  while (jpeg_read_header(&s->cinfo, TRUE) == JPEG_SUSPENDED) EndInside(s);
}

// 1/2, 1/4 or 1/8: the smallest picture that still covers the network's input.
unsigned ScaleDenominator(const JpegSession& s) {
  const ImageOptions& options = *s.image.options;
  if (options.decode != YOLO_DECODE_FAST || options.network_width <= 0 ||
      options.network_height <= 0) {
    return 1;
  }
  const bool turned =
      options.exif == YOLO_EXIF_APPLY && s.image.orientation >= 5;
  const auto width = static_cast<unsigned>(turned ? options.network_height
                                                  : options.network_width);
  const auto height = static_cast<unsigned>(turned ? options.network_width
                                                   : options.network_height);
  for (unsigned d = 8; d > 1; d /= 2) {
    if ((s.cinfo.image_width + d - 1) / d >= width &&
        (s.cinfo.image_height + d - 1) / d >= height) {
      return d;
    }
  }
  return 1;
}

void SetOutput(JpegSession* s) {
  s->cinfo.out_color_space = s->cinfo.num_components == 4 ? JCS_CMYK : JCS_RGB;
  s->cinfo.scale_num = 1;
  s->cinfo.scale_denom = ScaleDenominator(*s);
  jpeg_calc_output_dimensions(&s->cinfo);
}

// a * b / 255, rounded; both at most 255.
uint8_t MultiplyUnit(unsigned a, unsigned b) {
  const unsigned product = a * b + 128;
  return static_cast<uint8_t>((product + (product >> 8)) >> 8);
}

// Inks in files are inverted, 255 is none: so Adobe's programs write them, and
// so OpenCV 4.6, Pillow 9.4 and djpeg read them, with or without Adobe's
// marker. The rounding is that of the last two; OpenCV's is up to 1 brighter.
void CmykToRgb(const uint8_t* cmyk, size_t width, uint8_t* rgb) {
  for (size_t x = 0; x < width; ++x, cmyk += 4, rgb += 3) {
    for (int c = 0; c < 3; ++c) rgb[c] = MultiplyUnit(cmyk[c], cmyk[3]);
  }
}

void ReadCmykRows(JpegSession* s) {
  jpeg_decompress_struct* cinfo = &s->cinfo;
  const JSAMPARRAY row =
      cinfo->mem->alloc_sarray(reinterpret_cast<j_common_ptr>(cinfo),
                               JPOOL_IMAGE, cinfo->output_width * 4, 1);
  while (cinfo->output_scanline < cinfo->output_height) {
    uint8_t* out = s->image.pixels + cinfo->output_scanline * s->image.stride;
    if (jpeg_read_scanlines(cinfo, row, 1) == 0) {
      EndInside(s);
      continue;
    }
    CmykToRgb(row[0], cinfo->output_width, out);
  }
}

void ReadRgbRows(JpegSession* s) {
  jpeg_decompress_struct* cinfo = &s->cinfo;
  // libjpeg gives as many rows at once as a sample has rows of pixels.
  constexpr JDIMENSION kRows = 16;
  JSAMPROW rows[kRows];
  while (cinfo->output_scanline < cinfo->output_height) {
    const JDIMENSION left = cinfo->output_height - cinfo->output_scanline;
    const JDIMENSION count = left < kRows ? left : kRows;
    for (JDIMENSION i = 0; i < count; ++i) {
      rows[i] =
          s->image.pixels + (cinfo->output_scanline + i) * s->image.stride;
    }
    if (jpeg_read_scanlines(cinfo, rows, count) == 0) EndInside(s);
  }
}

void ReadPixels(JpegSession* s) {
  while (!jpeg_start_decompress(&s->cinfo)) EndInside(s);
  if (s->cinfo.out_color_space == JCS_CMYK) {
    ReadCmykRows(s);
  } else {
    ReadRgbRows(s);
  }
}

// The source is not read to its end: what follows the picture is not ours.
// Tables are forgotten too, or a file without its own would be decoded with
// those of whatever image came before.
void Finish(JpegSession* s) {
  jpeg_abort_decompress(&s->cinfo);
  for (auto& table : s->cinfo.quant_tbl_ptrs) table = nullptr;
  for (auto& table : s->cinfo.dc_huff_tbl_ptrs) table = nullptr;
  for (auto& table : s->cinfo.ac_huff_tbl_ptrs) table = nullptr;
  s->memory->free_pool(reinterpret_cast<j_common_ptr>(&s->cinfo),
                       JPOOL_PERMANENT);
}

// Errors that mean "valid, but not for us".
bool IsUnsupported(int code) {
  switch (code) {
    case JERR_ARITH_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
    case JERR_NOT_COMPILED:
    case JERR_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
      return true;
    default:
      return false;
  }
}

Status WrongPrecision(int bits) {
  // ITU-T T.81 and T.87 know 2 to 16 bits; anything else is a broken header.
  return bits < 2 || bits > 16
             ? Status::Error(YOLO_ERROR_BAD_IMAGE, "JPEG claims ", bits,
                             "-bit samples")
             : Status::Error(YOLO_ERROR_UNSUPPORTED_IMAGE, "JPEG has ", bits,
                             "-bit samples; only 8-bit JPEG is supported");
}

// Why libjpeg gave up on a file of `size` bytes.
Status Failure(const JpegSession& s, size_t size) {
  const jpeg_decompress_struct& cinfo = s.cinfo;
  if (s.image.too_many_scans) {
    return Status::Error(
        YOLO_ERROR_LIMIT, "JPEG has more than ", s.image.options->max_scans,
        " scans; yolo_options.max_scans is ", s.image.options->max_scans);
  }
  if (s.memory->refused_bytes() != 0) {
    return RefusedMemory(*s.allocator, s.memory->refused_bytes(), "image");
  }
  const char* text = s.image.text;
  if (s.image.code == JERR_BAD_PRECISION) {
    return WrongPrecision(cinfo.data_precision);
  }
  if (s.image.code == JERR_IMAGE_TOO_BIG) {
    YOLO_TRY(CheckPixels(cinfo.image_width, cinfo.image_height,
                         s.image.options->max_pixels));
  }
  if (s.image.code == JERR_SOF_UNSUPPORTED) {
    return Status::Error(YOLO_ERROR_UNSUPPORTED_IMAGE,
                         "lossless or hierarchical JPEG: ", text);
  }
  if (IsUnsupported(s.image.code)) {
    return Status::Error(YOLO_ERROR_UNSUPPORTED_IMAGE, "libjpeg: ", text);
  }
  if (s.image.ran_out) {
    return Status::Error(YOLO_ERROR_BAD_IMAGE, "JPEG ends early, after ", size,
                         " bytes: ", text);
  }
  return Status::Error(YOLO_ERROR_BAD_IMAGE, "libjpeg: ", text);
}

Status CheckHeader(const JpegSession& s) {
  YOLO_TRY(CheckPixels(s.cinfo.image_width, s.cinfo.image_height,
                       s.image.options->max_pixels));
  if (s.cinfo.data_precision != 8) {
    return WrongPrecision(s.cinfo.data_precision);
  }
  const int n = s.cinfo.num_components;
  if (n == 1 || n == 3 || n == 4) return Status::Ok();
  return Status::Error(YOLO_ERROR_UNSUPPORTED_IMAGE, "JPEG has ", n,
                       " components; 1, 3 and 4 are supported");
}

Status DecodePixels(JpegSession* s, size_t size, Buffer* pixels,
                    JpegImage* out) {
  if (!Run(s, ReadHeader)) return Failure(*s, size);
  YOLO_TRY(CheckHeader(*s));
  s->image.saw_exif = true;  // what comes between scans is too late
  if (!Run(s, SetOutput)) return Failure(*s, size);

  s->image.stride = AlignUp(size_t{s->cinfo.output_width} * 3);
  size_t bytes;
  if (!Multiply(s->image.stride, s->cinfo.output_height, &bytes) ||
      !pixels->Reserve(s->allocator, bytes)) {
    return RefusedMemory(*s->allocator,
                         uint64_t{s->image.stride} * s->cinfo.output_height,
                         "image");
  }
  s->image.pixels = pixels->as();
  if (!Run(s, ReadPixels)) return Failure(*s, size);
  if (s->image.missing_all) {
    return Status::Error(YOLO_ERROR_BAD_IMAGE,
                         "JPEG ends before its first row of pixels, after ",
                         size, " bytes");
  }
  out->pixels = {s->image.pixels, static_cast<int>(s->cinfo.output_width),
                 static_cast<int>(s->cinfo.output_height), s->image.stride};
  out->width = static_cast<int>(s->cinfo.image_width);
  out->height = static_cast<int>(s->cinfo.image_height);
  out->orientation = s->image.orientation;
  out->truncated = s->image.ran_out || s->image.missing;
  return Status::Ok();
}

}  // namespace

JpegDecoder::JpegDecoder(Allocator* allocator) {
  auto memory = std::make_unique<JpegMemory>(allocator);
  session_ = new JpegSession{};
  session_->allocator = allocator;
  session_->memory = memory.release();
  session_->created = Run(session_, Create);
}

JpegDecoder::~JpegDecoder() {
  if (session_->created) session_->cinfo.mem = session_->own_memory;
  if (session_->cinfo.mem) jpeg_destroy_decompress(&session_->cinfo);
  delete session_->memory;
  delete session_;
}

Status JpegDecoder::Decode(std::span<const uint8_t> file,
                           const ImageOptions& options, Buffer* pixels,
                           JpegImage* out) {
  JpegSession* s = session_;
  if (!s->created) {
    return Status::Error(YOLO_ERROR_OUT_OF_MEMORY,
                         "libjpeg cannot be set up: ", s->image.text);
  }
  if (file.empty()) {
    return Status::Error(YOLO_ERROR_BAD_IMAGE, "JPEG has 0 bytes");
  }
  s->image = {};
  s->image.options = &options;
  s->image.orientation = 1;
  s->memory->ClearRefused();
  s->source.next_input_byte = file.data();
  s->source.bytes_in_buffer = file.size();
  const Status status = DecodePixels(s, file.size(), pixels, out);
  Finish(s);
  return status;
}

size_t JpegDecoder::bytes() const { return session_->memory->bytes(); }

void JpegDecoder::Release() {
  session_->memory->pool(JPOOL_PERMANENT)->Release();
  session_->memory->pool(JPOOL_IMAGE)->Release();
}

const char* JpegLibraryName() {
  return "libjpeg-turbo " YOLO_QUOTE(LIBJPEG_TURBO_VERSION);
}

}  // namespace yolo
