// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg.h"

#include <jerror.h>

#include <algorithm>
#include <memory>

#include "image/jpeg_session.h"
#include "image/limits.h"
#include "image/pieces.h"

#define YOLO_QUOTE_(x) #x
#define YOLO_QUOTE(x) YOLO_QUOTE_(x)

namespace yolo {
namespace {

// A component's blocks come out as squares of this many samples.
int BlockSize(const jpeg_component_info& component) {
#if JPEG_LIB_VERSION >= 70
  return component.DCT_h_scaled_size;
#else
  return component.DCT_scaled_size;
#endif
}

void ReadHeader(JpegSession* s) {
  while (jpeg_read_header(&s->cinfo, TRUE) == JPEG_SUSPENDED) s->EndInside();
}

void StartDecompress(JpegSession* s) {
  while (!jpeg_start_decompress(&s->cinfo)) s->EndInside();
}

ColorModel ModelOf(J_COLOR_SPACE space) {
  switch (space) {
    case JCS_GRAYSCALE:
      return ColorModel::kGray;
    case JCS_YCbCr:
      return ColorModel::kYcc;
    case JCS_CMYK:
      return ColorModel::kCmyk;
    case JCS_YCCK:
      return ColorModel::kYcck;
    default:
      return ColorModel::kRgb;
  }
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

}  // namespace

// Why libjpeg gave up.
Status JpegDecoder::Failure() const {
  const JpegSession& s = *session_;
  const jpeg_decompress_struct& cinfo = s.cinfo;
  if (s.image.too_many_scans) {
    const uint32_t most = s.MostScans(), set = s.image.options->max_scans;
    return most == set
               ? Status::Error(YOLO_ERROR_LIMIT, "JPEG has more than ", most,
                               " scans; yolo_options.max_scans is ", set)
               : Status::Error(YOLO_ERROR_LIMIT, "JPEG of ", cinfo.image_width,
                               " x ", cinfo.image_height, " has more than ",
                               most, " scans; yolo_options.max_pixels is ",
                               s.image.options->max_pixels);
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
    return Status::Error(YOLO_ERROR_BAD_IMAGE, "JPEG ends early, after ",
                         s.image.size, " bytes: ", text);
  }
  return Status::Error(YOLO_ERROR_BAD_IMAGE, "libjpeg: ", text);
}

Status JpegDecoder::CheckHeader() const {
  const jpeg_decompress_struct& cinfo = session_->cinfo;
  YOLO_TRY(CheckPixels(cinfo.image_width, cinfo.image_height,
                       session_->image.options->max_pixels));
  if (cinfo.data_precision != 8) return WrongPrecision(cinfo.data_precision);
  const int n = cinfo.num_components;
  if (n != 1 && n != 3 && n != 4) {
    return Status::Error(YOLO_ERROR_UNSUPPORTED_IMAGE, "JPEG has ", n,
                         " components; 1, 3 and 4 are supported");
  }
  for (int c = 0; c < n; ++c) {
    const jpeg_component_info& component = cinfo.comp_info[c];
    if (cinfo.max_h_samp_factor % component.h_samp_factor != 0 ||
        cinfo.max_v_samp_factor % component.v_samp_factor != 0) {
      return Status::Error(YOLO_ERROR_UNSUPPORTED_IMAGE, "JPEG component ", c,
                           " is sampled ", component.h_samp_factor, " x ",
                           component.v_samp_factor, ", which does not divide ",
                           cinfo.max_h_samp_factor, " x ",
                           cinfo.max_v_samp_factor);
    }
  }
  return Status::Ok();
}

Status JpegDecoder::Created() const {
  if (session_->created) return Status::Ok();
  return Status::Error(YOLO_ERROR_OUT_OF_MEMORY,
                       "libjpeg cannot be set up: ", session_->image.text);
}

Status JpegDecoder::Open(std::span<const uint8_t> file,
                         const ImageOptions& options, JpegHeader* header) {
  JpegSession* s = session_;
  Close();
  YOLO_TRY(Created());
  if (file.empty()) {
    return Status::Error(YOLO_ERROR_BAD_IMAGE, "JPEG has 0 bytes");
  }
  s->Open(file, options);
  open_ = true;
  if (!s->Run(ReadHeader)) return Failure();
  YOLO_TRY(CheckHeader());
  s->image.saw_exif = true;  // what comes between scans is too late
  header->width = static_cast<int>(s->cinfo.image_width);
  header->height = static_cast<int>(s->cinfo.image_height);
  header->orientation = s->image.orientation;
  return Status::Ok();
}

Status JpegDecoder::Start(unsigned denominator, Picture* picture) {
  JpegSession* s = session_;
  s->cinfo.raw_data_out = TRUE;
  s->cinfo.scale_num = 1;
  s->cinfo.scale_denom = denominator;
  // Before memory is taken for all coefficients and time for the first scans.
  const uint32_t most = s->MostScans();
  if (jpeg_has_multiple_scans(&s->cinfo) && s->CountScansAhead(most) > most) {
    s->image.too_many_scans = true;
    return Failure();
  }
  if (!s->Run([](JpegSession* self) {
        jpeg_calc_output_dimensions(&self->cinfo);
      })) {
    return Failure();
  }
  YOLO_TRY(MakeRings(picture));
  return s->Run(StartDecompress) ? Status::Ok() : Failure();
}

// Memory for the last bands of each component.
Status JpegDecoder::MakeRings(Picture* picture) {
  const jpeg_decompress_struct& cinfo = session_->cinfo;
  rings_ = {};
  rings_.model = ModelOf(cinfo.jpeg_color_space);
  rings_.num_components = rings_.num_planes = cinfo.num_components;
  rings_.width = static_cast<int>(cinfo.image_width);
  rings_.height = static_cast<int>(cinfo.image_height);
  rings_.orientation = session_->image.orientation;
  bands_ = 0;
  int fewest = DCTSIZE;
  for (int c = 0; c < cinfo.num_components; ++c) {
    const jpeg_component_info& info = cinfo.comp_info[c];
    const int block = BlockSize(info);
    band_rows_[c] = info.v_samp_factor * block;
    fewest = std::min(fewest, band_rows_[c]);
    rings_.components[c] = {
        static_cast<int>(info.downsampled_width),
        static_cast<int>(info.downsampled_height),
        cinfo.max_h_samp_factor * DCTSIZE / double(info.h_samp_factor * block),
        cinfo.max_v_samp_factor * DCTSIZE / double(info.v_samp_factor * block)};
  }
  // Neighbouring rows, of components that are ahead of each other by a row, or
  // by a row of chroma that smooth upsampling waits for.
  ring_bands_ = 1 + (DCTSIZE + fewest - 1) / fewest;
  const Status status =
      MakePieces(session_->allocator, &samples_, [&](Pieces* pieces) {
        for (int c = 0; c < cinfo.num_components; ++c) {
          const jpeg_component_info& info = cinfo.comp_info[c];
          Plane& plane = rings_.planes[c];
          plane.stride = AlignUp(size_t{info.width_in_blocks} *
                                 static_cast<size_t>(BlockSize(info)));
          plane.rows = ring_bands_ * band_rows_[c];
          plane.components[0] = c;
          uint8_t* data = nullptr;
          pieces->Take(plane.stride * static_cast<size_t>(plane.rows), &data);
          plane.data = data;
        }
      });
  *picture = rings_;
  return status;
}

Status JpegDecoder::ReadBand(RowsReady* ready, bool* more) {
  struct Band {
    JSAMPROW rows[kMaxComponents][MAX_SAMP_FACTOR * DCTSIZE];
    JSAMPARRAY components[kMaxComponents];
  } band;
  jpeg_decompress_struct& cinfo = session_->cinfo;
  for (int c = 0; c < cinfo.num_components; ++c) {
    const Plane& plane = rings_.planes[c];
    const int first = bands_ % ring_bands_ * band_rows_[c];
    for (int i = 0; i < band_rows_[c]; ++i) {
      band.rows[c][i] = samples_.as() + (plane.data - samples_.as()) +
                        static_cast<size_t>(first + i) * plane.stride;
    }
    band.components[c] = band.rows[c];
  }
  if (!session_->Run([&band](JpegSession* s) {
        while (jpeg_read_raw_data(&s->cinfo, band.components,
                                  MAX_SAMP_FACTOR * DCTSIZE) == 0) {
          s->EndInside();
        }
      })) {
    return Failure();
  }
  ++bands_;
  for (int c = 0; c < cinfo.num_components; ++c) {
    ready->rows[c] =
        std::min(bands_ * band_rows_[c], rings_.components[c].height);
  }
  *more = cinfo.output_scanline < cinfo.output_height;
  if (*more || !session_->image.missing_all) return Status::Ok();
  return Status::Error(YOLO_ERROR_BAD_IMAGE,
                       "JPEG ends before its first row of pixels, after ",
                       session_->image.size, " bytes");
}

bool JpegDecoder::truncated() const {
  return session_->image.ran_out || session_->image.missing;
}

void JpegDecoder::Close() {
  if (open_) session_->Close();
  open_ = false;
}

JpegDecoder::JpegDecoder(Allocator* allocator) {
  auto memory = std::make_unique<JpegMemory>(allocator);
  session_ = new JpegSession{};
  session_->allocator = allocator;
  session_->memory = memory.release();
  session_->created = session_->Run([](JpegSession* s) { s->Create(); });
}

JpegDecoder::~JpegDecoder() {
  if (session_->created) session_->cinfo.mem = session_->own_memory;
  if (session_->cinfo.mem) jpeg_destroy_decompress(&session_->cinfo);
  delete session_->memory;
  delete session_;
}

size_t JpegDecoder::bytes() const {
  return session_->memory->bytes() + samples_.size();
}

bool JpegDecoder::too_many_scans() const {
  return session_->image.too_many_scans;
}

void JpegDecoder::Release() {
  session_->memory->pool(JPOOL_PERMANENT)->Release();
  session_->memory->pool(JPOOL_IMAGE)->Release();
  samples_.Reset();
}

const char* JpegLibraryName() {
  return "libjpeg-turbo " YOLO_QUOTE(LIBJPEG_TURBO_VERSION);
}

}  // namespace yolo
