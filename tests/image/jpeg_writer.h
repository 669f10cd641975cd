// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// JPEG files made to measure, and the pixels that plain libjpeg reads in them.
#ifndef YOLO_TESTS_IMAGE_JPEG_WRITER_H_
#define YOLO_TESTS_IMAGE_JPEG_WRITER_H_

// jpeglib.h needs size_t and FILE to be there before it.
// clang-format off
#include <cstddef>
#include <cstdio>
#include <jpeglib.h>
// clang-format on

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace yolo::testing {

struct JpegSpec {
  int width = 64, height = 48;
  J_COLOR_SPACE in = JCS_RGB;      // of the samples handed over
  J_COLOR_SPACE file = JCS_YCbCr;  // stored
  int h = 2, v = 2;                // sampling factors of the first component
  int quality = 95;
  bool progressive = false;
  bool arithmetic = false;
  int restart_interval = 0;  // MCUs
  bool adobe = true;         // where libjpeg would write the marker
  bool tables = true;        // false: leave the DQT and DHT segments out
  std::vector<std::vector<uint8_t>> app1;  // payloads, written in order
  std::vector<jpeg_scan_info> scans;       // instead of libjpeg's own
};

// Smooth colours with a few edges: what chroma subsampling keeps.
inline std::vector<uint8_t> SmoothRgb(int width, int height) {
  std::vector<uint8_t> rgb;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      rgb.push_back(static_cast<uint8_t>(40 + 180 * x / width));
      rgb.push_back(static_cast<uint8_t>(200 - 150 * y / height));
      rgb.push_back(
          static_cast<uint8_t>(60 + 120 * (x + y) / (width + height)));
    }
  }
  return rgb;
}

// Ink as programs of Adobe store it: 255 is none. Black is `k`.
inline std::vector<uint8_t> ToCmyk(const std::vector<uint8_t>& rgb, uint8_t k) {
  std::vector<uint8_t> cmyk;
  for (size_t i = 0; i < rgb.size(); i += 3) {
    cmyk.insert(cmyk.end(), {rgb[i], rgb[i + 1], rgb[i + 2], k});
  }
  return cmyk;
}

inline std::vector<uint8_t> WriteJpeg(const JpegSpec& spec,
                                      const std::vector<uint8_t>& samples) {
  jpeg_compress_struct cinfo = {};
  jpeg_error_mgr errors;
  cinfo.err = jpeg_std_error(&errors);  // exits: a broken test
  jpeg_create_compress(&cinfo);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&cinfo, &data, &size);
  cinfo.image_width = static_cast<JDIMENSION>(spec.width);
  cinfo.image_height = static_cast<JDIMENSION>(spec.height);
  cinfo.in_color_space = spec.in;
  cinfo.input_components = spec.in == JCS_CMYK        ? 4
                           : spec.in == JCS_GRAYSCALE ? 1
                                                      : 3;
  jpeg_set_defaults(&cinfo);
  jpeg_set_colorspace(&cinfo, spec.file);
  jpeg_set_quality(&cinfo, spec.quality, TRUE);
  if (cinfo.num_components > 1) {
    for (int c = 0; c < cinfo.num_components; ++c) {
      const bool full = c == 0 || c == 3;  // luma, black
      cinfo.comp_info[c].h_samp_factor = full ? spec.h : 1;
      cinfo.comp_info[c].v_samp_factor = full ? spec.v : 1;
    }
  }
  if (!spec.adobe) cinfo.write_Adobe_marker = FALSE;
  cinfo.arith_code = spec.arithmetic;
  cinfo.restart_interval = static_cast<unsigned>(spec.restart_interval);
  if (!spec.scans.empty()) {
    cinfo.scan_info = spec.scans.data();
    cinfo.num_scans = static_cast<int>(spec.scans.size());
  } else if (spec.progressive) {
    jpeg_simple_progression(&cinfo);
  }
  if (!spec.tables) jpeg_suppress_tables(&cinfo, TRUE);
  jpeg_start_compress(&cinfo, spec.tables);
  for (const auto& payload : spec.app1) {
    jpeg_write_marker(&cinfo, JPEG_APP0 + 1, payload.data(),
                      static_cast<unsigned>(payload.size()));
  }
  const size_t row = static_cast<size_t>(spec.width * cinfo.input_components);
  while (cinfo.next_scanline < cinfo.image_height) {
    auto* line =
        const_cast<uint8_t*>(samples.data() + cinfo.next_scanline * row);
    jpeg_write_scanlines(&cinfo, &line, 1);
  }
  jpeg_finish_compress(&cinfo);
  std::vector<uint8_t> file(data, data + size);
  jpeg_destroy_compress(&cinfo);
  std::free(data);
  return file;
}

// What plain libjpeg reads: tight rows of `space`, reduced by `denominator`.
inline std::vector<uint8_t> ReadJpegPlainly(const std::vector<uint8_t>& file,
                                            J_COLOR_SPACE space = JCS_RGB,
                                            unsigned denominator = 1) {
  jpeg_decompress_struct cinfo = {};
  jpeg_error_mgr errors;
  cinfo.err = jpeg_std_error(&errors);
  errors.emit_message = [](j_common_ptr, int) {};
  jpeg_create_decompress(&cinfo);
  jpeg_mem_src(&cinfo, file.data(), file.size());
  jpeg_read_header(&cinfo, TRUE);
  cinfo.out_color_space = space;
  cinfo.scale_num = 1;
  cinfo.scale_denom = denominator;
  jpeg_start_decompress(&cinfo);
  const size_t row = cinfo.output_width * size_t(cinfo.output_components);
  std::vector<uint8_t> pixels(row * cinfo.output_height);
  while (cinfo.output_scanline < cinfo.output_height) {
    uint8_t* line = pixels.data() + cinfo.output_scanline * row;
    jpeg_read_scanlines(&cinfo, &line, 1);
  }
  jpeg_destroy_decompress(&cinfo);
  return pixels;
}

}  // namespace yolo::testing

#endif  // YOLO_TESTS_IMAGE_JPEG_WRITER_H_
