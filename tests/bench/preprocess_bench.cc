// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// From an image's bytes to the network's input tensor, in one thread.
//
//   preprocess_bench [PHOTO.jpg...] [Google Benchmark's flags]
//
// Names are PHOTO/WHO/HOW.../SIZE/TYPE: ours with each decode and profile, and
// OpenCV and TurboJPEG as far as they were found when this was built;
// PHOTO/libjpeg/PART is decoding alone. Raw frames of 1920 x 1080 come as
// photos named after their format. What is compared should be interleaved:
//
//   preprocess_bench *.jpg --benchmark_enable_random_interleaving=true
//       --benchmark_repetitions=9 --benchmark_min_time=0.05
//       --benchmark_format=json | summarise.py
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "image/image.h"
#include "preprocess_baselines.h"

namespace yolo {
namespace {

struct Named {
  const char* name;
  int32_t value;
};

// What lane.cc does before it runs the network. The one place here that knows
// the library.
class Preprocess {
 public:
  Preprocess(int32_t decode, int32_t profile, bool bf16, int size)
      : profile_(profile),
        reader_({profile, decode, YOLO_EXIF_APPLY, uint64_t{1} << 26, 500},
                &allocator_) {
    const auto side = static_cast<size_t>(size);
    tensor_.type = bf16 ? DataType::kBf16 : DataType::kF32;
    tensor_.width = tensor_.height = side;
    if (!memory_.Allocate(&allocator_,
                          3 * side * side * SizeOf(tensor_.type))) {
      std::exit(1);
    }
    tensor_.data = memory_.as<void>();
  }

  Status Run(const yolo_image& image) {
    ImageInfo info;
    YOLO_TRY(reader_.Open(image, &info));
    const auto side = static_cast<int>(tensor_.width);
    ImageOutcome outcome;
    return reader_.Pack(Place(profile_, info.width, info.height, side, side),
                        tensor_, &outcome);
  }

 private:
  Allocator allocator_;
  const int32_t profile_;
  ImageReader reader_;
  Buffer memory_;
  InputTensor tensor_;
};

Way Ours(const std::string& how, const yolo_image& image, int32_t decode,
         int32_t profile, bool bf16, int size) {
  return {how, [&image, decode, profile, bf16, size] {
            auto work =
                std::make_shared<Preprocess>(decode, profile, bf16, size);
            return [work, &image] {
              const Status status = work->Run(image);
              if (status.ok()) return;
              std::fprintf(stderr, "%s\n", status.message());
              std::exit(1);
            };
          }};
}

void Register(const std::string& name, const Way& way) {
  benchmark::RegisterBenchmark(name.c_str(), [make = way.make](
                                                 benchmark::State& state) {
    const auto run = make();
    run();  // buffers grow, tables are made
    for (auto _ : state) run();
  })->Unit(benchmark::kMicrosecond);
}

// Ours in every type, theirs in floats only.
void RegisterSize(const std::string& image_name, const yolo_image& image,
                  const std::vector<Named>& decodes,
                  const std::vector<Named>& profiles,
                  const std::vector<Way>& baselines, int size) {
  const std::string side = std::to_string(size);
  for (const bool bf16 : {false, true}) {
    for (const Named& profile : profiles) {
      for (const Named& decode : decodes) {
        const std::string how = std::string(decode.name) + "/" + profile.name;
        Register(image_name + "/ours/" + how + "/" + side +
                     (bf16 ? "/bf16" : "/f32"),
                 Ours(how, image, decode.value, profile.value, bf16, size));
      }
    }
  }
  for (const Way& way : baselines) {
    Register(image_name + "/" + way.name + "/" + side + "/f32", way);
  }
}

struct Photo {
  std::string name;
  std::string bytes;
  yolo_image image = YOLO_IMAGE_INIT;
};

void RegisterPhoto(const Photo& photo) {
  for (const int size : {608, 416}) {
    RegisterSize(photo.name, photo.image,
                 {{"exact", YOLO_DECODE_EXACT}, {"fast", YOLO_DECODE_FAST}},
                 {{"opencv", YOLO_PROFILE_OPENCV},
                  {"darknet", YOLO_PROFILE_DARKNET},
                  {"ultralytics", YOLO_PROFILE_ULTRALYTICS}},
                 PhotoBaselines(photo.bytes, size), size);
  }
  for (const Way& way : DecodingFloors(photo.bytes)) {
    Register(photo.name + "/libjpeg/" + way.name, way);
  }
}

// A camera's picture of noise over a slope: the arithmetic does not look at it.
// half_bytes: in two pixels, all planes together.
Photo MakeFrame(const char* name, int32_t format, size_t half_bytes) {
  constexpr uint32_t kWidth = 1920, kHeight = 1080;
  Photo frame;
  frame.name = name;
  frame.bytes.resize(half_bytes * kWidth * kHeight / 2);
  uint32_t noise = 1;
  for (size_t i = 0; i < frame.bytes.size(); ++i) {
    noise = noise * 1664525 + 1013904223;
    frame.bytes[i] = static_cast<char>((i >> 14) + (noise >> 27));
  }
  frame.image.format = format;
  frame.image.width = kWidth;
  frame.image.height = kHeight;
  return frame;
}

void RegisterFrame(const Photo& frame) {
  for (const int size : {640, 416}) {
    RegisterSize(frame.name, frame.image,
                 {{"exact", YOLO_DECODE_EXACT}, {"fast", YOLO_DECODE_FAST}},
                 {{"opencv", YOLO_PROFILE_OPENCV},
                  {"darknet", YOLO_PROFILE_DARKNET},
                  {"ultralytics", YOLO_PROFILE_ULTRALYTICS}},
                 FrameBaselines(frame.image, size), size);
  }
}

Photo ReadPhoto(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s: cannot open\n", path.c_str());
    std::exit(2);
  }
  Photo photo;
  photo.name = path.substr(path.rfind('/') + 1);
  photo.bytes = {std::istreambuf_iterator<char>(file), {}};
  return photo;
}

// Keeps `photo` for as long as the program runs.
const Photo& Keep(Photo photo) {
  static std::list<Photo> all;
  Photo& kept = all.emplace_back(std::move(photo));
  kept.image.data = kept.bytes.data();
  kept.image.size = kept.bytes.size();
  return kept;
}

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (argv[i][0] == '-') {
      std::fprintf(stderr,
                   "usage: %s [PHOTO.jpg...] [Google Benchmark's flags]\n",
                   argv[0]);
      return 2;
    }
    RegisterPhoto(Keep(ReadPhoto(argv[i])));
  }
  RegisterFrame(Keep(MakeFrame("RGB", YOLO_FORMAT_RGB, 6)));
  RegisterFrame(Keep(MakeFrame("BGRA", YOLO_FORMAT_BGRA, 8)));
  RegisterFrame(Keep(MakeFrame("NV12", YOLO_FORMAT_NV12, 3)));
  RegisterFrame(Keep(MakeFrame("I420", YOLO_FORMAT_I420, 3)));
  RegisterFrame(Keep(MakeFrame("YUYV", YOLO_FORMAT_YUYV, 4)));
  benchmark::AddCustomContext("jpeg", JpegLibraryName());
  benchmark::AddCustomContext("baselines", BaselineNames());
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace yolo

int main(int argc, char** argv) { return yolo::Main(argc, argv); }
