// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Decoding and packing ask for no memory once they have seen the largest
// image: neither our allocator, nor malloc, of which this program has its own.
#include <doctest/doctest.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "image/exif_payload.h"
#include "image/image.h"
#include "image/jpeg_writer.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define YOLO_OWN_MALLOC 0  // the sanitizers have one already
#else
#define YOLO_OWN_MALLOC 1
#endif

namespace {
bool g_counting = false;
int g_mallocs = 0;
}  // namespace

#if YOLO_OWN_MALLOC
// glibc's, under the names that it keeps for programs like this one.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);

void* malloc(size_t size) {
  g_mallocs += g_counting;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  g_mallocs += g_counting;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  g_mallocs += g_counting;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  g_mallocs += g_counting;
  return __libc_memalign(alignment, size);
}
void* memalign(size_t alignment, size_t size) {
  g_mallocs += g_counting;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  g_mallocs += g_counting;
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}
void free(void* memory) { __libc_free(memory); }
}
#endif

namespace yolo {
namespace {

using testing::ExifPayload;
using testing::JpegSpec;
using testing::SmoothRgb;
using testing::ToCmyk;
using testing::WriteJpeg;

using Bytes = std::vector<uint8_t>;

// A lane's share of the work on images, and what it asks for.
struct Lane {
  Lane(int32_t decode, int32_t profile)
      : allocator(Alloc, Free, this, 0),
        reader({profile, decode, YOLO_EXIF_APPLY, 1 << 26, 500}, &allocator),
        profile_(profile),
        input(3 * 96 * 64) {}

  static void* Alloc(void* user, size_t size, size_t alignment) {
    ++static_cast<Lane*>(user)->num_calls;
    return std::aligned_alloc(alignment, AlignUp(size));
  }
  static void Free(void* user, void* memory, size_t) {
    ++static_cast<Lane*>(user)->num_calls;
    std::free(memory);
  }

  // Calls of the allocator and of malloc for one image; -1 if it is refused.
  int Cost(const yolo_image& image) {
    num_calls = g_mallocs = 0;
    ImageInfo info;
    ImageOutcome outcome;
    g_counting = true;
    Status status = reader.Open(image, &info);
    if (status.ok()) {
      status = reader.Pack(
          Place(profile_, info.width, info.height, 96, 64),
          {input.data(), DataType::kF32, Layout::kPlanar, 1, 96, 64}, &outcome);
    }
    g_counting = false;
    return status.ok() ? num_calls + g_mallocs : -1;
  }

  Allocator allocator;
  ImageReader reader;
  int32_t profile_;
  std::vector<float> input;
  int num_calls = 0;
};

struct NamedImage {
  std::string name;
  Bytes data;
  yolo_image image;
};

// One image of each kind, about `width` x `height`.
std::vector<NamedImage> Images(int width, int height) {
  std::vector<NamedImage> out;
  const auto add = [&](const char* name, Bytes data) {
    out.push_back({name, std::move(data), YOLO_IMAGE_INIT});
  };
  const Bytes rgb = SmoothRgb(width, height);
  JpegSpec spec;
  spec.width = width;
  spec.height = height;
  add("baseline", WriteJpeg(spec, rgb));
  add("cut", Bytes(out[0].data.begin(),
                   out[0].data.begin() +
                       static_cast<ptrdiff_t>(out[0].data.size() / 2)));
  JpegSpec turned = spec;
  turned.app1 = {ExifPayload({})};
  add("turned", WriteJpeg(turned, rgb));
  JpegSpec progressive = spec;
  progressive.progressive = true;
  add("progressive", WriteJpeg(progressive, rgb));
  progressive.arithmetic = true;
  add("progressive arithmetic", WriteJpeg(progressive, rgb));
  JpegSpec restarts = spec;
  restarts.restart_interval = 3;
  restarts.h = restarts.v = 1;
  add("restarts", WriteJpeg(restarts, rgb));
  JpegSpec cmyk = spec;
  cmyk.in = JCS_CMYK;
  cmyk.file = JCS_YCCK;
  add("ycck", WriteJpeg(cmyk, ToCmyk(rgb, 250)));
  for (NamedImage& image : out) {
    image.image.data = image.data.data();
    image.image.size = image.data.size();
  }
  const auto add_raw = [&](const char* name, int32_t format) {
    out.push_back({name, rgb, YOLO_IMAGE_INIT});
    yolo_image& raw = out.back().image;
    raw.format = format;
    raw.data = out.back().data.data();
    raw.size = rgb.size();
    raw.width = static_cast<uint32_t>(width);
    raw.height = static_cast<uint32_t>(height);
  };
  add_raw("raw bgr", YOLO_FORMAT_BGR);
  add_raw("raw grey", YOLO_FORMAT_GRAY);
  add_raw("raw nv12", YOLO_FORMAT_NV12);
  add_raw("raw i420", YOLO_FORMAT_I420);
  add_raw("raw yuyv", YOLO_FORMAT_YUYV);
  return out;
}

constexpr int32_t kProfiles[] = {YOLO_PROFILE_DARKNET,
                                 YOLO_PROFILE_DARKNET_LETTERBOX,
                                 YOLO_PROFILE_OPENCV, YOLO_PROFILE_TF1_LEGACY};

TEST_CASE("this program counts mallocs") {
#if !YOLO_OWN_MALLOC
  MESSAGE("skipped: a sanitizer owns malloc; the allocator is still counted");
#else
  g_mallocs = 0;
  g_counting = true;
  void* volatile memory = std::malloc(10);
  g_counting = false;
  std::free(memory);
  CHECK(g_mallocs == 1);
#endif
}

TEST_CASE("the second image of its size and kind costs no allocation") {
  for (const int32_t decode : {YOLO_DECODE_EXACT, YOLO_DECODE_FAST}) {
    for (const NamedImage& image : Images(400, 300)) {
      CAPTURE(image.name);
      CAPTURE(decode);
      Lane lane(decode, YOLO_PROFILE_DARKNET);
      CHECK(lane.Cost(image.image) > 0);
      CHECK(lane.Cost(image.image) == 0);
      CHECK(lane.Cost(image.image) == 0);
    }
  }
}

TEST_CASE("no image costs one after a larger one of its kind") {
  const auto large = Images(640, 480);
  const auto small = Images(399, 301);
  for (const int32_t profile : kProfiles) {
    for (size_t i = 0; i < large.size(); ++i) {
      CAPTURE(large[i].name);
      CAPTURE(profile);
      Lane lane(YOLO_DECODE_EXACT, profile);
      CHECK(lane.Cost(large[i].image) > 0);
      CHECK(lane.Cost(small[i].image) == 0);
      CHECK(lane.Cost(large[i].image) == 0);
    }
  }
}

TEST_CASE("a mix of all kinds and sizes settles after one round") {
  auto images = Images(640, 480);
  for (auto& image : Images(301, 399)) images.push_back(std::move(image));
  for (auto& image : Images(16, 16)) images.push_back(std::move(image));
  Lane lane(YOLO_DECODE_FAST, YOLO_PROFILE_DARKNET_LETTERBOX);
  for (const NamedImage& image : images) lane.Cost(image.image);
  for (const NamedImage& image : images) {
    CAPTURE(image.name);
    CHECK(lane.Cost(image.image) <= 0);  // 16 x 16 cut in half: refused
  }
}

}  // namespace
}  // namespace yolo
