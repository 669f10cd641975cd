// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// OpenCV, TurboJPEG and libjpeg, called as their users call them.
#include "preprocess_baselines.h"

#include <benchmark/benchmark.h>

// jpeglib.h needs size_t and FILE to be there before it.
// clang-format off
#include <cstddef>
#include <cstdio>
#include <jpeglib.h>
// clang-format on

#include <cstdlib>
#include <memory>

#if YOLO_BENCH_OPENCV
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#endif
#if YOLO_BENCH_TURBOJPEG
#include <turbojpeg.h>
#endif

namespace yolo {
namespace {

#if YOLO_BENCH_OPENCV

// The sample code of every tutorial.
class ImdecodeBlob {
 public:
  ImdecodeBlob(const std::string& jpeg, int size) : jpeg_(jpeg), size_(size) {}

  void Run() {
    const cv::Mat bytes(1, static_cast<int>(jpeg_.size()), CV_8U,
                        const_cast<char*>(jpeg_.data()));
    cv::imdecode(bytes, cv::IMREAD_COLOR, &pixels_);
    cv::dnn::blobFromImage(pixels_, blob_, 1 / 255.0, {size_, size_}, {}, true);
  }

 private:
  const std::string& jpeg_;
  const int size_;
  cv::Mat pixels_, blob_;
};

// The same as samples and Python do it: new matrices for every image.
class ImdecodeBlobAnew {
 public:
  ImdecodeBlobAnew(const std::string& jpeg, int size)
      : jpeg_(jpeg), size_(size) {}

  void Run() {
    const cv::Mat bytes(1, static_cast<int>(jpeg_.size()), CV_8U,
                        const_cast<char*>(jpeg_.data()));
    const cv::Mat pixels = cv::imdecode(bytes, cv::IMREAD_COLOR);
    const cv::Mat blob =
        cv::dnn::blobFromImage(pixels, 1 / 255.0, {size_, size_}, {}, true);
    benchmark::DoNotOptimize(blob.data);
  }

 private:
  const std::string& jpeg_;
  const int size_;
};

// Byte pixels of three channels -> planar floats. Splitting bytes and not
// floats is fastest: at 608 x 608, 91 us; convertTo before split 155, a loop
// 270.
class Planar {
 public:
  explicit Planar(int size) : tensor_({3, size, size}, CV_32F) {}

  void Fill(const cv::Mat& rgb) {
    cv::split(rgb, planes_);
    for (int c = 0; c < 3; ++c) {
      cv::Mat out(rgb.rows, rgb.cols, CV_32F, tensor_.ptr(c));
      planes_[c].convertTo(out, CV_32F, 1 / 255.0);
    }
  }

 private:
  cv::Mat tensor_;
  cv::Mat planes_[3];
};

// What cvtColor calls the way from a format to RGB; -1: it is RGB.
int RgbCodeOf(int32_t format) {
  switch (format) {
    case YOLO_FORMAT_BGR:
      return cv::COLOR_BGR2RGB;
    case YOLO_FORMAT_RGBA:
      return cv::COLOR_RGBA2RGB;
    case YOLO_FORMAT_BGRA:
      return cv::COLOR_BGRA2RGB;
    case YOLO_FORMAT_GRAY:
      return cv::COLOR_GRAY2RGB;
    case YOLO_FORMAT_NV12:
      return cv::COLOR_YUV2RGB_NV12;
    case YOLO_FORMAT_I420:
      return cv::COLOR_YUV2RGB_I420;
    case YOLO_FORMAT_YUYV:
      return cv::COLOR_YUV2RGB_YUYV;
    default:
      return -1;
  }
}

// A frame's bytes as OpenCV wants them: planes one below the other.
cv::Mat MatOf(const yolo_image& image) {
  auto height = static_cast<int>(image.height);
  int channels = 1;
  switch (image.format) {
    case YOLO_FORMAT_RGB:
    case YOLO_FORMAT_BGR:
      channels = 3;
      break;
    case YOLO_FORMAT_RGBA:
    case YOLO_FORMAT_BGRA:
      channels = 4;
      break;
    case YOLO_FORMAT_YUYV:
      channels = 2;
      break;
    case YOLO_FORMAT_NV12:
    case YOLO_FORMAT_I420:
      height += height / 2;
      break;
  }
  return cv::Mat(height, static_cast<int>(image.width), CV_8UC(channels),
                 const_cast<void*>(image.data),
                 image.stride ? image.stride : size_t{cv::Mat::AUTO_STEP});
}

// cvtColor and blobFromImage.
class ConvertBlob {
 public:
  ConvertBlob(const yolo_image& image, int size)
      : frame_(MatOf(image)), code_(RgbCodeOf(image.format)), size_(size) {}

