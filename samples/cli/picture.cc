// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// JPEG by libjpeg, PNG by libpng's simplified interface.
#include "picture.h"

#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "error.h"

namespace cli {
namespace {

constexpr int kJpegQuality = 92;

std::string LowerExtension(const std::string& path) {
  std::string text = std::filesystem::path(path).extension().string();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return text;
}

// libjpeg reports errors by a jump. Everything that a jump could skip lives in
// the objects below, not in the frames between.
struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void Jump(j_common_ptr info) {
  auto* errors = reinterpret_cast<JpegErrors*>(info->err);
  errors->base.format_message(info, errors->message);
  std::longjmp(errors->jump, 1);
}

jpeg_error_mgr* Prepare(JpegErrors* errors) {
  jpeg_std_error(&errors->base);
  errors->base.error_exit = Jump;
  errors->base.output_message = [](j_common_ptr) {};
  errors->message[0] = '\0';
  return &errors->base;
}

class JpegReader {
 public:
  JpegReader() {
    info_.err = Prepare(&errors_);
    jpeg_create_decompress(&info_);
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  bool Start(const uint8_t* data, size_t size) {
    if (setjmp(errors_.jump)) return false;
    jpeg_mem_src(&info_, data, size);
    jpeg_read_header(&info_, TRUE);
    const bool four = info_.num_components == 4;
    info_.out_color_space = four ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info_);
    return true;
  }

  // rgb: [height][width][3]; row: [width][4], used for CMYK.
  bool ReadRows(uint8_t* rgb, uint8_t* row) {
    if (setjmp(errors_.jump)) return false;
    while (info_.output_scanline < info_.output_height) {
      uint8_t* target = rgb + size_t{info_.output_scanline} * width() * 3;
      JSAMPROW line = info_.output_components == 4 ? row : target;
      jpeg_read_scanlines(&info_, &line, 1);
      if (line == row) CmykToRgb(row, target);
    }
    return true;
  }

  size_t width() const { return info_.output_width; }
  size_t height() const { return info_.output_height; }
  const char* message() const { return errors_.message; }

 private:
  // Adobe stores its inks inverted.
  void CmykToRgb(const uint8_t* cmyk, uint8_t* rgb) const {
    const int flip = info_.saw_Adobe_marker ? 0 : 255;
    for (size_t x = 0; x < width(); ++x) {
      const int black = cmyk[4 * x + 3] ^ flip;
      for (size_t c = 0; c < 3; ++c) {
        rgb[3 * x + c] = (cmyk[4 * x + c] ^ flip) * black / 255;
      }
    }
  }

  jpeg_decompress_struct info_ = {};
  JpegErrors errors_;
};

class JpegWriter {
 public:
  JpegWriter() {
    info_.err = Prepare(&errors_);
    jpeg_create_compress(&info_);
  }
  ~JpegWriter() { jpeg_destroy_compress(&info_); }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  bool Write(const Picture& picture, std::FILE* file) {
    if (setjmp(errors_.jump)) return false;
    jpeg_stdio_dest(&info_, file);
    info_.image_width = picture.width;
    info_.image_height = picture.height;
    info_.input_components = 3;
    info_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info_);
    jpeg_set_quality(&info_, kJpegQuality, TRUE);
    info_.comp_info[0].h_samp_factor = 1;  // full chroma: thin coloured lines
    info_.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&info_, TRUE);
    while (info_.next_scanline < info_.image_height) {
      auto* row = const_cast<uint8_t*>(picture.pixel(0, info_.next_scanline));
      jpeg_write_scanlines(&info_, &row, 1);
    }
    jpeg_finish_compress(&info_);
    return true;
  }

  const char* message() const { return errors_.message; }

 private:
  jpeg_compress_struct info_ = {};
  JpegErrors errors_;
};

// "" or what went wrong.
std::string WriteJpeg(const Picture& picture, std::FILE* file) {
  JpegWriter writer;
  return writer.Write(picture, file) ? "" : writer.message();
}

std::string WritePng(const Picture& picture, std::FILE* file) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = picture.width;
  image.height = picture.height;
  image.format = PNG_FORMAT_RGB;
  const int ok =
      png_image_write_to_stdio(&image, file, 0, picture.rgb.data(), 0, nullptr);
  return ok ? "" : image.message;
}

}  // namespace

bool IsJpegName(const std::string& path) {
  const std::string extension = LowerExtension(path);
  return extension == ".jpg" || extension == ".jpeg";
}

bool IsPngName(const std::string& path) {
  return LowerExtension(path) == ".png";
}

bool IsPng(const std::vector<uint8_t>& bytes) {
  return bytes.size() >= 8 && png_sig_cmp(bytes.data(), 0, 8) == 0;
}

std::string DecodeJpeg(const std::vector<uint8_t>& bytes, Picture* out) {
  JpegReader reader;
  if (!reader.Start(bytes.data(), bytes.size())) return reader.message();
  out->width = reader.width();
  out->height = reader.height();
  out->rgb.resize(reader.width() * reader.height() * 3);
  std::vector<uint8_t> row(reader.width() * 4);
  return reader.ReadRows(out->rgb.data(), row.data()) ? "" : reader.message();
}

uint64_t PngPixels(const std::vector<uint8_t>& bytes) {
  constexpr size_t kWidthAt = 16;  // after signature, length and "IHDR"
  if (bytes.size() < kWidthAt + 8) return 0;
  const uint64_t width = png_get_uint_32(bytes.data() + kWidthAt);
  return width * png_get_uint_32(bytes.data() + kWidthAt + 4);
}

std::string DecodePng(const std::vector<uint8_t>& bytes, Picture* out) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size())) {
    return image.message;
  }
  image.format = PNG_FORMAT_RGB;
  out->width = image.width;
  out->height = image.height;
  out->rgb.resize(PNG_IMAGE_SIZE(image));
  const png_color white = {255, 255, 255};
  const int ok =
      png_image_finish_read(&image, &white, out->rgb.data(), 0, nullptr);
  return ok ? "" : image.message;
}

Picture Upright(Picture stored, uint32_t orientation) {
  if (orientation < 2 || orientation > 8) return stored;
  // EXIF's eight values are a transposition or none, then two mirrorings.
  const bool transpose = orientation >= 5;
  const bool mirror_x = orientation == 2 || orientation == 3 ||
                        orientation == 7 || orientation == 8;
  const bool mirror_y = orientation == 3 || orientation == 4 ||
                        orientation == 6 || orientation == 7;
  Picture upright;
  upright.width = transpose ? stored.height : stored.width;
  upright.height = transpose ? stored.width : stored.height;
  upright.rgb.resize(stored.rgb.size());
  for (uint32_t y = 0; y < upright.height; ++y) {
    for (uint32_t x = 0; x < upright.width; ++x) {
      uint32_t u = transpose ? y : x;
      uint32_t v = transpose ? x : y;
      if (mirror_x) u = stored.width - 1 - u;
      if (mirror_y) v = stored.height - 1 - v;
      std::memcpy(upright.pixel(x, y), stored.pixel(u, v), 3);
    }
  }
  return upright;
}

void WritePicture(const std::string& path, const Picture& picture) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) throw Error(kCannotWrite, path + ": " + std::strerror(errno));
  std::string problem =
      IsPngName(path) ? WritePng(picture, file) : WriteJpeg(picture, file);
  if (std::fclose(file) != 0 && problem.empty()) {
    problem = std::strerror(errno);
  }
  if (problem.empty()) return;
  std::remove(path.c_str());
  throw Error(kCannotWrite, path + ": " + problem);
}

}  // namespace cli