  void Run() {
    if (code_ >= 0) cv::cvtColor(frame_, rgb_, code_);
    cv::dnn::blobFromImage(code_ >= 0 ? rgb_ : frame_, blob_, 1 / 255.0,
                           {size_, size_}, {}, false);
  }

 private:
  const cv::Mat frame_;
  const int code_;
  const int size_;
  cv::Mat rgb_, blob_;
};

// cv::resize first, so that the rest touches few pixels.
class ResizeConvert {
 public:
  ResizeConvert(const yolo_image& image, int size)
      : frame_(MatOf(image)),
        code_(RgbCodeOf(image.format)),
        size_(size),
        planar_(size) {}

  void Run() {
    cv::resize(frame_, small_, {size_, size_});
    if (code_ >= 0) cv::cvtColor(small_, rgb_, code_);
    planar_.Fill(code_ >= 0 ? rgb_ : small_);
  }

 private:
  const cv::Mat frame_;
  const int code_;
  const int size_;
  cv::Mat small_, rgb_;
  Planar planar_;
};

#if YOLO_BENCH_TURBOJPEG
// What a careful program does: one decoder, no detour over BGR.
class TurboResize {
 public:
  TurboResize(const std::string& jpeg, int size)
      : jpeg_(jpeg), size_(size), planar_(size) {}
  ~TurboResize() { tjDestroy(decoder_); }
  TurboResize(const TurboResize&) = delete;
  TurboResize& operator=(const TurboResize&) = delete;

  void Run() {
    const auto* bytes = reinterpret_cast<const unsigned char*>(jpeg_.data());
    int width = 0, height = 0, sampling = 0, space = 0;
    tjDecompressHeader3(decoder_, bytes, jpeg_.size(), &width, &height,
                        &sampling, &space);
    pixels_.create(height, width, CV_8UC3);
    if (tjDecompress2(decoder_, bytes, jpeg_.size(), pixels_.data, width,
                      static_cast<int>(pixels_.step), height, TJPF_RGB,
                      0) != 0 &&
        tjGetErrorCode(decoder_) == TJERR_FATAL) {
      std::fprintf(stderr, "%s\n", tjGetErrorStr2(decoder_));
      std::exit(1);
    }
    cv::resize(pixels_, small_, {size_, size_});
    planar_.Fill(small_);
  }

 private:
  const std::string& jpeg_;
  const int size_;
  tjhandle decoder_ = tjInitDecompress();
  cv::Mat pixels_, small_;
  Planar planar_;
};
#endif  // YOLO_BENCH_TURBOJPEG
#endif  // YOLO_BENCH_OPENCV

// libjpeg's own error handler prints and exits, which suits a benchmark.
class Libjpeg {
 public:
  explicit Libjpeg(const std::string& jpeg) : jpeg_(jpeg) {
    info_.err = jpeg_std_error(&errors_);
    jpeg_create_decompress(&info_);
  }
  ~Libjpeg() { jpeg_destroy_decompress(&info_); }
  Libjpeg(const Libjpeg&) = delete;
  Libjpeg& operator=(const Libjpeg&) = delete;

  // Entropy decoding only.
  void ReadCoefficients() {
    ReadHeader();
    jpeg_read_coefficients(&info_);
    jpeg_finish_decompress(&info_);
  }

  // Inverse DCT, no upsampling, no colour.
  void ReadPlanes() {
    ReadHeader();
    info_.raw_data_out = TRUE;
    jpeg_start_decompress(&info_);
    const auto band = static_cast<JDIMENSION>(info_.max_v_samp_factor) * 8;
    JSAMPARRAY bands[MAX_COMPONENTS];
    while (info_.output_scanline < info_.output_height) {
      // Planes are bands one below the other.
      for (int c = 0; c < info_.num_components; ++c) {
        bands[c] = RowsOf(c, info_.output_scanline / band);
      }
      jpeg_read_raw_data(&info_, bands, band);
    }
    jpeg_finish_decompress(&info_);
  }

  void ReadRgb() {
    ReadHeader();
    info_.out_color_space = info_.num_components == 4 ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info_);
    const size_t stride = size_t{info_.output_width} *
                          static_cast<size_t>(info_.output_components);
    pixels_.resize(stride * info_.output_height);
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = pixels_.data() + stride * info_.output_scanline;
      jpeg_read_scanlines(&info_, &row, 1);
    }
    jpeg_finish_decompress(&info_);
  }

 private:
  void ReadHeader() {
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(jpeg_.data()),
                 jpeg_.size());
    jpeg_read_header(&info_, TRUE);
  }

  // The rows of a band of component `c`; the planes grow as it is asked for.
  JSAMPARRAY RowsOf(int c, JDIMENSION band) {
    const jpeg_component_info& component = info_.comp_info[c];
    const size_t width = size_t{component.width_in_blocks} * 8;
    const auto height = static_cast<size_t>(component.v_samp_factor) * 8;
    plane_[c].resize(width * (height * info_.total_iMCU_rows));
    rows_[c].resize(height);
    for (size_t y = 0; y < height; ++y) {
      rows_[c][y] = plane_[c].data() + (band * height + y) * width;
    }
    return rows_[c].data();
  }

  const std::string& jpeg_;
  jpeg_decompress_struct info_;
  jpeg_error_mgr errors_;
  std::vector<JSAMPLE> pixels_;
  std::vector<JSAMPLE> plane_[MAX_COMPONENTS];
  std::vector<JSAMPROW> rows_[MAX_COMPONENTS];
};

// A way that makes a T of these arguments and calls its `run`.
template <class T, class Input>
Way MakeWay(const char* name, const Input& input, int size) {
  return {name, [&input, size] {
            auto work = std::make_shared<T>(input, size);
            return [work] { work->Run(); };
          }};
}

Way MakeFloor(const char* name, const std::string& jpeg,
              void (Libjpeg::*read)()) {
  return {name, [&jpeg, read] {
            auto work = std::make_shared<Libjpeg>(jpeg);
            return [work, read] { (work.get()->*read)(); };
          }};
}

}  // namespace

std::vector<Way> PhotoBaselines([[maybe_unused]] const std::string& jpeg,
                                [[maybe_unused]] int size) {
  std::vector<Way> ways;
#if YOLO_BENCH_OPENCV
  cv::setNumThreads(1);
  ways.push_back(MakeWay<ImdecodeBlob>("opencv", jpeg, size));
  ways.push_back(MakeWay<ImdecodeBlobAnew>("opencv-anew", jpeg, size));
#if YOLO_BENCH_TURBOJPEG
  ways.push_back(MakeWay<TurboResize>("turbojpeg", jpeg, size));
#endif
#endif
  return ways;
}

std::vector<Way> FrameBaselines([[maybe_unused]] const yolo_image& image,
                                [[maybe_unused]] int size) {
  std::vector<Way> ways;
#if YOLO_BENCH_OPENCV
  cv::setNumThreads(1);
  ways.push_back(MakeWay<ConvertBlob>("opencv", image, size));
  // YUV has no pixels to resize before it is converted.
  if (image.format <= YOLO_FORMAT_GRAY) {
    ways.push_back(MakeWay<ResizeConvert>("opencv-resize-first", image, size));
  }
#endif
  return ways;
}

std::vector<Way> DecodingFloors(const std::string& jpeg) {
  return {MakeFloor("coefficients", jpeg, &Libjpeg::ReadCoefficients),
          MakeFloor("planes", jpeg, &Libjpeg::ReadPlanes),
          MakeFloor("rgb", jpeg, &Libjpeg::ReadRgb)};
}

std::string BaselineNames() {
  std::string names;
#if YOLO_BENCH_OPENCV
  names = std::string("OpenCV ") + cv::getVersionString().c_str();
#if YOLO_BENCH_TURBOJPEG
  names += ", TurboJPEG";
#endif
#endif
  return names.empty() ? "none" : names;
}

}  // namespace yolo
